/*
 * Signatures that somebody else made with a key whose public half we know.  Used by settings.c, which checks
 * such keys, and by whoever takes signed bodies.
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/slice.h"

enum signature_scheme {
	SIGNATURE_ED25519,	/* RFC 8032, of the bytes themselves */
	SIGNATURE_RSA		/* RFC 8017 §8.2: PKCS #1 v1.5 with SHA-256, keys of 2048 to 8192 bits */
};

struct signature_key;		/* one public key */

/**
 * signature_key_new(scheme, text):
 * The public key in ${text}: its SubjectPublicKeyInfo as base64, or as PEM, whose lines may be joined by
 * blanks, since a setting is one line.  NULL for anything else, also for a key of another scheme.
 * Source: RFC 5280 §4.1.2.7, RFC 7468 §13.
 */
struct signature_key	*signature_key_new(enum signature_scheme, struct slice);

/** signature_key_free(key): Takes NULL. */
void			 signature_key_free(struct signature_key *);

/** signature_key_digest(key, hex): SHA-256 of its SubjectPublicKeyInfo: what a key is called by. */
void			 signature_key_digest(const struct signature_key *, char[DIGEST_HEX]);

/** signature_holds(key, signature, bytes): Whether ${signature}, in strict base64, is ${key}'s over ${bytes}. */
bool			 signature_holds(const struct signature_key *, struct slice, struct slice);

#endif /* !SIGNATURE_H */
