/*
 * Base64 with padding: RFC 4648's vectors, and that each byte sequence has one text only.
 */
#include "cmocka_all.h"

#include "base/base64.h"

#define TEXT(text)	{ text, sizeof(text) - 1 }

static const struct {
	struct slice	 bytes;
	const char	*text;
} pairs[] = {
	{ TEXT(""), "" },	/* RFC 4648 §10 */
	{ TEXT("f"), "Zg==" },
	{ TEXT("fo"), "Zm8=" },
	{ TEXT("foo"), "Zm9v" },
	{ TEXT("foob"), "Zm9vYg==" },
	{ TEXT("fooba"), "Zm9vYmE=" },
	{ TEXT("foobar"), "Zm9vYmFy" },
	{ TEXT("\xfb\xff\xbf"), "+/+/" },
	{ TEXT("\0\0\0"), "AAAA" },
};

static void
base64_vectors_agree_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct buf	bytes, text;

		buf_init(&text, 64);
		buf_init(&bytes, 64);
		base64_put(&text, pairs[i].bytes);
		assert_string_equal(buf_text(&text), pairs[i].text);
		assert_true(base64_read(slice_of(pairs[i].text), &bytes));
		assert_true(slice_equal(buf_slice(&bytes), pairs[i].bytes));
		buf_release(&text);
		buf_release(&bytes);
	}
}

static void
base64_read_other_texts_are_refused(void **state)
{
	static const struct slice	cases[] = {
		TEXT("Z"), TEXT("Zg"), TEXT("Zg="), TEXT("Zm8"), TEXT("Zm9vZ"),	/* lengths */
		TEXT("Zh=="), TEXT("Zm9="),			/* bits behind the last byte */
		TEXT("Z==="), TEXT("===="), TEXT("=Zg="), TEXT("Zg==Zg=="),	/* padding inside */
		TEXT("Zm-v"), TEXT("Zm_v"), TEXT("Zm9v\n"), TEXT("Zm\n9v\n\n\n"), TEXT("Zm\0v"),
		TEXT("Zm9\xff"), TEXT("Zm@v"), TEXT("Zm[v"), TEXT("Zm`v"), TEXT("Zm v"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf	bytes;

		buf_init(&bytes, 64);
		assert_false(base64_read(cases[i], &bytes));
		buf_release(&bytes);
	}
}

static void
base64_read_without_room_is_refused(void **state)
{
	struct buf	bytes;

	(void)state;
	buf_init(&bytes, 2);
	assert_false(base64_read(slice_of("Zm9v"), &bytes));
	buf_release(&bytes);
	buf_init(&bytes, 2);
	assert_true(base64_read(slice_of("Zm8="), &bytes));
	buf_release(&bytes);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(base64_vectors_agree_both_ways),
		cmocka_unit_test(base64_read_other_texts_are_refused),
		cmocka_unit_test(base64_read_without_room_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
