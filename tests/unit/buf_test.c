/*
 * Built text: growth, the maximum, sticky failure.
 */
#include "cmocka_all.h"

#include <string.h>

#include "base/buf.h"

static void
buf_put_each_kind_appends(void **state)
{
	struct buf	buf;

	(void)state;
	buf_init(&buf, 64);
	assert_string_equal(buf_text(&buf), "");
	assert_int_equal(buf_slice(&buf).len, 0);
	buf_put(&buf, (struct slice){ "abcd", 2 });
	buf_put(&buf, (struct slice){ NULL, 0 });
	buf_puts(&buf, "-");
	buf_putc(&buf, 'x');
	buf_printf(&buf, "%d%s", 42, "!");
	buf_printf(&buf, "%s", "");
	assert_true(buf_ok(&buf));
	assert_string_equal(buf_text(&buf), "ab-x42!");
	assert_true(slice_is(buf_slice(&buf), "ab-x42!"));
	buf_release(&buf);
}

static void
buf_putc_many_grows_to_the_maximum_and_not_beyond(void **state)
{
	static const size_t	maxima[] = { 0, 1, 255, 256, 257, 1000, 5000 };

	(void)state;
	for (size_t i = 0; i < sizeof(maxima) / sizeof(maxima[0]); i++) {
		struct buf	buf;

		buf_init(&buf, maxima[i]);
		for (size_t n = 0; n < maxima[i]; n++)
			buf_putc(&buf, (char)('a' + n % 26));
		assert_true(buf_ok(&buf));
		assert_int_equal(buf.len, maxima[i]);
		assert_int_equal(strlen(buf_text(&buf)), maxima[i]);
		for (size_t n = 0; n < maxima[i]; n++)
			assert_int_equal(buf.at[n], 'a' + n % 26);
		buf_putc(&buf, '!');
		assert_false(buf_ok(&buf));
		assert_int_equal(buf.len, maxima[i]);
		buf_release(&buf);
	}
}

static void
buf_put_too_long_leaves_nothing_of_it(void **state)
{
	struct buf	buf;

	(void)state;
	buf_init(&buf, 4);
	buf_puts(&buf, "abc");
	buf_puts(&buf, "de");
	assert_false(buf_ok(&buf));
	assert_string_equal(buf_text(&buf), "abc");
	buf_putc(&buf, 'd');		/* would fit, but something is missing already */
	assert_string_equal(buf_text(&buf), "abc");
	buf_release(&buf);
}

static void
buf_printf_fits_exactly_or_fails(void **state)
{
	struct buf	buf;

	(void)state;
	buf_init(&buf, 5);
	buf_printf(&buf, "%05d", 7);
	assert_true(buf_ok(&buf));
	assert_string_equal(buf_text(&buf), "00007");
	buf_clear(&buf);
	buf_printf(&buf, "%06d", 7);
	assert_false(buf_ok(&buf));
	assert_string_equal(buf_text(&buf), "");
	buf_release(&buf);
}

static void
buf_clear_after_failure_is_good_again(void **state)
{
	struct buf	buf;

	(void)state;
	buf_init(&buf, 2);
	buf_clear(&buf);		/* nothing allocated yet */
	buf_puts(&buf, "ab");
	buf_puts(&buf, "c");
	assert_false(buf_ok(&buf));
	buf_clear(&buf);
	assert_true(buf_ok(&buf));
	assert_string_equal(buf_text(&buf), "");
	buf_puts(&buf, "de");
	assert_string_equal(buf_text(&buf), "de");
	buf_release(&buf);
}

static void
buf_wipe_empty_and_filled_can_be_used_again(void **state)
{
	struct buf	buf;

	(void)state;
	buf_init(&buf, 8);
	buf_wipe(&buf);
	buf_puts(&buf, "secret");
	buf_wipe(&buf);
	assert_null(buf.at);
	assert_string_equal(buf_text(&buf), "");
	buf_puts(&buf, "again");
	assert_string_equal(buf_text(&buf), "again");
	buf_release(&buf);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(buf_put_each_kind_appends),
		cmocka_unit_test(buf_putc_many_grows_to_the_maximum_and_not_beyond),
		cmocka_unit_test(buf_put_too_long_leaves_nothing_of_it),
		cmocka_unit_test(buf_printf_fits_exactly_or_fails),
		cmocka_unit_test(buf_clear_after_failure_is_good_again),
		cmocka_unit_test(buf_wipe_empty_and_filled_can_be_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
