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

struct store_account {
	char			account_id[ID_SIZE];
	struct reference	location;
	enum mode		mode;
	char			platform_token[STORE_SEALED_SIZE];	/* sealed; "" when there is none */
};

/**
 * store_account_by_publishable_key(call, key, account):
 * No row: the key is unknown or revoked (call->rows is 0).
 */
void	store_account_by_publishable_key(struct store_call *, const char *, struct store_account *);

/** store_account_by_api_key(call, key_hash, account): The same by the SHA-256 (hex) of an API key. */
void	store_account_by_api_key(struct store_call *, const char *, struct store_account *);

#endif /* !STORE_ACCOUNT_H */
