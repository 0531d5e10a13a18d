/*
 * Bytes as the base64 that others read: signatures in headers, keys, payloads.
 * Source: RFC 4648 §4.
 */
#ifndef BASE64_WRITE_H
#define BASE64_WRITE_H

#include "base/buf.h"
#include "base/slice.h"

/** base64_put(buf, bytes): Append ${bytes} as text, padded, on one line. */
void	base64_put(struct buf *, struct slice);

#endif /* !BASE64_WRITE_H */
