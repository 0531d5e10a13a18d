/*
 * Whole numbers as text and back.
 */
#include "cmocka_all.h"

#include "base/integer.h"

static void
integer_print_any_value_reads_back(void **state)
{
	static const int64_t	cases[] = { 0, 1, -1, 42, 999999999999999999, -999999999999999999 };
	struct integer		integer;
	int64_t			value;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(integer_read(slice_of(integer_print(cases[i], &integer)), &value));
		assert_int_equal(value, cases[i]);
	}
}

static void
integer_read_other_text_is_refused(void **state)
{
	static const char *const	cases[] = {
		"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "--1", "1-", "abc",
		"1234567890123456789",	/* 19 digits may not fit */
	};
	int64_t				value = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(integer_read(slice_of(cases[i]), &value));
		assert_int_equal(value, 7);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(integer_print_any_value_reads_back),
		cmocka_unit_test(integer_read_other_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
