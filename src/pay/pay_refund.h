/*
 * The platform gives money back: part or all of a charge, never more than it, a retry never twice.
 */
#ifndef PAY_REFUND_H
#define PAY_REFUND_H

#include "base/digest.h"
#include "pay/pay.h"
#include "processor/processor.h"
#include "store/store_account.h"
#include "store/store_refund.h"

#define PAY_REFUND_AMOUNT_SIZE	32

struct pay_refund_ask {
	struct store_key	key;
	struct reference	charge;		/* empty when the request names none */
	struct reference	transaction;	/* the same */
	char			amount[PAY_REFUND_AMOUNT_SIZE];	/* decimal text in the charge's currency */
};

struct pay_refunded {
	enum fault		 fault;		/* FAULT_NONE: the rest is there */
	const char		*sqlstate;
	const char		*detail;	/* for the log; "" */
	const char		*account_id;	/* "" when the key is not known */
	const char		*charge_id;	/* "" when there is none */
	const char		*transaction;	/* of the charge */
	const char		*rule;		/* which rule told retry from new, for the log */
	struct store_refund	 refund;
};

typedef void	(*pay_refund_done)(void *arg, const struct pay_refunded *);

/**
 * pay_refund(ask, done, arg):
 * Find the charge, ask the platform what it counts as refunded, reserve, send, settle; or repeat the
 * answer of the refund that this request is a retry of.  Runs to its end without its caller.
 * Faults: api_key_invalid, charge_unknown, charge_state_invalid, amount_invalid, refund_exceeds_charge,
 * processor_unsupported, store_*.  Source: contract §3.7, design §5.
 */
void	pay_refund(const struct pay_refund_ask *, pay_refund_done, void *);

/** pay_refund_log(what): One line for what came of it, and its count; an alert for a contradiction. */
struct pay_refund_log {
	const char				*account_id, *refund_id;
	const struct processor			*processor;
	const struct processor_result		*result;
	const struct store_call			*call;
	const struct store_refund_settled	*settled;
};
void	pay_refund_log(const struct pay_refund_log *);

#endif /* !PAY_REFUND_H */
