/*
 * Bytes as text that fits into a URL or a column: base64url without padding.
 */
#ifndef BASE64URL_H
#define BASE64URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

struct base64url_bytes {
	uint8_t	*at;		/* the caller's */
	size_t	 size;
	size_t	 len;		/* of them read */
};

/** base64url_put(buf, bytes): Append ${bytes} as text. */
void	base64url_put(struct buf *, struct slice);

/**
 * base64url_read(text, bytes):
 * Read ${text} into ${bytes}.  Return false for what base64url_put() would not have written: other
 * characters, padding, an impossible length, bits behind the last byte; or if it does not fit.
 * Source: RFC 4648 §5 and §3.5.
 */
bool	base64url_read(struct slice, struct base64url_bytes *);

#endif /* !BASE64URL_H */
