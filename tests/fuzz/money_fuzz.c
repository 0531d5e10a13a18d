/*
 * Fuzz target: an amount's text, in every currency, against a reader that shares nothing with ours:
 * it keeps decimal digits and never makes a number of them.
 *
 * Both agree on what is an amount and on each of its digits; what is printed is what the digits say,
 * and reads the same.  The text is tried as a currency's code, too.
 */
#include "fuzz.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "core/currency.h"
#include "core/money.h"

#define DIGITS_MOST	15	/* MONEY_MINOR_MAX is that many nines */
#define EXPONENT_MOST	4
#define TEXT_MAX	256	/* longer inputs are left out: they are no amounts for any reader */

/* Digits of a decimal without its point, and how many of them stand behind it. */
struct decimal {
	char	digits[TEXT_MAX + EXPONENT_MOST + 1];
	size_t	behind;
};

static void	currency_check(const struct currency *, struct slice);
static bool	decimal_read(struct slice, struct decimal *);
static bool	decimal_scale(struct decimal *, size_t);
static void	printed_check(struct money, const struct decimal *);
static void	code_check(struct slice);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice	text = { (const char *)data, size };

	if (size > TEXT_MAX)
		return 0;
	for (size_t i = 0; i < currency_count(); i++)
		currency_check(currency_at(i), text);
	code_check(text);
	return 0;
}

static void
currency_check(const struct currency *currency, struct slice text)
{
	struct money	money = { -7, NULL };
	struct decimal	decimal;
	char		digits[32];
	bool		expected;
	enum fault	fault = money_parse(text, currency, &money);

	expected = decimal_read(text, &decimal) && decimal_scale(&decimal, currency->exponent);
	FUZZ_CHECK(fault == (expected ? FAULT_NONE : FAULT_AMOUNT_INVALID));
	if (!expected) {
		FUZZ_CHECK(money.minor == -7 && money.currency == NULL);
		return;
	}
	FUZZ_CHECK(money.currency == currency);
	FUZZ_CHECK(snprintf(digits, sizeof(digits), "%" PRId64, money.minor) > 0);
	FUZZ_CHECK(strcmp(digits, decimal.digits) == 0);
	FUZZ_CHECK(money_is_chargeable(money) == (strcmp(digits, "0") != 0));
	printed_check(money, &decimal);
}

/* JSON's number without sign and exponent, as a machine of four states that sees one character. */
static bool
decimal_read(struct slice text, struct decimal *decimal)
{
	enum { START, ZERO, WHOLE, POINT, BEHIND } state = START;
	size_t	len = 0;

	decimal->behind = 0;
	for (size_t i = 0; i < text.len; i++) {
		char	c = text.at[i];

		if (c == '.' && (state == ZERO || state == WHOLE)) {
			state = POINT;
			continue;
		}
		if (memchr("0123456789", c, 10) == NULL || state == ZERO)
			return false;
		if (state == POINT || state == BEHIND) {
			state = BEHIND;
			decimal->behind++;
		} else {
			state = state == START && c == '0' ? ZERO : WHOLE;
		}
		decimal->digits[len++] = c;
	}
	decimal->digits[len] = '\0';
	return state == ZERO || state == WHOLE || state == BEHIND;
}

/* Make ${decimal} a count of minor units: zeros behind, none before; false if it is none of ours. */
static bool
decimal_scale(struct decimal *decimal, size_t exponent)
{
	char	*digits = decimal->digits;
	size_t	 len = strlen(digits), zeros;

	if (decimal->behind > exponent)
		return false;
	while (decimal->behind < exponent) {
		digits[len++] = '0';
		decimal->behind++;
	}
	digits[len] = '\0';
	zeros = strspn(digits, "0");
	if (zeros == len)
		zeros--;		/* the number zero keeps one */
	memmove(digits, digits + zeros, len - zeros + 1);
	return len - zeros <= DIGITS_MOST;
}

static void
printed_check(struct money money, const struct decimal *decimal)
{
	size_t		exponent = money.currency->exponent, len = strlen(decimal->digits);
	size_t		pad = len <= exponent ? exponent + 1 - len : 0;
	char		printed[MONEY_TEXT_SIZE], expected[MONEY_TEXT_SIZE] = "00000";
	struct money	again = { -7, NULL };

	memcpy(expected + pad, decimal->digits, len + 1);
	if (exponent > 0) {
		len = pad + len - exponent;
		memmove(expected + len + 1, expected + len, exponent + 1);
		expected[len] = '.';
	}
	money_print(money, printed);
	FUZZ_CHECK(strcmp(printed, expected) == 0);
	FUZZ_CHECK(money_parse(slice_of(printed), money.currency, &again) == FAULT_NONE);
	FUZZ_CHECK(money_equal(money, again));
}

/* currency_find() halves its table; this walks through it. */
static void
code_check(struct slice text)
{
	const struct currency	*expected = NULL;

	for (size_t i = 0; i < currency_count(); i++) {
		const char	*code = currency_at(i)->code;

		if (text.len == 3 && toupper((unsigned char)text.at[0]) == code[0] &&
		    toupper((unsigned char)text.at[1]) == code[1] &&
		    toupper((unsigned char)text.at[2]) == code[2])
			expected = currency_at(i);
	}
	FUZZ_CHECK(currency_find(text) == expected);
}
