/*
 * Merchant accounts: found by one of their keys.  An account is one location in one mode (design §1).
 */
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include "base/digest.h"
#include "base/id.h"
#include "core/mode.h"
#include "core/reference.h"
#include "store/store.h"

#define STORE_SEALED_SIZE	4096	/* a sealed platform token, with the NUL */

/* What a query brings to say who asks. */
struct store_key {
	char	hash[DIGEST_HEX];	/* SHA-256 of the API key, hex */
	char	segment[ID_SIZE];	/* the path behind /query; "" for the address that all share */
};

struct store_account {
	char			account_id[ID_SIZE];
	struct reference	location;
	enum mode		mode;
	char			platform_token[STORE_SEALED_SIZE];	/* the operator's, sealed; or "" */
	bool			is_installed;	/* its location has the app, and so a token of its own */
	bool			is_inert;	/* nobody has set this mode up */
};

/**
 * store_account_by_publishable_key(call, key, account):
 * No row: the key is unknown or revoked (call->rows is 0).
 */
void	store_account_by_publishable_key(struct store_call *, const char *, struct store_account *);

/** store_account_by_api_key(call, key, account): The same by an API key, which comes by its own path. */
void	store_account_by_api_key(struct store_call *, const struct store_key *,
	    struct store_account *);

/**
 * store_account_fault(call, account, absent):
 * What stands in the way once it was asked for: the store's fault, ${absent} without a row,
 * FAULT_ACCOUNT_NOT_SET_UP for keys that the platform was given of a mode that nobody has set up.
 */
enum fault	store_account_fault(const struct store_call *, const struct store_account *, enum fault);

#endif /* !STORE_ACCOUNT_H */
