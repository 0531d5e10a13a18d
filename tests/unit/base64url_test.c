/*
 * Base64url without padding: RFC 4648's vectors, and that each byte sequence has one text only.
 */
#include "cmocka_all.h"

#include "base/base64url.h"

#define TEXT(text)	{ text, sizeof(text) - 1 }

static const struct {
	struct slice	 bytes;
	const char	*text;
} pairs[] = {
	{ TEXT(""), "" },	/* RFC 4648 §10, without the padding */
	{ TEXT("f"), "Zg" },
	{ TEXT("fo"), "Zm8" },
	{ TEXT("foo"), "Zm9v" },
	{ TEXT("foob"), "Zm9vYg" },
	{ TEXT("fooba"), "Zm9vYmE" },
	{ TEXT("foobar"), "Zm9vYmFy" },
	{ TEXT("\xfb\xff\xbf"), "-_-_" },
	{ TEXT("\0\0\0"), "AAAA" },
};

static void
base64url_vectors_agree_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		uint8_t			room[8];
		struct base64url_bytes	bytes = { room, pairs[i].bytes.len, 99 };
		struct buf		text;

		buf_init(&text, 64);
		base64url_put(&text, pairs[i].bytes);
		assert_string_equal(buf_text(&text), pairs[i].text);
		assert_true(base64url_read(slice_of(pairs[i].text), &bytes));
		assert_int_equal(bytes.len, pairs[i].bytes.len);
		assert_memory_equal(room, pairs[i].bytes.at, bytes.len);
		buf_release(&text);
	}
}

static void
base64url_read_other_texts_are_refused(void **state)
{
	static const struct slice	cases[] = {
		TEXT("Z"), TEXT("Zm9vY"),			/* lengths that cannot be */
		TEXT("Zh"), TEXT("Zm9"), TEXT("AB"),		/* bits behind the last byte */
		TEXT("Zg=="), TEXT("Zm8="),			/* padding */
		TEXT("Zm+v"), TEXT("Zm/v"), TEXT("Zm9v "), TEXT("Zm9v\n"), TEXT("Zm\0v"),
		TEXT("Zm9\xff"), TEXT("Zm@v"), TEXT("Zm[v"), TEXT("Zm`v"), TEXT("Zm{v"),
		TEXT("Zm:v"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t			room[8];
		struct base64url_bytes	bytes = { room, sizeof(room), 0 };

		assert_false(base64url_read(cases[i], &bytes));
	}
}

static void
base64url_read_without_room_is_refused(void **state)
{
	uint8_t			room[3] = { 0, 0, 0xee };
	struct base64url_bytes	bytes = { room, 2, 0 };

	(void)state;
	assert_false(base64url_read(slice_of("Zm9v"), &bytes));
	assert_int_equal(room[2], 0xee);
	assert_true(base64url_read(slice_of("Zm8"), &bytes));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(base64url_vectors_agree_both_ways),
		cmocka_unit_test(base64url_read_other_texts_are_refused),
		cmocka_unit_test(base64url_read_without_room_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
