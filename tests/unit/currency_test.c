/*
 * The table of currencies: order, exponents that are not two, what is in it and what is not.
 */
#include "cmocka_all.h"

#include <ctype.h>
#include <string.h>

#include "core/currency.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))

/* ISO 4217 list one: every currency whose minor unit is not two digits. */
static const struct {
	const char	*code;
	unsigned	 exponent;
} unusual[] = {
	{ "BIF", 0 }, { "CLP", 0 }, { "DJF", 0 }, { "GNF", 0 }, { "ISK", 0 }, { "JPY", 0 },
	{ "KMF", 0 }, { "KRW", 0 }, { "PYG", 0 }, { "RWF", 0 }, { "UGX", 0 }, { "UYI", 0 },
	{ "VND", 0 }, { "VUV", 0 }, { "XAF", 0 }, { "XOF", 0 }, { "XPF", 0 }, { "BHD", 3 },
	{ "IQD", 3 }, { "JOD", 3 }, { "KWD", 3 }, { "LYD", 3 }, { "OMR", 3 }, { "TND", 3 },
	{ "CLF", 4 }, { "UYW", 4 },
};

static unsigned
exponent_expected(const char *code)
{
	for (size_t i = 0; i < CASES(unusual); i++) {
		if (strcmp(unusual[i].code, code) == 0)
			return unusual[i].exponent;
	}
	return 2;
}

static void
currency_at_all_rows_are_in_order_and_well_formed(void **state)
{
	(void)state;
	assert_int_equal(currency_count(), 165);
	assert_null(currency_at(currency_count()));
	for (size_t i = 0; i < currency_count(); i++) {
		const struct currency	*currency = currency_at(i);

		assert_int_equal(strlen(currency->code), 3);
		for (size_t c = 0; c < 3; c++)
			assert_true(isupper((unsigned char)currency->code[c]));
		assert_in_range(currency->number, 1, 999);
		if (i > 0)
			assert_true(strcmp(currency_at(i - 1)->code, currency->code) < 0);
		for (size_t other = 0; other < i; other++)
			assert_int_not_equal(currency->number, currency_at(other)->number);
	}
}

static void
currency_at_exponents_are_those_of_the_list(void **state)
{
	size_t	seen = 0;

	(void)state;
	for (size_t i = 0; i < currency_count(); i++) {
		const struct currency	*currency = currency_at(i);

		assert_int_equal(currency->exponent, exponent_expected(currency->code));
		seen += currency->exponent != 2;
	}
	assert_int_equal(seen, CASES(unusual));
}

static void
currency_find_every_row_in_either_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < currency_count(); i++) {
		const struct currency	*currency = currency_at(i);
		char			 lower[4] = "";

		for (size_t c = 0; c < 3; c++)
			lower[c] = (char)tolower((unsigned char)currency->code[c]);
		assert_ptr_equal(currency_find(slice_of(currency->code)), currency);
		assert_ptr_equal(currency_find(slice_of(lower)), currency);
	}
}

static void
currency_find_known_codes_have_their_number(void **state)
{
	static const struct {
		const char	*code;
		unsigned	 number;
	} cases[] = {
		{ "AED", 784 }, { "ALL", 8 }, { "CHF", 756 }, { "EUR", 978 }, { "GBP", 826 },
		{ "JPY", 392 }, { "KWD", 414 }, { "SLE", 925 }, { "USD", 840 }, { "VED", 926 },
		{ "VES", 928 }, { "XCG", 532 }, { "ZAR", 710 }, { "ZWG", 924 },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_int_equal(currency_find(slice_of(cases[i].code))->number, cases[i].number);
}

static void
currency_find_other_codes_are_unknown(void **state)
{
	static const struct slice	cases[] = {
#define TEXT(text)	{ text, sizeof(text) - 1 }
		TEXT(""), TEXT("U"), TEXT("US"), TEXT("USDD"), TEXT("US "), TEXT(" USD"),
		TEXT("U$D"), TEXT("AAA"), TEXT("ZZZ"), TEXT("USC"), TEXT("USE"), TEXT("840"),
		TEXT("US\0"), TEXT("[SD"), TEXT("\xd5SD"), { NULL, 0 },
		/* without a minor unit */
		TEXT("XAG"), TEXT("XAU"), TEXT("XBA"), TEXT("XBB"), TEXT("XBC"), TEXT("XBD"),
		TEXT("XDR"), TEXT("XPD"), TEXT("XPT"), TEXT("XSU"), TEXT("XTS"), TEXT("XUA"),
		TEXT("XXX"),
		/* withdrawn */
		TEXT("ANG"), TEXT("BGN"), TEXT("CUC"), TEXT("DEM"), TEXT("HRK"), TEXT("SLL"),
		TEXT("ZWL"),
#undef TEXT
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_null(currency_find(cases[i]));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(currency_at_all_rows_are_in_order_and_well_formed),
		cmocka_unit_test(currency_at_exponents_are_those_of_the_list),
		cmocka_unit_test(currency_find_every_row_in_either_case),
		cmocka_unit_test(currency_find_known_codes_have_their_number),
		cmocka_unit_test(currency_find_other_codes_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
