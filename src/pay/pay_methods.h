/*
 * Which cards are kept for a contact.
 */
#ifndef PAY_METHODS_H
#define PAY_METHODS_H

#include "base/digest.h"
#include "core/reference.h"
#include "pay/pay.h"
#include "store/store_account.h"
#include "store/store_kept.h"

struct pay_methods_ask {
	struct store_key	key;
	struct reference	contact;
	struct reference	location;	/* empty when the request names none */
};

struct pay_methods {
	enum fault			 fault;		/* FAULT_NONE: the rest is there */
	const char			*sqlstate;
	const char			*account_id;	/* "" when the key is not known */
	const struct store_method	*at;
	size_t				 count;
};

typedef void	(*pay_methods_done)(void *arg, const struct pay_methods *);

/**
 * pay_methods(ask, done, arg):
 * The kept cards of a contact, the latest first.  Faults: api_key_invalid, location_mismatch, store_*.
 * Source: contract §3.3.
 */
void	pay_methods(const struct pay_methods_ask *, pay_methods_done, void *);

#endif /* !PAY_METHODS_H */
