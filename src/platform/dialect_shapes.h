/*
 * The shapes of one dialect: a table of writers.  Private to this folder.
 */
#ifndef DIALECT_SHAPES_H
#define DIALECT_SHAPES_H

#include "base/json_write.h"
#include "platform/answer.h"

struct dialect_shapes {
	void	(*verify)(const struct answer_verify *, struct json_write *);
	void	(*methods)(const struct answer_methods *, struct json_write *);
	void	(*charge)(const struct answer_charge *, struct json_write *);
};

extern const struct dialect_shapes	dialect_live;
extern const struct dialect_shapes	dialect_brief;

#endif /* !DIALECT_SHAPES_H */
