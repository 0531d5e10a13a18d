/*
 * Fresh pairs of keys for a mode of a location, sealed for it.  Used where a location is connected and
 * where its keys are rotated.
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

#endif /* !INSTALL_KEYS_H */
