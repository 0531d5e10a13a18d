/*
 * One text for one sequence of bytes, as base64url.c has it, in the older alphabet and with padding.
 */
#include "base/base64.h"

#include <string.h>

static size_t	padding_of(struct slice);

static const char	alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";

void
base64_put(struct buf *buf, struct slice bytes)
{
	unsigned	waiting = 0, bits = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		waiting = waiting << 8 | (unsigned char)bytes.at[i];
		for (bits += 8; bits >= 6; bits -= 6)
			buf_putc(buf, alphabet[waiting >> (bits - 6) & 63]);
		waiting &= (1u << bits) - 1;
	}
	if (bits > 0)
		buf_putc(buf, alphabet[waiting << (6 - bits) & 63]);
	for (size_t i = bytes.len; i % 3 != 0; i++)
		buf_putc(buf, '=');
}

bool
base64_read(struct slice text, struct buf *bytes)
{
	size_t		 letters = text.len - padding_of(text);
	unsigned	 waiting = 0, bits = 0;
	const char	*found;

	if (text.len % 4 != 0)
		return false;
	for (size_t i = 0; i < letters; i++) {
		found = text.at[i] == '\0' ? NULL : strchr(alphabet, text.at[i]);
		if (found == NULL)
			return false;
		waiting = waiting << 6 | (unsigned)(found - alphabet);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		buf_putc(bytes, (char)(waiting >> bits));
		waiting &= (1u << bits) - 1;
	}
	return waiting == 0 && buf_ok(bytes);
}

/* How many '=' end it; a third one is a character like any other, which is none of the alphabet. */
static size_t
padding_of(struct slice text)
{
	size_t	count = 0;

	while (count < 2 && count < text.len && text.at[text.len - 1 - count] == '=')
		count++;
	return count;
}
