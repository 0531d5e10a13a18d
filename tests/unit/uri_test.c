/*
 * Percent-encoding, and parameters as a browser brings them.
 */
#include "cmocka_all.h"

#include "base/uri.h"

static void
uri_put_leaves_unreserved_alone_and_encodes_the_rest(void **state)
{
	struct buf	text;

	(void)state;
	buf_init(&text, 200);
	uri_put(&text, slice_of("aZ09-._~ /?&=+%\xc3\xa9"));
	assert_string_equal(buf_text(&text), "aZ09-._~%20%2F%3F%26%3D%2B%25%C3%A9");
	buf_release(&text);
}

static void
uri_parameter_table(void **state)
{
	static const struct {
		const char	*query, *value;	/* NULL: refused */
	} rows[] = {
		{ "code=abc", "abc" },
		{ "state=x&code=abc", "abc" },
		{ "code=a%20b+c%2B", "a b c+" },
		{ "code=", "" },
		{ "code", "" },
		{ "codex=abc", NULL },
		{ "xcode=abc", NULL },
		{ "", NULL },
		{ "code=a&code=b", NULL },	/* which one is meant? */
		{ "code=%", NULL },
		{ "code=%4", NULL },
		{ "code=%zz", NULL },
		{ "code=a%00b", NULL },
		{ "code=%41", "A" },
		{ "&&code=abc&&", "abc" },
		{ "code=a=b", "a=b" },
	};
	struct buf	value;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool	is_read;

		buf_init(&value, 20);
		is_read = uri_parameter(slice_of(rows[i].query), "code", &value);
		if (is_read != (rows[i].value != NULL))
			fail_msg("\"%s\"", rows[i].query);
		assert_string_equal(buf_text(&value), rows[i].value != NULL ? rows[i].value : "");
		buf_release(&value);
	}
}

static void
uri_parameter_that_does_not_fit_is_refused(void **state)
{
	struct buf	value;

	(void)state;
	buf_init(&value, 2);
	assert_false(uri_parameter(slice_of("code=abc"), "code", &value));
	buf_release(&value);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(uri_put_leaves_unreserved_alone_and_encodes_the_rest),
		cmocka_unit_test(uri_parameter_table),
		cmocka_unit_test(uri_parameter_that_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
