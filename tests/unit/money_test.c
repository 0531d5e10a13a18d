/*
 * Money: tables of amounts, and properties over all currencies against OpenSSL's big numbers.
 * Each run prints its seed; KASSA_TEST_SEED repeats one.
 */
#include "cmocka_all.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/money.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))
#define ROUNDS		200	/* random decimals for each currency */
#define TEXT_MAX	64

static uint64_t	random_state;

/* splitmix64: small, and the same numbers for the same seed on every machine. */
static uint64_t
random_next(void)
{
	uint64_t	z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static size_t
random_below(size_t limit)
{
	return (size_t)(random_next() % limit);
}

static void
seed_choose(void)
{
	const char	*given = getenv("KASSA_TEST_SEED");
	uint64_t	 seed;

	seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	random_state = seed;
	print_message("KASSA_TEST_SEED=%llu\n", (unsigned long long)seed);
}

static const struct currency *
currency_named(const char *code)
{
	const struct currency	*currency = currency_find(slice_of(code));

	assert_non_null(currency);
	return currency;
}

static void
money_parse_good_amounts_become_minor_units(void **state)
{
	static const struct {
		const char	*text;
		const char	*currency;
		int64_t		 minor;
		const char	*printed;
	} cases[] = {
		{ "0", "USD", 0, "0.00" },
		{ "0.0", "USD", 0, "0.00" },
		{ "0.01", "USD", 1, "0.01" },
		{ "0.1", "USD", 10, "0.10" },
		{ "1", "USD", 100, "1.00" },
		{ "10.5", "USD", 1050, "10.50" },
		{ "10.50", "USD", 1050, "10.50" },
		{ "49.99", "usd", 4999, "49.99" },
		{ "1000000", "EUR", 100000000, "1000000.00" },
		{ "9999999999999.99", "USD", MONEY_MINOR_MAX, "9999999999999.99" },
		{ "0", "JPY", 0, "0" },
		{ "1000", "JPY", 1000, "1000" },
		{ "999999999999999", "JPY", MONEY_MINOR_MAX, "999999999999999" },
		{ "0.001", "KWD", 1, "0.001" },
		{ "10.5", "KWD", 10500, "10.500" },
		{ "10.505", "KWD", 10505, "10.505" },
		{ "999999999999.999", "BHD", MONEY_MINOR_MAX, "999999999999.999" },
		{ "0.0001", "CLF", 1, "0.0001" },
		{ "1.5", "UYW", 15000, "1.5000" },
		{ "99999999999.9999", "CLF", MONEY_MINOR_MAX, "99999999999.9999" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		const struct currency	*currency = currency_named(cases[i].currency);
		struct money		 money;
		char			 text[MONEY_TEXT_SIZE];

		assert_int_equal(money_parse(slice_of(cases[i].text), currency, &money),
		    FAULT_NONE);
		assert_int_equal(money.minor, cases[i].minor);
		assert_ptr_equal(money.currency, currency);
		money_print(money, text);
		assert_string_equal(text, cases[i].printed);
	}
}

static void
money_parse_other_text_is_refused_and_money_untouched(void **state)
{
#define TEXT(text)	{ text, sizeof(text) - 1 }
	static const struct {
		struct slice	 text;
		const char	*currency;
	} cases[] = {
		{ TEXT(""), "USD" }, { { NULL, 0 }, "USD" },
		/* signs */
		{ TEXT("-1"), "USD" }, { TEXT("+1"), "USD" }, { TEXT("-0"), "USD" },
		{ TEXT("--1"), "USD" },
		{ TEXT("1-"), "USD" }, { TEXT("-"), "USD" },
		/* exponents and what is no number */
		{ TEXT("1e2"), "USD" }, { TEXT("1E2"), "USD" }, { TEXT("1.0e1"), "USD" },
		{ TEXT("1e"), "USD" }, { TEXT("NaN"), "USD" }, { TEXT("nan"), "USD" },
		{ TEXT("Infinity"), "USD" }, { TEXT("inf"), "USD" }, { TEXT("null"), "USD" },
		{ TEXT("0x10"), "USD" }, { TEXT("abc"), "USD" }, { TEXT("1a"), "USD" },
		{ TEXT("\xd9\xa1"), "USD" },	/* an Arabic one */
		/* blanks and separators */
		{ TEXT(" 1"), "USD" }, { TEXT("1 "), "USD" }, { TEXT("1 000"), "USD" },
		{ TEXT("1,000"), "USD" }, { TEXT("1,50"), "USD" }, { TEXT("1_000"), "USD" },
		{ TEXT("1\n"), "USD" }, { TEXT("1\0"), "USD" }, { TEXT("1.5\0"), "USD" },
		/* leading zeros, bare points */
		{ TEXT("007"), "USD" }, { TEXT("00"), "USD" }, { TEXT("00.5"), "USD" },
		{ TEXT("01.5"), "USD" }, { TEXT("."), "USD" }, { TEXT(".5"), "USD" },
		{ TEXT("5."), "USD" },
		{ TEXT("0."), "USD" }, { TEXT("1.2.3"), "USD" }, { TEXT("1..2"), "USD" },
		{ TEXT("1.-5"), "USD" }, { TEXT("1. 5"), "USD" },
		/* more decimals than the currency has */
		{ TEXT("10.505"), "USD" }, { TEXT("10.500"), "USD" }, { TEXT("0.000"), "USD" },
		{ TEXT("1000.0"), "JPY" }, { TEXT("1000.5"), "JPY" }, { TEXT("1.0000"), "KWD" },
		{ TEXT("1.00000"), "CLF" },
		/* more than the most */
		{ TEXT("10000000000000"), "USD" }, { TEXT("10000000000000.00"), "USD" },
		{ TEXT("1000000000000000"), "JPY" }, { TEXT("1000000000000"), "KWD" },
		{ TEXT("100000000000"), "CLF" }, { TEXT("9223372036854775807"), "JPY" },
		{ TEXT("9223372036854775808"), "JPY" }, { TEXT("18446744073709551617"), "JPY" },
		{ TEXT("100000000000000000000000000000000000000000000000"), "USD" },
	};
#undef TEXT

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct money	money = { 42, NULL };

		assert_int_equal(money_parse(cases[i].text, currency_named(cases[i].currency),
		    &money),
		    FAULT_AMOUNT_INVALID);
		assert_int_equal(money.minor, 42);
		assert_null(money.currency);
	}
}

static void
money_is_chargeable_above_zero_up_to_the_most(void **state)
{
	static const struct {
		int64_t	minor;
		bool	expected;
	} cases[] = {
		{ INT64_MIN, false }, { -1, false }, { 0, false }, { 1, true },
		{ MONEY_MINOR_MAX, true }, { MONEY_MINOR_MAX + 1, false }, { INT64_MAX, false },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_int_equal(money_is_chargeable((struct money){ cases[i].minor,
		    currency_named("USD") }), cases[i].expected);
}

static void
money_equal_needs_currency_and_count(void **state)
{
	const struct currency	*usd = currency_named("USD"), *eur = currency_named("EUR");

	(void)state;
	assert_true(money_equal((struct money){ 5, usd },
	    (struct money){ 5, currency_named("usd") }));
	assert_false(money_equal((struct money){ 5, usd }, (struct money){ 6, usd }));
	assert_false(money_equal((struct money){ 5, usd }, (struct money){ 5, eur }));
}

/* What ${whole} and ${fraction} are in minor units, by OpenSSL; -1 for more than the most. */
static int64_t
oracle_minor(const char *whole, const char *fraction, unsigned exponent)
{
	char	 digits[2 * TEXT_MAX], *decimal;
	BIGNUM	*minor = NULL, *most = NULL;
	int64_t	 result = -1;
	size_t	 len = strlen(whole);

	memcpy(digits, whole, len);
	memset(digits + len, '0', exponent);
	memcpy(digits + len, fraction, strlen(fraction));
	digits[len + exponent] = '\0';
	assert_true(BN_dec2bn(&minor, digits) > 0);
	assert_true(BN_dec2bn(&most, "999999999999999") > 0);
	if (BN_cmp(minor, most) <= 0) {
		decimal = BN_bn2dec(minor);
		result = strtoll(decimal, NULL, 10);
		OPENSSL_free(decimal);
	}
	BN_free(minor);
	BN_free(most);
	return result;
}

/* ${len} random digits; the first is not '0' unless it stands alone or ${free} allows it. */
static void
digits_fill(char *into, size_t len, bool free_start)
{
	for (size_t i = 0; i < len; i++)
		into[i] = (char)('0' + random_below(10));
	if (!free_start && len > 1 && into[0] == '0')
		into[0] = (char)('1' + random_below(9));
	into[len] = '\0';
}

static void
decimal_check(const struct currency *currency)
{
	char		whole[TEXT_MAX], fraction[TEXT_MAX], text[2 * TEXT_MAX];
	struct money	money = { -7, NULL };
	int64_t		expected;
	enum fault	fault;
	size_t		fraction_len = random_below(6);

	digits_fill(whole, 1 + random_below(20), false);
	digits_fill(fraction, fraction_len, true);
	assert_true(snprintf(text, sizeof(text), "%s%s%s", whole, fraction_len > 0 ? "." : "",
	    fraction) > 0);
	expected = fraction_len > currency->exponent ? -1 :
	    oracle_minor(whole, fraction, currency->exponent);
	fault = money_parse(slice_of(text), currency, &money);
	if ((fault == FAULT_NONE) != (expected >= 0) || (expected >= 0 && money.minor != expected))
		fail_msg("%s %s", text, currency->code);
}

static void
money_parse_random_decimals_agree_with_big_numbers(void **state)
{
	(void)state;
	seed_choose();
	for (size_t c = 0; c < currency_count(); c++) {
		for (int round = 0; round < ROUNDS; round++)
			decimal_check(currency_at(c));
	}
}

/* What a count of minor units looks like, by OpenSSL: its digits with a point put between them. */
static void
oracle_text(int64_t minor, unsigned exponent, char text[TEXT_MAX])
{
	BIGNUM	*number = BN_new();
	char	 padded[TEXT_MAX], *digits;
	size_t	 len, pad;

	assert_non_null(number);
	assert_int_equal(BN_set_word(number, (BN_ULONG)minor), 1);
	digits = BN_bn2dec(number);
	pad = strlen(digits) <= exponent ? exponent + 1 - strlen(digits) : 0;
	memset(padded, '0', pad);
	memcpy(padded + pad, digits, strlen(digits) + 1);
	len = strlen(padded) - exponent;
	assert_true(snprintf(text, TEXT_MAX, "%.*s%s%s", (int)len, padded, exponent > 0 ? "." : "",
	    padded + len) > 0);
	OPENSSL_free(digits);
	BN_free(number);
}

static void
round_trip_check(struct money money)
{
	char		text[MONEY_TEXT_SIZE], expected[TEXT_MAX];
	struct money	again = { -7, NULL };

	money_print(money, text);
	oracle_text(money.minor, money.currency->exponent, expected);
	if (strcmp(text, expected) != 0 ||
	    money_parse(slice_of(text), money.currency, &again) != FAULT_NONE ||
	    !money_equal(money, again))
		fail_msg("%lld %s", (long long)money.minor, money.currency->code);
}

static void
money_print_any_amount_parses_back(void **state)
{
	(void)state;
	seed_choose();
	for (size_t c = 0; c < currency_count(); c++) {
		int64_t	most = MONEY_MINOR_MAX;

		round_trip_check((struct money){ 0, currency_at(c) });
		round_trip_check((struct money){ most, currency_at(c) });
		for (int round = 0; round < ROUNDS; round++) {
			round_trip_check((struct money){ (int64_t)random_below((size_t)most + 1),
			    currency_at(c) });
			most = most > 9 ? most / 2 : MONEY_MINOR_MAX;	/* small ones as well */
		}
	}
}

/* Contract §3.2: 100.00 USD is 10000.  For other exponents the plain arithmetic: times 100. */
static void
money_print_hundredfold_is_the_decimal_amount_times_100(void **state)
{
	static const struct {
		const char	*amount, *currency, *expected;
	} cases[] = {
		{ "100.00", "USD", "10000" },
		{ "0.01", "USD", "1" },
		{ "1000", "JPY", "100000" },
		{ "1", "JPY", "100" },
		{ "0.125", "KWD", "12.5" },
		{ "0.120", "KWD", "12" },
		{ "1.000", "KWD", "100" },
		{ "0.001", "BHD", "0.1" },
		{ "1.2345", "CLF", "123.45" },
		{ "1.2000", "CLF", "120" },
		{ "9999999999999.99", "USD", "999999999999999" },
		{ "999999999999999", "JPY", "99999999999999900" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char		text[MONEY_TEXT_SIZE];
		struct money	money;

		assert_int_equal(money_parse(slice_of(cases[i].amount),
		    currency_find(slice_of(cases[i].currency)), &money), FAULT_NONE);
		money_print_hundredfold(money, text);
		assert_string_equal(text, cases[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(money_print_hundredfold_is_the_decimal_amount_times_100),
		cmocka_unit_test(money_parse_good_amounts_become_minor_units),
		cmocka_unit_test(money_parse_other_text_is_refused_and_money_untouched),
		cmocka_unit_test(money_is_chargeable_above_zero_up_to_the_most),
		cmocka_unit_test(money_equal_needs_currency_and_count),
		cmocka_unit_test(money_parse_random_decimals_agree_with_big_numbers),
		cmocka_unit_test(money_print_any_amount_parses_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
