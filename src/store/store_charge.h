/*
 * Charges in the books: reserve (the committed intent), settle (the one completion path), the look-up
 * behind "is it paid", and what the janitor takes.
 */
#ifndef STORE_CHARGE_H
#define STORE_CHARGE_H

#include "base/digest.h"
#include "store/store_session.h"

struct store_reserved {
	struct store_session	session;
	bool			fresh;		/* this call wrote the intent: the caller sends it */
};

struct store_reserve_ask {
	const char	*session_id;
	const char	*charge_id;		/* for a new one */
	const char	*processor;
	int64_t		 resolve_after_ms;
};

/**
 * store_charge_reserve(call, ask, reserved):
 * kassa.charge_reserve(): commit charge and pending transfer, or return the charge that this
 * transaction has already.  FAULT_SESSION_UNKNOWN, FAULT_SESSION_EXPIRED, FAULT_ATTEMPTS_EXCEEDED.
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
	int64_t		 resolve_after_ms;
};

struct store_settled {
	char			charge_id[ID_SIZE];
	enum charge_status	status;
	enum decline		decline;
	char			action[CHARGE_ACTION_SIZE];
	bool			changed;	/* this call moved it */
	bool			contradicted;	/* it had ended the other way: an operator must look */
};

/** store_charge_settle(call, ask, settled): kassa.charge_settle(); FAULT_CHARGE_UNKNOWN. */
void	store_charge_settle(struct store_call *, const struct store_settle_ask *,
	    struct store_settled *);

struct store_due {
	char			account_id[ID_SIZE];
	char			charge_id[ID_SIZE];
	char			processor[32];
	enum charge_status	status;
	int			resolve_tries;
};

/** store_charge_take_due(call, lease_ms, due, max): kassa.charge_take_due(): call->rows of them. */
void	store_charge_take_due(struct store_call *, int64_t, struct store_due *, int);

struct store_verify_ask {
	const char	*key_hash;		/* SHA-256 of the API key, hex */
	const char	*charge_id;		/* "" when the request names none */
	const char	*transaction;		/* "" when the request names none */
};

struct store_verified {
	char			account_id[ID_SIZE];
	bool			found;		/* a charge, by its id first, then by its transaction */
	char			charge_id[ID_SIZE];
	struct reference	transaction;
	enum charge_status	status;
	struct money		captured;
	struct money		asked;		/* what the session says the platform wants */
	int64_t			settled_at_us;
	bool			open;		/* no charge, but a session of the transaction is open */
};

/**
 * store_charge_verify(call, ask, verified):
 * One statement: the key names the account, the charge is looked up in it alone.  No row: key unknown.
 * Source: contract §3.2 (charge id first, then transaction id).
 */
void	store_charge_verify(struct store_call *, const struct store_verify_ask *,
	    struct store_verified *);

#endif /* !STORE_CHARGE_H */
