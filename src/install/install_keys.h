/*
 * Pairs of keys for the modes of a location: made and sealed for it, and what names those that were connected.
 * Used where a location is connected, where its keys are rotated, and where one looks how that stands.
 */
#ifndef INSTALL_KEYS_H
#define INSTALL_KEYS_H

#include "base/digest.h"
#include "core/apikey.h"
#include "install/install.h"

struct install_keys {
	char	digest[DIGEST_HEX];		/* of the API key */
	char	publishable[APIKEY_SIZE];
};

/**
 * install_keys_make(seal, keys, sealed):
 * Mint a pair for the mode and location of ${seal}; the API key itself is only in ${sealed}.
 * Return FAULT_INTERNAL without random bytes, or what sealing says.
 */
enum fault	install_keys_make(const struct install_key_seal *, struct install_keys *, struct buf *);

/* The pairs of both modes, in clear. */
struct install_pairs {
	const char	*api_key[2];		/* test first */
	const char	*publishable_key[2];
};

/** install_keys_digest(pairs, digest): What the books keep of keys that the platform took. */
void		install_keys_digest(const struct install_pairs *, char[DIGEST_HEX]);

#endif /* !INSTALL_KEYS_H */
