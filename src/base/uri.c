/*
 * Percent-encoding both ways.  Used where a browser is sent on, and where one comes back.
 */
#include "base/uri.h"

#include <string.h>

static bool	parameter_next(struct slice *, struct slice *, struct slice *);
static bool	decode(struct slice, struct buf *);
static bool	is_encoded(struct slice);
static int	hex_digit(char);

void
uri_put(struct buf *buf, struct slice text)
{
	static const char	unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '\0' && strchr(unreserved, text.at[i]) != NULL)
			buf_putc(buf, text.at[i]);
		else
			buf_printf(buf, "%%%02X", (unsigned char)text.at[i]);
	}
}

bool
uri_parameter(struct slice query, const char *name, struct buf *value)
{
	struct slice	key, text, found = { NULL, 0 };

	while (parameter_next(&query, &key, &text)) {
		if (!slice_is(key, name))
			continue;
		if (found.at != NULL)
			return false;
		found = text;
	}
	return found.at != NULL && decode(found, value);
}

static bool
parameter_next(struct slice *query, struct slice *key, struct slice *value)
{
	const char	*end, *equal;

	if (query->len == 0)
		return false;
	end = memchr(query->at, '&', query->len);
	if (end == NULL)
		end = query->at + query->len;
	equal = memchr(query->at, '=', (size_t)(end - query->at));
	*key = (struct slice){ query->at, (size_t)((equal != NULL ? equal : end) - query->at) };
	value->at = equal != NULL ? equal + 1 : end;
	value->len = (size_t)(end - value->at);
	query->len -= (size_t)(end - query->at);
	query->at = end;
	if (query->len > 0) {
		query->at++;
		query->len--;
	}
	return true;
}

static bool
decode(struct slice text, struct buf *into)
{
	if (!is_encoded(text))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '%') {
			buf_putc(into, text.at[i] == '+' ? ' ' : text.at[i]);
			continue;
		}
		buf_putc(into, (char)(hex_digit(text.at[i + 1]) * 16 + hex_digit(text.at[i + 2])));
		i += 2;
	}
	return buf_ok(into);
}

/* Every '%' has its two digits, and none of them makes a NUL byte. */
static bool
is_encoded(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\0')
			return false;
		if (text.at[i] != '%')
			continue;
		if (text.len - i <= 2 || hex_digit(text.at[i + 1]) < 0 ||
		    hex_digit(text.at[i + 2]) < 0 ||
		    (text.at[i + 1] == '0' && text.at[i + 2] == '0'))
			return false;
	}
	return true;
}

static int
hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}
