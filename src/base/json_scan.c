/*
 * What yajl does not refuse: vertical tabs between values, overlong UTF-8, "\u0000", half a pair of
 * surrogates (it would put a '?'), a string behind the value that stays open (it waits for the rest).
 * Used by base/json_read.c.
 */
#include "base/json_scan.h"

#include <ctype.h>

#include "base/utf8.h"

#define NUMBER_LEN_MAX	64

static bool	control_is_blank(char);
static size_t	escape_len(struct slice);
static size_t	unicode_escape_len(struct slice);
static bool	hex4_read(struct slice, unsigned *);
static size_t	digits_skip(struct slice, size_t);

/* A value begins the text, or stands behind an opening bracket or a comma. */
bool
json_scan(struct slice text, size_t *values_max)
{
	bool	in_string = false;
	size_t	count = 1, len;

	if (slice_starts(text, "\xef\xbb\xbf"))
		return false;
	while (text.len > 0) {
		char	c = text.at[0];

		len = 1;
		if ((unsigned char)c >= 0x80)
			len = utf8_len(text);
		else if ((unsigned char)c < 0x20)
			len = control_is_blank(c) ? 1 : 0;
		else if (c == '"')
			in_string = !in_string;
		else if (in_string && c == '\\')
			len = escape_len(text);
		else if (!in_string && (c == ',' || c == '[' || c == '{'))
			count++;
		if (len == 0)
			return false;
		text.at += len;
		text.len -= len;
	}
	*values_max = count;
	return !in_string;
}

/* number = [ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ "e" [ "+" / "-" ] 1*digit ] */
bool
json_scan_number(struct slice text)
{
	size_t	i = 0, start;

	if (text.len > NUMBER_LEN_MAX)
		return false;
	if (i < text.len && text.at[i] == '-')
		i++;
	start = i;
	i = digits_skip(text, i);
	if (i == start || (text.at[start] == '0' && i > start + 1))
		return false;
	if (i < text.len && text.at[i] == '.') {
		start = ++i;
		i = digits_skip(text, i);
		if (i == start)
			return false;
	}
	if (i < text.len && (text.at[i] == 'e' || text.at[i] == 'E')) {
		i++;
		if (i < text.len && (text.at[i] == '+' || text.at[i] == '-'))
			i++;
		start = i;
		i = digits_skip(text, i);
		if (i == start)
			return false;
	}
	return i == text.len;
}

static bool
control_is_blank(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

/* The length of an escape that is good as far as we look: which letters there are yajl knows. */
static size_t
escape_len(struct slice text)
{
	if (text.len < 2)
		return 0;
	return text.at[1] == 'u' ? unicode_escape_len(text) : 2;
}

static size_t
unicode_escape_len(struct slice text)
{
	struct slice	next;
	unsigned	unit, low;

	if (!hex4_read(text, &unit) || unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
		return 0;
	if (unit < 0xd800 || unit > 0xdbff)
		return 6;
	next = (struct slice){ text.at + 6, text.len - 6 };
	if (!slice_starts(next, "\\u") || !hex4_read(next, &low) || low < 0xdc00 || low > 0xdfff)
		return 0;
	return 12;
}

/* Read the four digits of "\uXXXX". */
static bool
hex4_read(struct slice text, unsigned *unit)
{
	*unit = 0;
	if (text.len < 6)
		return false;
	for (size_t i = 2; i < 6; i++) {
		unsigned char	c = (unsigned char)text.at[i];

		if (!isxdigit(c))
			return false;
		*unit = *unit * 16 + (unsigned)(isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return true;
}

static size_t
digits_skip(struct slice text, size_t i)
{
	while (i < text.len && text.at[i] >= '0' && text.at[i] <= '9')
		i++;
	return i;
}
