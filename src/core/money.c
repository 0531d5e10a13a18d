/*
 * Reading and printing amounts.  The only place where decimal points and minor units meet.
 */
#include "core/money.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* A decimal number taken apart, as counts of characters. */
struct decimal {
	size_t	whole_len;
	size_t	fraction_len;	/* 0: no point either */
};

static bool	decimal_split(struct slice, struct decimal *);
static size_t	digits_len(struct slice, size_t);
static bool	digit_append(int64_t *, char);
static int64_t	power_of_ten(unsigned);

enum fault
money_parse(struct slice text, const struct currency *currency, struct money *money)
{
	struct decimal	decimal;
	int64_t		minor = 0;
	bool		fits = true;

	if (!decimal_split(text, &decimal) || decimal.fraction_len > currency->exponent)
		return FAULT_AMOUNT_INVALID;
	for (size_t i = 0; fits && i < decimal.whole_len; i++)
		fits = digit_append(&minor, text.at[i]);
	for (size_t i = 0; fits && i < decimal.fraction_len; i++)
		fits = digit_append(&minor, text.at[decimal.whole_len + 1 + i]);
	for (size_t i = decimal.fraction_len; fits && i < currency->exponent; i++)
		fits = digit_append(&minor, '0');
	if (!fits)
		return FAULT_AMOUNT_INVALID;
	*money = (struct money){ minor, currency };
	return FAULT_NONE;
}

void
money_print(struct money money, char text[MONEY_TEXT_SIZE])
{
	int64_t	scale = power_of_ten(money.currency->exponent);
	int	len;

	assert(money.minor >= 0);
	if (money.currency->exponent == 0)
		len = snprintf(text, MONEY_TEXT_SIZE, "%" PRId64, money.minor);
	else
		len = snprintf(text, MONEY_TEXT_SIZE, "%" PRId64 ".%0*" PRId64, money.minor / scale,
		    (int)money.currency->exponent, money.minor % scale);
	assert(len > 0 && len < MONEY_TEXT_SIZE);
}

void
money_print_hundredfold(struct money money, char text[MONEY_TEXT_SIZE])
{
	int64_t		 whole = money.minor, unit = 1;
	unsigned	 decimals = 0;
	int		 len;

	if (money.currency->exponent <= 2)
		whole *= power_of_ten(2 - money.currency->exponent);
	else
		decimals = money.currency->exponent - 2;
	for (; decimals > 0 && whole % 10 == 0; decimals--)
		whole /= 10;
	unit = power_of_ten(decimals);
	if (decimals == 0)
		len = snprintf(text, MONEY_TEXT_SIZE, "%lld", (long long)whole);
	else
		len = snprintf(text, MONEY_TEXT_SIZE, "%lld.%0*lld", (long long)(whole / unit),
		    (int)decimals, (long long)(whole % unit));
	assert(len > 0 && len < MONEY_TEXT_SIZE);
}

bool
money_is_chargeable(struct money money)
{
	return money.minor > 0 && money.minor <= MONEY_MINOR_MAX;
}

bool
money_equal(struct money a, struct money b)
{
	return a.currency == b.currency && a.minor == b.minor;
}

/* "0" or digits without a leading zero; then perhaps a point and digits. */
static bool
decimal_split(struct slice text, struct decimal *decimal)
{
	decimal->whole_len = digits_len(text, 0);
	decimal->fraction_len = 0;
	if (decimal->whole_len == 0 || (text.at[0] == '0' && decimal->whole_len > 1))
		return false;
	if (text.len == decimal->whole_len)
		return true;
	if (text.at[decimal->whole_len] != '.')
		return false;
	decimal->fraction_len = digits_len(text, decimal->whole_len + 1);
	return decimal->fraction_len > 0 &&
	    text.len == decimal->whole_len + 1 + decimal->fraction_len;
}

/* How many digits stand in ${text} from ${start} on. */
static size_t
digits_len(struct slice text, size_t start)
{
	size_t	i = start;

	while (i < text.len && text.at[i] >= '0' && text.at[i] <= '9')
		i++;
	return i - start;
}

static bool
digit_append(int64_t *minor, char digit)
{
	*minor = *minor * 10 + (digit - '0');
	return *minor <= MONEY_MINOR_MAX;
}

static int64_t
power_of_ten(unsigned exponent)
{
	int64_t	power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}
