/*
 * The table of RFC 3629 §4 in code.  Read by base/json_read.c, base/json_write.c and base/log.c.
 */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>

/* What the first two bytes of a character may be; all further ones are continuations. */
struct utf8_form {
	uint8_t	first_low, first_high;
	uint8_t	second_low, second_high;
	size_t	len;
};

static const struct utf8_form	forms[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },	/* not overlong */
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },	/* no surrogates */
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },	/* not overlong */
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },	/* up to U+10FFFF */
};

static bool	form_holds(const struct utf8_form *, struct slice);

size_t
utf8_len(struct slice text)
{
	uint8_t	first;

	if (text.len == 0)
		return 0;
	first = (uint8_t)text.at[0];
	if (first < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (first >= forms[i].first_low && first <= forms[i].first_high)
			return form_holds(&forms[i], text) ? forms[i].len : 0;
	}
	return 0;
}

static bool
form_holds(const struct utf8_form *form, struct slice text)
{
	uint8_t	second;

	if (text.len < form->len)
		return false;
	second = (uint8_t)text.at[1];
	if (second < form->second_low || second > form->second_high)
		return false;
	for (size_t i = 2; i < form->len; i++) {
		if (((uint8_t)text.at[i] & 0xc0) != 0x80)
			return false;
	}
	return true;
}
