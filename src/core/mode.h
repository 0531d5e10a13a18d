/*
 * Test or live: never mixed.
 */
#ifndef MODE_H
#define MODE_H

#include <stdbool.h>

#include "base/slice.h"

enum mode {
	MODE_TEST,
	MODE_LIVE
};

/** mode_label(mode): "test" or "live". */
const char	*mode_label(enum mode);

/** mode_find(label, mode): The reverse; false if ${label} is neither. */
bool		 mode_find(struct slice, enum mode *);

#endif /* !MODE_H */
