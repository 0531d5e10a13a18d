/*
 * Signatures over bytes, made with a private key: Ed25519, and RSA with PKCS#1 v1.5 and SHA-256.
 * OpenSSL does the work.  The simulator signs its webhooks with it.
 */
#ifndef SIGN_H
#define SIGN_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"

enum sign_scheme {
	SIGN_ED25519,
	SIGN_RSA,
	SIGN_SCHEME_COUNT
};

/* Private keys, one a scheme at most; owns them. */
struct sign_keys {
	struct evp_pkey_st	*at[SIGN_SCHEME_COUNT];	/* NULL: there is none */
};

/**
 * sign_keys_load(path, keys):
 * Load the file ${path} of one or two private keys in PEM.  Return FAULT_SETTING_INVALID, with
 * nothing loaded, if it cannot be read, holds something else, or two keys of one scheme.
 */
enum fault	sign_keys_load(const char *, struct sign_keys *);

/** sign_keys_release(keys): Free them. */
void		sign_keys_release(struct sign_keys *);

/** sign_put(keys, scheme, bytes, text): Append the signature as base64; false: no such key. */
bool		sign_put(const struct sign_keys *, enum sign_scheme, struct slice, struct buf *);

/** sign_put_public(keys, scheme, text): Append the public key: SPKI DER in base64; false: none. */
bool		sign_put_public(const struct sign_keys *, enum sign_scheme, struct buf *);

#endif /* !SIGN_H */
