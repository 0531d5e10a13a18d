/*
 * Luhn's formula: from the right, every second digit counts double, and its digits are summed.
 */
#include "base/luhn.h"

bool
luhn_holds(struct slice digits)
{
	unsigned	sum = 0;

	for (size_t i = 0; i < digits.len; i++) {
		char		c = digits.at[digits.len - 1 - i];
		unsigned	value;

		if (c < '0' || c > '9')
			return false;
		value = (unsigned)(c - '0') << (i % 2);
		sum += value > 9 ? value - 9 : value;
	}
	return digits.len > 0 && sum % 10 == 0;
}
