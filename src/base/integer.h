/*
 * Whole numbers as text, and back: parameters of statements, digits of a request.
 */
#ifndef INTEGER_H
#define INTEGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct integer {
	char	text[24];
};

/** integer_print(value, integer): ${value} in decimal; returns integer->text. */
const char	*integer_print(int64_t, struct integer *);

/**
 * integer_read(text, value):
 * Read 1 to 18 decimal digits with an optional '-'.  Return false, and leave ${value}, for anything
 * else: blanks, '+', a point, too many digits.
 */
bool		 integer_read(struct slice, int64_t *);

#endif /* !INTEGER_H */
