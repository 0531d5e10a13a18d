/*
 * The names of modes and dialects, both ways.
 */
#include "cmocka_all.h"

#include "core/dialect.h"
#include "core/mode.h"

static const char *const	others[] = { "", "Test", "LIVE", "tes", "lives", "brief ", "both" };

static void
mode_labels_read_back_and_others_do_not(void **state)
{
	enum mode	mode;

	(void)state;
	assert_string_equal(mode_label(MODE_TEST), "test");
	assert_string_equal(mode_label(MODE_LIVE), "live");
	assert_true(mode_find(slice_of("test"), &mode));
	assert_int_equal(mode, MODE_TEST);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(mode_find(slice_of(others[i]), &mode));
	assert_int_equal(mode, MODE_TEST);
	assert_true(mode_find(slice_of("live"), &mode));
	assert_int_equal(mode, MODE_LIVE);
}

static void
dialect_labels_read_back_and_others_do_not(void **state)
{
	enum dialect	dialect;

	(void)state;
	assert_string_equal(dialect_label(DIALECT_LIVE), "live");
	assert_string_equal(dialect_label(DIALECT_BRIEF), "brief");
	assert_true(dialect_find(slice_of("brief"), &dialect));
	assert_int_equal(dialect, DIALECT_BRIEF);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(dialect_find(slice_of(others[i]), &dialect));
	assert_int_equal(dialect, DIALECT_BRIEF);
	assert_true(dialect_find(slice_of("live"), &dialect));
	assert_int_equal(dialect, DIALECT_LIVE);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(mode_labels_read_back_and_others_do_not),
		cmocka_unit_test(dialect_labels_read_back_and_others_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
