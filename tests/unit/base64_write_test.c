/*
 * Base64 with padding: RFC 4648's vectors.
 */
#include "cmocka_all.h"

#include "base/base64_write.h"

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
base64_put_writes_the_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct buf	text;

		buf_init(&text, 64);
		base64_put(&text, pairs[i].bytes);
		assert_string_equal(buf_text(&text), pairs[i].text);
		buf_release(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(base64_put_writes_the_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
