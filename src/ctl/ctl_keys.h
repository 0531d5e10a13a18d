/*
 * A pair of keys, fresh from the machine's random numbers, on its way to the database and to the operator.
 */
#ifndef CTL_KEYS_H
#define CTL_KEYS_H

#include <stdbool.h>

#include "base/digest.h"
#include "core/apikey.h"

struct ctl_keys {
	struct apikey	secret;
	struct apikey	publishable;
	char		digest[DIGEST_HEX];	/* of the secret one, which the database keeps instead of it */
};

/** ctl_keys_make(mode, keys): Mint a pair; false after complaining.  ctl_keys_wipe() is due. */
bool	ctl_keys_make(enum mode, struct ctl_keys *);
void	ctl_keys_wipe(struct ctl_keys *);

/** ctl_keys_print(keys): Both, one line each, for a person. */
void	ctl_keys_print(const struct ctl_keys *);

#endif /* !CTL_KEYS_H */
