/*
 * Printing and reading of whole numbers, without the C library's leniency.
 */
#include "base/integer.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#define INTEGER_DIGITS_MAX	18	/* always fits an int64 */

const char *
integer_print(int64_t value, struct integer *integer)
{
	int	len;

	len = snprintf(integer->text, sizeof(integer->text), "%" PRId64, value);
	assert(len > 0 && (size_t)len < sizeof(integer->text));
	return integer->text;
}

bool
integer_read(struct slice text, int64_t *value)
{
	int64_t	sum = 0;
	size_t	first;

	first = text.len > 0 && text.at[0] == '-' ? 1 : 0;
	if (text.len == first || text.len - first > INTEGER_DIGITS_MAX)
		return false;
	for (size_t i = first; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		sum = sum * 10 + (text.at[i] - '0');
	}
	*value = first == 1 ? -sum : sum;
	return true;
}
