/*
 * Bytes as other programs write and read them: base64 with padding.  For signatures, keys and payloads of the
 * platform, on both sides; our own texts are base64url.h's.
 */
#ifndef BASE64_H
#define BASE64_H

#include <stdbool.h>

#include "base/base64url.h"
#include "base/slice.h"

/** base64_put(buf, bytes): Append ${bytes} as text, padded, on one line.  Source: RFC 4648 §4. */
void	base64_put(struct buf *, struct slice);

/**
 * base64_read(text, bytes):
 * Read ${text} into ${bytes}.  Return false for all but the one text that stands for some bytes: no blanks or
 * line breaks, padding exactly where it belongs, no bits behind the last byte; or if it does not fit.
 * Source: RFC 4648 §4, §3.5.
 */
bool	base64_read(struct slice, struct base64url_bytes *);

#endif /* !BASE64_H */
