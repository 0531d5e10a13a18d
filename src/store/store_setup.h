/*
 * Setups in the books: one opened page that keeps a card for a contact without charging it.
 */
#ifndef STORE_SETUP_H
#define STORE_SETUP_H

#include "core/charge.h"
#include "core/dialect.h"
#include "core/mode.h"
#include "core/reference.h"
#include "store/store_kept.h"

#define STORE_SETUP_ATTEMPTS_MAX	5	/* declined cards of one setup; kassa.setup_reserve() holds it */

/* Same labels in the same order as kassa.setup_status; tests/house compares. */
#define SETUP_STATUSES(S)							\
	S(OPEN,		"open")							\
	S(SENDING,	"sending")	/* intent committed, answer not known yet */ \
	S(UNKNOWN,	"unknown")	/* asked, no answer: will be asked again */ \
	S(SUCCEEDED,	"succeeded")						\
	S(FAILED,	"failed")

enum setup_status {
#define SETUP_STATUS_ENUM(name, label) SETUP_##name,
	SETUP_STATUSES(SETUP_STATUS_ENUM)
#undef SETUP_STATUS_ENUM
	SETUP_STATUS_COUNT
};

struct store_setup {
	char			account_id[ID_SIZE];
	enum mode		mode;
	char			setup_id[ID_SIZE];
	struct reference	contact;
	enum dialect		dialect;
	enum setup_status	status;
	int			attempt;
	char			processor[32];	/* of the last attempt; "" before the first */
	enum decline		decline;
	struct store_method	method;		/* with SETUP_SUCCEEDED */
	bool			fresh;		/* store_setup_reserve() wrote the intent: the caller sends it */
};

struct store_setup_ask {
	const char	*account_id;
	const char	*contact;
	enum dialect	 dialect;
};

/** store_setup_open(call, ask, setup): kassa.setup_open(): a fresh one. */
void	store_setup_open(struct store_call *, const struct store_setup_ask *, struct store_setup *);

/** store_setup_read(call, setup_id, setup): kassa.setup_read(); FAULT_SETUP_UNKNOWN. */
void	store_setup_read(struct store_call *, const char *, struct store_setup *);

struct store_setup_reserve_ask {
	const char	*setup_id;
	const char	*processor;
	const char	*client;	/* digest of the payer's address; "" when not known */
	const char	*limits;	/* store_limits_text() */
	int64_t		 resolve_after_ms;
};

/**
 * store_setup_reserve(call, ask, setup):
 * kassa.setup_reserve(): commit the intent to keep a card, or return the attempt under way.
 * FAULT_SETUP_UNKNOWN, FAULT_SESSION_EXPIRED, FAULT_ATTEMPTS_EXCEEDED, FAULT_ATTEMPTS_LIMITED.
 */
void	store_setup_reserve(struct store_call *, const struct store_setup_reserve_ask *,
	    struct store_setup *);

struct store_setup_settle_ask {
	const char		*setup_id;
	int			 attempt;
	enum outcome		 outcome;
	enum decline		 decline;
	struct store_card	 card;		/* with OUTCOME_SUCCEEDED */
	int64_t			 minute_ms;
};

/** store_setup_settle(call, ask, setup): kassa.setup_settle(); FAULT_SETUP_UNKNOWN. */
void	store_setup_settle(struct store_call *, const struct store_setup_settle_ask *,
	    struct store_setup *);

#endif /* !STORE_SETUP_H */
