/*
 * Charges in the books: reserve (the committed intent), settle (the one completion path), and the look-up
 * behind "is it paid".  Charges of kept cards begin in store_kept.h and end here.
 */
#ifndef STORE_CHARGE_H
#define STORE_CHARGE_H

#include "store/store_account.h"
#include "store/store_session.h"

struct store_reserved {
	struct store_session	session;
	bool			fresh;		/* this call wrote the intent: the caller sends it */
};

struct store_reserve_ask {
	const char	*session_id;
	const char	*charge_id;		/* for a new one */
	const char	*processor;
	bool		 saves;			/* the payer agreed that the card is kept */
	const char	*client;		/* digest of the payer's address; "" when not known */
	const char	*limits;		/* store_limits_text() */
	int64_t		 resolve_after_ms;
};

/* How many declines there may be lately, kassa.attempt_limits; 0: no limit. */
struct store_limits {
	int64_t	window_ms;
	long	contact, client, account, ratio_least, ratio_percent;
};
#define STORE_LIMITS_SIZE	160

/** store_limits_text(limits, text): As PostgreSQL reads the composite type. */
void	store_limits_text(const struct store_limits *, char[STORE_LIMITS_SIZE]);

/**
 * store_charge_reserve(call, ask, reserved):
 * kassa.charge_reserve(): commit charge and pending transfer, or return the charge that this
 * transaction has already.  FAULT_SESSION_UNKNOWN, FAULT_SESSION_EXPIRED, FAULT_ATTEMPTS_EXCEEDED,
 * FAULT_ATTEMPTS_LIMITED, FAULT_TRANSACTION_BUSY.
 */
void	store_charge_reserve(struct store_call *, const struct store_reserve_ask *,
	    struct store_reserved *);

struct store_settle_ask {
	const char	*account_id;
	const char	*charge_id;
	enum outcome	 outcome;
	enum decline	 decline;
	const char	*reference;
	const char	*action;
	int64_t		 minute_ms;	/* of the schedule by which it is asked again */
};

struct store_settled {
	char			charge_id[ID_SIZE];
	enum charge_status	status;
	enum decline		decline;
	char			action[CHARGE_ACTION_SIZE];
	int64_t			settled_at_us;
	bool			changed;	/* this call moved it */
	bool			contradicted;	/* it had ended the other way: an operator must look */
};

/** store_charge_settle(call, ask, settled): kassa.charge_settle(); FAULT_CHARGE_UNKNOWN. */
void	store_charge_settle(struct store_call *, const struct store_settle_ask *,
	    struct store_settled *);

struct store_verify_ask {
	const struct store_key	*key;
	const char	*charge_id;		/* "" when the request names none */
	const char	*transaction;		/* "" when the request names none */
};

/* What the look-up came upon; labels are in the statement. */
enum store_found {
	STORE_FOUND_NOTHING,
	STORE_FOUND_CHARGE,		/* by its id first, then by its transaction */
	STORE_FOUND_SESSION,		/* no charge, but a checkout of the transaction is open */
	STORE_FOUND_OTHER_MODE,		/* a charge of this location, but in the other mode */
	STORE_FOUND_OTHER_ACCOUNT	/* a charge of somebody else */
};

struct store_verified {
	char			account_id[ID_SIZE];
	enum store_found	found;
	bool			is_inert;	/* nobody has set this mode up */
	char			charge_id[ID_SIZE];
	struct reference	transaction;
	enum charge_status	status;
	struct money		captured;
	struct money		asked;		/* what the platform wants, as it said itself */
	int64_t			settled_at_us;
};

/**
 * store_charge_verify(call, ask, verified):
 * One statement: the key names the account, the charge is looked up in it alone.  No row: key unknown.
 * Source: contract §3.2 (charge id first, then transaction id).
 */
void	store_charge_verify(struct store_call *, const struct store_verify_ask *,
	    struct store_verified *);

#endif /* !STORE_CHARGE_H */
