/*
 * A checkout page opens: its props become a session, bound to account and platform transaction, with
 * the amount read back from the platform (design §2.6, §6).
 */
#ifndef PAY_OPEN_H
#define PAY_OPEN_H

#include "core/apikey.h"
#include "core/dialect.h"
#include "core/reference.h"
#include "pay/pay.h"

#define PAY_AMOUNT_SIZE	32

struct pay_open_ask {
	struct apikey		publishable_key;
	struct reference	transaction;	/* empty in the brief dialect: the order stands in */
	struct reference	order;
	struct reference	contact;
	enum dialect		dialect;
	char			amount[PAY_AMOUNT_SIZE];	/* display text of the page */
	char			currency[8];
};

/**
 * pay_open(ask, done, arg):
 * Open or reopen the session of the transaction.  ${ask} is copied; ${done} is called once, perhaps
 * before this returns.  Faults: publishable_key_invalid, amount_invalid, currency_invalid,
 * read_back_required (live without a platform token), amount_mismatch (an order of external billing, whose amount
 * is in our own books), platform_unavailable, platform_refused, transaction_unknown, transaction_closed,
 * mode_mismatch, processor_unsupported, store_*.
 */
void	pay_open(const struct pay_open_ask *, pay_session_done, void *);

#endif /* !PAY_OPEN_H */
