/*
 * Base64, written and strictly read.  Vectors: RFC 4648 §10; "+" and "/" as coreutils' base64 writes them.
 */
#include "cmocka_all.h"

#include <string.h>

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

static void
base64_read_takes_the_one_text_of_some_bytes(void **state)
{
	static const struct {
		const char	*text;
		const char	*bytes;		/* NULL: refused */
	} cases[] = {
		{ "", "" }, { "Zg==", "f" }, { "Zm8=", "fo" }, { "Zm9v", "foo" }, { "Zm9vYg==", "foob" },
		{ "Zm9vYmE=", "fooba" }, { "Zm9vYmFy", "foobar" }, { "+//+", "\xfb\xff\xfe" },
		{ "Zg", NULL }, { "Zg=", NULL }, { "Zm8", NULL }, { "Zm9v=", NULL }, { "Zm9v====", NULL },
		{ "Zh==", NULL },	/* bits behind the last byte */
		{ "Zm9=", NULL }, { "Z===", NULL }, { "====", NULL }, { "=m9v", NULL }, { "Z=9v", NULL },
		{ "Zg=v", NULL }, { "Zg==Zm9v", NULL }, { "-__-", NULL }, { "Zm9 ", NULL }, { " Zm9", NULL },
		{ "Zm9v\n", NULL }, { "Zm9\n", NULL }, { "Zm\xc3\xb6", NULL }, { "Zm9vYmFyYmFy", NULL },	/* no room */
	};
	uint8_t	into[8];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct base64url_bytes	bytes = { into, sizeof(into), 0 };
		bool			reads = base64_read(slice_of(cases[i].text), &bytes);

		if (reads != (cases[i].bytes != NULL))
			print_error("case %zu: %s\n", i, cases[i].text);
		assert_int_equal(reads, cases[i].bytes != NULL);
		if (cases[i].bytes == NULL)
			continue;
		assert_int_equal(bytes.len, strlen(cases[i].bytes));
		assert_memory_equal(into, cases[i].bytes, bytes.len);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(base64_put_writes_the_vectors),
		cmocka_unit_test(base64_read_takes_the_one_text_of_some_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
