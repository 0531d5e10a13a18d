/*
 * Base64 both ways, as base64url.c has it, in the older alphabet and with padding.  Reading is strict: a
 * changed character never goes unseen.
 */
#include "base/base64.h"

#define QUAD	4	/* characters that stand for up to three bytes */

static const char	alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";

static bool	quad_read(const char *, size_t, struct base64url_bytes *);
static int	sextet_of(char);

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
base64_read(struct slice text, struct base64url_bytes *bytes)
{
	bytes->len = 0;
	if (text.len % QUAD != 0)
		return false;
	for (size_t i = 0; i < text.len; i += QUAD) {
		const char	*quad = text.at + i;
		size_t		 letters = QUAD;

		if (i + QUAD == text.len && quad[3] == '=')
			letters = quad[2] == '=' ? 2 : 3;
		if (!quad_read(quad, letters, bytes))
			return false;
	}
	return true;
}

static bool
quad_read(const char *quad, size_t letters, struct base64url_bytes *bytes)
{
	unsigned	waiting = 0;
	size_t		made = letters - 1;

	for (size_t i = 0; i < letters; i++) {
		int	sextet = sextet_of(quad[i]);

		if (sextet < 0)
			return false;
		waiting = waiting << 6 | (unsigned)sextet;
	}
	waiting <<= 6 * (QUAD - letters);
	if (bytes->size - bytes->len < made || (waiting & 0xffffffu >> 8 * made) != 0)
		return false;
	for (size_t i = 0; i < made; i++)
		bytes->at[bytes->len++] = (uint8_t)(waiting >> (16 - 8 * i));
	return true;
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
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}
