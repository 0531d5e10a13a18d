/*
 * The shapes of one dialect: a table of writers.  Private to this folder.
 */
#ifndef DIALECT_SHAPES_H
#define DIALECT_SHAPES_H

#include "platform/answer.h"

struct dialect_shapes {
	void	(*verify)(const struct answer_verify *, struct buf *);
};

extern const struct dialect_shapes	dialect_live;
extern const struct dialect_shapes	dialect_brief;

#endif /* !DIALECT_SHAPES_H */
