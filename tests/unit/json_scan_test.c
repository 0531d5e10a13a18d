/*
 * The look over JSON text before yajl's: numbers by RFC 8259's grammar, and the bound of values.
 */
#include "cmocka_all.h"

#include <string.h>

#include "base/json_scan.h"

static void
json_scan_number_only_by_the_grammar(void **state)
{
	static const struct {
		const char	*text;
		bool		 expected;
	} cases[] = {
		{ "0", true }, { "-0", true }, { "7", true }, { "10", true }, { "-10.25", true },
		{ "0.0", true }, { "0e0", true }, { "1E5", true }, { "1e+5", true },
		{ "1e-05", true }, { "1.5e10", true },
		{ "", false }, { "-", false }, { "+1", false }, { "--1", false }, { "01", false },
		{ "-01", false }, { "00", false }, { ".5", false }, { "-.5", false },
		{ "1.", false }, { "1.e5", false }, { "1.-5", false }, { "1e", false },
		{ "1e+", false }, { "e5", false }, { "1e5.0", false }, { "1 ", false },
		{ " 1", false }, { "0x1", false }, { "1a", false }, { "NaN", false },
		{ "1,5", false }, { "1.2.3", false }, { "1e5e5", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(json_scan_number(slice_of(cases[i].text)), cases[i].expected);
}

static void
json_scan_number_longest_is_64_characters(void **state)
{
	char	digits[65];

	(void)state;
	memset(digits, '1', sizeof(digits));
	assert_true(json_scan_number((struct slice){ digits, 64 }));
	assert_false(json_scan_number((struct slice){ digits, 65 }));
}

static void
json_scan_bound_is_never_below_the_values(void **state)
{
	static const struct {
		const char	*text;
		size_t		 values_max;
	} cases[] = {
		{ "1", 1 },
		{ "[]", 2 },				/* one value, but a place for an entry */
		{ "[1,2,3]", 4 },
		{ "{\"a\":1,\"b\":[2,{}]}", 6 },
		{ "\"[,{\"", 1 },			/* in a string nothing counts */
		{ "[\"\\\",\\\"\",1]", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t	values_max = 0;

		assert_true(json_scan(slice_of(cases[i].text), &values_max));
		assert_int_equal(values_max, cases[i].values_max);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(json_scan_number_only_by_the_grammar),
		cmocka_unit_test(json_scan_number_longest_is_64_characters),
		cmocka_unit_test(json_scan_bound_is_never_below_the_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
