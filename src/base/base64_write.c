/*
 * One text for one sequence of bytes, as base64url.c has it, in the older alphabet and with padding.
 */
#include "base/base64_write.h"

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
