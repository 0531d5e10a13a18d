/*
 * Refunds in the books: which charge is meant, reserve (the committed intent, out of the charge's limit),
 * settle (the one completion path).
 */
#ifndef STORE_REFUND_H
#define STORE_REFUND_H

#include "core/charge.h"
#include "core/money.h"
#include "core/reference.h"
#include "store/store_account.h"

/* The charge that a refund is asked for, and what is needed to ask the platform about it. */
struct store_refundable {
	char			charge_id[ID_SIZE];
	struct reference	transaction;	/* empty when the charge was made without one */
	struct money		captured;
	enum charge_status	status;
	char			processor[32];
};

struct store_refundable_ask {
	const char	*account_id;
	const char	*charge_id;	/* "" when the request names none */
	const char	*transaction;	/* "" when the request names none */
};

/** store_refund_charge(call, ask, charge): By charge id first, then by transaction; no row: unknown. */
void	store_refund_charge(struct store_call *, const struct store_refundable_ask *,
	    struct store_refundable *);

struct store_refund_ask {
	const char	*account_id;
	const char	*charge_id;
	const char	*refund_id;		/* for a new one */
	struct money	 money;
	bool		 is_counted;		/* the platform said what it counts as refunded */
	int64_t		 counted_minor;
	int64_t		 window_ms;		/* in which an equal refund is a retry, if it did not */
	int64_t		 resolve_after_ms;
};

struct store_refund {
	char			refund_id[ID_SIZE];
	bool			fresh;		/* this call wrote the intent: the caller sends it */
	char			rule[16];	/* which rule told retry from new, for the log */
	char			processor[32];
	struct money		money;
	enum charge_status	status;
	enum decline		decline;
	int64_t			settled_at_us;
};

/**
 * store_refund_reserve(call, ask, refund):
 * kassa.refund_reserve(): commit refund and pending transfer, or return the refund that this request
 * has already.  FAULT_CHARGE_UNKNOWN, FAULT_CHARGE_STATE_INVALID, FAULT_REFUND_EXCEEDS_CHARGE.
 */
void	store_refund_reserve(struct store_call *, const struct store_refund_ask *,
	    struct store_refund *);

struct store_refund_settle_ask {
	const char	*account_id;
	const char	*refund_id;
	enum outcome	 outcome;
	enum decline	 decline;
	const char	*reference;
	int64_t		 minute_ms;	/* of the schedule by which it is asked again */
};

struct store_refund_settled {
	enum charge_status	status;
	enum decline		decline;
	int64_t			settled_at_us;
	bool			changed;
	bool			contradicted;	/* it had ended the other way: an operator must look */
};

/** store_refund_settle(call, ask, settled): kassa.refund_settle(); FAULT_REFUND_UNKNOWN. */
void	store_refund_settle(struct store_call *, const struct store_refund_settle_ask *,
	    struct store_refund_settled *);

#endif /* !STORE_REFUND_H */
