/*
 * Bytes as the base64 that others write: signatures in headers, keys in settings, sealed payloads.
 */
#ifndef BASE64_H
#define BASE64_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

/** base64_put(buf, bytes): Append ${bytes} as text, padded, on one line. */
void	base64_put(struct buf *, struct slice);

/**
 * base64_read(text, bytes):
 * Append what ${text} stands for to ${bytes}.  Return false for what base64_put() would not have
 * written: other characters, line breaks, missing padding, bits behind the last byte; or if it does
 * not fit.
 * Source: RFC 4648 §4 and §3.5.
 */
bool	base64_read(struct slice, struct buf *);

#endif /* !BASE64_H */
