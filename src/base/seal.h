/*
 * Secrets at rest: AES-256-GCM under a data key per account, wrapped by a master key with an id.
 * A sealed value is bound by its AAD to the row that it lives in (design §2.8).
 */
#ifndef SEAL_H
#define SEAL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"

#define SEAL_KEY_BYTES		32
#define SEAL_KEY_ID_MAX		16	/* with the NUL */
#define SEAL_PLAIN_MAX		8192	/* bytes of one secret */

struct seal_key {
	char	id[SEAL_KEY_ID_MAX];
	uint8_t	bytes[SEAL_KEY_BYTES];
};

/**
 * seal_key_parse(text, key):
 * Read "ID:64 hexadecimal digits" (a master key as it stands in KASSA_MASTER_KEY).
 * Return FAULT_SETTING_INVALID for anything else; ${key} is then zeroed.
 */
enum fault	seal_key_parse(struct slice, struct seal_key *);

/**
 * seal_make(key, aad, plain, sealed):
 * Append the envelope to ${sealed}: "1." key id "." base64url(nonce, wrapped data key, tag) "."
 * base64url(nonce, ciphertext, tag).  A fresh data key and fresh nonces each time.
 * The key's box is bound to the version and the key id besides ${aad}.
 * Return FAULT_INTERNAL beyond SEAL_PLAIN_MAX or if ${sealed} is full; it then holds a part.
 */
enum fault	seal_make(const struct seal_key *, struct slice aad, struct slice plain,
		    struct buf *);

/**
 * seal_open(keys, count, aad, sealed, plain):
 * Open an envelope with whichever of the ${count} master keys has its id; append to ${plain}.
 * Return FAULT_SEAL_INVALID for an unknown key, another AAD, or one changed bit.
 * The caller wipes ${plain} (buf_wipe).
 */
struct seal_keys {
	const struct seal_key	*at;
	size_t			 count;
};
enum fault	seal_open(struct seal_keys, struct slice aad, struct slice sealed, struct buf *);

/**
 * seal_rewrap(keys, aad, sealed, into):
 * Append to ${into} the envelope ${sealed} with its data key wrapped by the first of ${keys}, whichever of them
 * wrapped it before.  The secret itself stays in its box and is not seen.
 * Return FAULT_SEAL_INVALID as seal_open() does for the data key, FAULT_INTERNAL if ${into} is full.
 */
enum fault	seal_rewrap(struct seal_keys, struct slice aad, struct slice sealed, struct buf *into);

#endif /* !SEAL_H */
