/*
 * Lent text: comparing, trimming, copying.
 */
#include "cmocka_all.h"

#include "base/slice.h"

#define SLICE(text)	{ text, sizeof(text) - 1 }

static void
slice_of_null_is_empty(void **state)
{
	(void)state;
	assert_int_equal(slice_of(NULL).len, 0);
	assert_non_null(slice_of(NULL).at);
	assert_int_equal(slice_of("abc").len, 3);
}

static void
slice_is_only_the_same_text(void **state)
{
	static const struct {
		struct slice	 slice;
		const char	*text;
		bool		 expected;
	} cases[] = {
		{ SLICE(""), "", true },
		{ { NULL, 0 }, "", true },
		{ { NULL, 0 }, "a", false },
		{ SLICE("live"), "live", true },
		{ SLICE("live"), "liv", false },
		{ SLICE("liv"), "live", false },
		{ SLICE("live"), "Live", false },
		{ SLICE("live\0"), "live", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(slice_is(cases[i].slice, cases[i].text), cases[i].expected);
}

static void
slice_equal_compares_bytes_and_length(void **state)
{
	static const struct {
		struct slice	a, b;
		bool		expected;
	} cases[] = {
		{ SLICE("a\0b"), SLICE("a\0b"), true },
		{ SLICE("a\0b"), SLICE("a\0c"), false },
		{ SLICE("ab"), SLICE("abc"), false },
		{ { NULL, 0 }, SLICE(""), true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(slice_equal(cases[i].a, cases[i].b), cases[i].expected);
}

static void
slice_starts_only_with_a_whole_prefix(void **state)
{
	static const struct {
		struct slice	 slice;
		const char	*prefix;
		bool		 expected;
	} cases[] = {
		{ SLICE("kassa_sk_"), "kassa_", true },
		{ SLICE("kassa_"), "kassa_", true },
		{ SLICE("kassa"), "kassa_", false },
		{ SLICE("Kassa_sk"), "kassa_", false },
		{ SLICE("x"), "", true },
		{ { NULL, 0 }, "", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(slice_starts(cases[i].slice, cases[i].prefix), cases[i].expected);
}

static void
slice_trim_takes_blanks_at_the_ends_only(void **state)
{
	static const struct {
		const char	*text;
		const char	*expected;
	} cases[] = {
		{ "", "" },
		{ " \t ", "" },
		{ "a", "a" },
		{ " \ta b\t ", "a b" },
		{ "\na", "\na" },	/* line ends are no blanks */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(slice_is(slice_trim(slice_of(cases[i].text)), cases[i].expected));
}

static void
slice_copy_fits_or_leaves_the_empty_string(void **state)
{
	static const struct {
		struct slice	 slice;
		size_t		 size;
		bool		 fits;
		const char	*expected;
	} cases[] = {
		{ SLICE("abc"), 4, true, "abc" },
		{ SLICE("abcd"), 4, false, "" },
		{ SLICE("a\0b"), 4, false, "" },
		{ SLICE(""), 1, true, "" },
		{ { NULL, 0 }, 4, true, "" },
		{ SLICE("a"), 1, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char	into[8] = "before";

		assert_int_equal(slice_copy(cases[i].slice, into, cases[i].size), cases[i].fits);
		assert_string_equal(into, cases[i].expected);
	}
}

static void
slice_copy_no_room_at_all_writes_nothing(void **state)
{
	char	into[] = "before";

	(void)state;
	assert_false(slice_copy(slice_of(""), into, 0));
	assert_string_equal(into, "before");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(slice_of_null_is_empty),
		cmocka_unit_test(slice_is_only_the_same_text),
		cmocka_unit_test(slice_equal_compares_bytes_and_length),
		cmocka_unit_test(slice_starts_only_with_a_whole_prefix),
		cmocka_unit_test(slice_trim_takes_blanks_at_the_ends_only),
		cmocka_unit_test(slice_copy_fits_or_leaves_the_empty_string),
		cmocka_unit_test(slice_copy_no_room_at_all_writes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
