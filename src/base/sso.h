/*
 * What the platform tells an app's page about who looks at it: JSON under a secret that it shares with us.
 * Nothing in it says how old it is or whom it is for; that is for the reader to bound (contract.md §8).
 */
#ifndef SSO_H
#define SSO_H

#include <stddef.h>

#include "base/digest.h"
#include "base/json_read.h"
#include "base/slice.h"

#define SSO_PAYLOAD_MAX	8192	/* bytes of base64 */

/* The secret, and the one before it while it is rotated; an empty one is not tried. */
struct sso_keys {
	struct slice	now;
	struct slice	before;
};

/**
 * sso_read(keys, payload):
 * Decrypt ${payload} and parse what is in it.  NULL for everything that is wrong with it, be it form, key,
 * padding or content: whoever asks learns nothing from the difference.  json_free() frees the document.
 * Source: contract.md §8; OpenSSL's "enc" format with EVP_BytesToKey, MD5, one round, AES-256-CBC.
 */
struct json	*sso_read(const struct sso_keys *, struct slice);

/**
 * sso_name(payload, name):
 * What names ${payload}, whoever shows it again: the SHA-256 of its salt, which is all that nobody can change
 * and still have it open.  Return false for what has not the form of one.
 */
bool		 sso_name(struct slice, char[DIGEST_HEX]);

#endif /* !SSO_H */
