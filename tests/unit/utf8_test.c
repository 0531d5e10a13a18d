/*
 * UTF-8: the borders of RFC 3629's table.
 */
#include "cmocka_all.h"

#include "base/utf8.h"

#define TEXT(text)	{ text, sizeof(text) - 1 }

static void
utf8_len_of_each_border(void **state)
{
	static const struct {
		struct slice	text;
		size_t		len;
	} cases[] = {
		{ TEXT(""), 0 },
		{ TEXT("\0"), 1 },
		{ TEXT("\x7f"), 1 },
		{ TEXT("ab"), 1 },
		{ TEXT("\x80"), 0 },
		{ TEXT("\xbf"), 0 },
		{ TEXT("\xc1\xbf"), 0 },		/* overlong */
		{ TEXT("\xc2\x80"), 2 },
		{ TEXT("\xdf\xbf"), 2 },
		{ TEXT("\xdf\x7f"), 0 },
		{ TEXT("\xdf\xc0"), 0 },
		{ TEXT("\xdf"), 0 },			/* cut off */
		{ TEXT("\xe0\x9f\xbf"), 0 },		/* overlong */
		{ TEXT("\xe0\xa0\x80"), 3 },
		{ TEXT("\xec\xbf\xbf"), 3 },
		{ TEXT("\xed\x9f\xbf"), 3 },
		{ TEXT("\xed\xa0\x80"), 0 },		/* a surrogate */
		{ TEXT("\xee\x80\x80"), 3 },
		{ TEXT("\xef\xbf\xbf"), 3 },
		{ TEXT("\xef\xbf\x7f"), 0 },
		{ TEXT("\xef\xbf"), 0 },
		{ TEXT("\xf0\x8f\xbf\xbf"), 0 },	/* overlong */
		{ TEXT("\xf0\x90\x80\x80"), 4 },
		{ TEXT("\xf3\xbf\xbf\xbf"), 4 },
		{ TEXT("\xf4\x8f\xbf\xbf"), 4 },
		{ TEXT("\xf4\x90\x80\x80"), 0 },	/* beyond U+10FFFF */
		{ TEXT("\xf5\x80\x80\x80"), 0 },
		{ TEXT("\xf0\x90\x80\xc0"), 0 },
		{ TEXT("\xf0\x90\x80"), 0 },
		{ TEXT("\xff"), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(utf8_len(cases[i].text), cases[i].len);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(utf8_len_of_each_border),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
