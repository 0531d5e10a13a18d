/*
 * Checkout sessions: one opened checkout page, bound to an account and a platform transaction, and how
 * its payment stands.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "base/id.h"
#include "core/charge.h"
#include "core/dialect.h"
#include "core/mode.h"
#include "core/money.h"
#include "core/reference.h"
#include "store/store.h"

#define STORE_SESSION_ATTEMPTS_MAX	5	/* declined charges of one session; kassa.charge_reserve() holds it */

struct store_session {
	char			account_id[ID_SIZE];
	enum mode		mode;
	char			session_id[ID_SIZE];
	struct reference	transaction;
	enum dialect		dialect;
	struct reference	contact;	/* empty when none is known */
	struct money		money;
	bool			has_charge;	/* the live charge, else the last that failed */
	char			charge_id[ID_SIZE];
	enum charge_status	status;
	enum decline		decline;
	char			action[CHARGE_ACTION_SIZE];
	char			processor[32];
	int			failed_count;
};

struct store_session_ask {
	const char		*account_id;
	const char		*session_id;	/* for a new one */
	const char		*transaction;
	enum dialect		 dialect;
	struct money		 money;
	bool			 read_back;	/* the amount came from the platform, not from the page */
	const char		*contact;	/* "" when none */
	const char		*order;
};

/** store_session_open(call, ask, session): kassa.session_open(): the same transaction, the same session. */
void	store_session_open(struct store_call *, const struct store_session_ask *, struct store_session *);

/** store_session_read(call, session_id, session): kassa.session_read(); FAULT_SESSION_UNKNOWN. */
void	store_session_read(struct store_call *, const char *, struct store_session *);

#endif /* !STORE_SESSION_H */
