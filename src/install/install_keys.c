/*
 * Minting keys, and naming them.
 */
#include "install/install_keys.h"

#include <string.h>
#include <unistd.h>

#define ALL_MAX	(4 * APIKEY_SIZE)	/* bytes of four keys and what is between them */

enum fault
install_keys_make(const struct install_key_seal *seal, struct install_keys *keys, struct buf *sealed)
{
	uint8_t		random[2][APIKEY_RANDOM_BYTES];
	struct apikey	secret, publishable;
	enum fault	fault;

	if (getentropy(random, sizeof(random)) != 0)
		return FAULT_INTERNAL;
	apikey_make(APIKEY_SECRET, seal->mode, random[0], &secret);
	apikey_make(APIKEY_PUBLISHABLE, seal->mode, random[1], &publishable);
	digest_sha256_hex(slice_of(secret.text), keys->digest);
	memcpy(keys->publishable, publishable.text, sizeof(keys->publishable));
	fault = install_key_seal(seal, slice_of(secret.text), sealed);
	explicit_bzero(random, sizeof(random));
	explicit_bzero(&secret, sizeof(secret));
	return fault;
}

void
install_keys_digest(const struct install_pairs *pairs, char digest[DIGEST_HEX])
{
	struct buf	all;

	buf_init(&all, ALL_MAX);
	buf_printf(&all, "%s %s %s %s", pairs->api_key[0], pairs->publishable_key[0],
	    pairs->api_key[1], pairs->publishable_key[1]);
	digest_sha256_hex(buf_slice(&all), digest);
	buf_wipe(&all);
}
