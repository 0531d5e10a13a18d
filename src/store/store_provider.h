/*
 * What the platform has of us for a location: the accounts of both modes with their keys, and what was
 * last registered and connected.
 */
#ifndef STORE_PROVIDER_H
#define STORE_PROVIDER_H

#include "base/digest.h"
#include "base/id.h"
#include "core/apikey.h"
#include "core/mode.h"
#include "store/store.h"

#define STORE_MODES		2
#define STORE_KEY_SEALED_SIZE	4096	/* a sealed API key, with the NUL */

/* A pair of keys that is taken if the mode has none. */
struct store_pair {
	struct id	account;
	enum mode	mode;
	char		key_hash[DIGEST_HEX];
	const char	*sealed;
	char		publishable_key[APIKEY_SIZE];
};

struct store_prepare_ask {
	const char		*location;
	const char		*segment;	/* taken if the location has none */
	const char		*currency;	/* of fresh accounts */
	struct store_pair	 pairs[STORE_MODES];
};

/* One mode of a location, as it is to be connected. */
struct store_connection {
	enum mode	mode;
	char		account_id[ID_SIZE];
	char		sealed[STORE_KEY_SEALED_SIZE];	/* the API key */
	char		publishable_key[APIKEY_SIZE];
	char		segment[ID_SIZE];
	char		registered_sha256[DIGEST_HEX];	/* "" when it is not */
	char		connected_sha256[DIGEST_HEX];
};

/** store_provider_prepare(call, ask, connections): kassa.provider_prepare(): both modes, test first. */
void	store_provider_prepare(struct store_call *, const struct store_prepare_ask *,
	    struct store_connection connections[STORE_MODES]);

/** store_provider_told(call, location, registered, connected): kassa.provider_told(); NULL: not asked. */
void	store_provider_told(struct store_call *, const char *, const char *, const char *);

#endif /* !STORE_PROVIDER_H */
