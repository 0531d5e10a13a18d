/*
 * The two ways in which a platform speaks to us: as it does live, and as the brief describes.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>

#include "base/slice.h"

enum dialect {
	DIALECT_LIVE,
	DIALECT_BRIEF
};

/** dialect_label(dialect): "live" or "brief". */
const char	*dialect_label(enum dialect);

/** dialect_find(label, dialect): The reverse; false if ${label} is neither. */
bool		 dialect_find(struct slice, enum dialect *);

#endif /* !DIALECT_H */
