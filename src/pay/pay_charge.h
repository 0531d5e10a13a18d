/*
 * The platform charges a kept card without its payer: one request, one charge, however often it is asked.
 */
#ifndef PAY_CHARGE_H
#define PAY_CHARGE_H

#include "base/digest.h"
#include "pay/pay.h"
#include "store/store_account.h"
#include "store/store_kept.h"

#define PAY_DESCRIPTION_SIZE	256
#define PAY_CHARGE_AMOUNT_SIZE	32

struct pay_charge_ask {
	struct store_key	key;
	struct reference	payment_method;
	struct reference	contact;	/* empty when the request names none */
	struct reference	transaction;	/* empty in the brief dialect */
	char			amount[PAY_CHARGE_AMOUNT_SIZE];	/* decimal text of major units */
	char			currency[8];
	char			description[PAY_DESCRIPTION_SIZE];
};

struct pay_charged {
	enum fault		 fault;		/* FAULT_NONE: the rest is there */
	const char		*sqlstate;
	const char		*detail;	/* for the log; "" */
	const char		*account_id;	/* "" when the key is not known */
	const char		*rule;		/* fresh or repeated, for the log */
	struct store_kept	 charge;
};

typedef void	(*pay_charge_done)(void *arg, const struct pay_charged *);

/**
 * pay_charge(ask, done, arg):
 * Reserve, send, settle; or repeat the answer that the same request had.  Idempotent by transaction; where
 * there is none, an equal request within repeat_window_ms is the same.  A repeated request whose charge is
 * pending or unknown asks the processor again.  Runs to its end without its caller.
 * Faults: api_key_invalid, currency_invalid, amount_invalid, method_unknown, method_expired, key_reused,
 * transaction_busy, processor_unsupported, store_*.  Source: contract §3.4, design §5.
 */
void	pay_charge(const struct pay_charge_ask *, pay_charge_done, void *);

#endif /* !PAY_CHARGE_H */
