/*
 * SHA-256, HMAC, hexadecimal text, and comparison in constant time.  OpenSSL does the work.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

#define DIGEST_BYTES	32
#define DIGEST_HEX	65		/* with the NUL */

/** digest_sha256(bytes, digest): FIPS 180-4 SHA-256 of ${bytes}.  Asserts that OpenSSL works. */
void	digest_sha256(struct slice, uint8_t[DIGEST_BYTES]);

/** digest_sha256_hex(bytes, hex): The same as lower-case hexadecimal text. */
void	digest_sha256_hex(struct slice, char[DIGEST_HEX]);

/** digest_hmac_hex(key, bytes, hex): RFC 2104 HMAC with SHA-256, as lower-case hexadecimal text. */
void	digest_hmac_hex(struct slice, struct slice, char[DIGEST_HEX]);

/** digest_hex(bytes, len, hex): Lower-case hexadecimal into ${hex} of 2 * len + 1 bytes. */
void	digest_hex(const uint8_t *, size_t, char *);

/** digest_equal(a, b): Whether both hold the same bytes; time depends on the lengths alone. */
bool	digest_equal(struct slice, struct slice);

#endif /* !DIGEST_H */
