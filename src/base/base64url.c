/*
 * One text for one sequence of bytes: a changed character never goes unseen.  Used by seals.
 */
#include "base/base64url.h"

static int	sextet_of(char);

static const char	alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789-_";

void
base64url_put(struct buf *buf, struct slice bytes)
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
}

bool
base64url_read(struct slice text, struct base64url_bytes *bytes)
{
	unsigned	waiting = 0, bits = 0;

	bytes->len = 0;
	for (size_t i = 0; i < text.len; i++) {
		int	sextet = sextet_of(text.at[i]);

		if (sextet < 0)
			return false;
		waiting = waiting << 6 | (unsigned)sextet;
		bits += 6;
		if (bits < 8)
			continue;
		if (bytes->len == bytes->size)
			return false;
		bits -= 8;
		bytes->at[bytes->len++] = (uint8_t)(waiting >> bits);
		waiting &= (1u << bits) - 1;
	}
	return bits < 6 && waiting == 0;
}

static int
sextet_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}
