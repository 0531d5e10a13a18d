/*
 * What all use cases share: the options of this process, the limits that go along with a card, and the
 * answer about a checkout session.
 */
#ifndef PAY_H
#define PAY_H

#include "base/fault.h"
#include "base/settings.h"
#include "store/store_charge.h"
#include "store/store_session.h"

/** pay_start(settings): Once a worker; ${settings} is lent for good. */
void			 pay_start(const struct settings *);

/** pay_settings(): The settings given to pay_start(). */
const struct settings	*pay_settings(void);

/** pay_limits(): How many declined cards there may be lately, as the store takes it. */
const char		*pay_limits(void);

/** pay_resolve_after_ms(): When an intent is asked about that was just written. */
int64_t			 pay_resolve_after_ms(void);

#define PAY_CLIENT_SIZE	33	/* a digest of an address, with the NUL */

/**
 * pay_client_digest(address, digest):
 * What is kept of the address that a payer came from: a keyed digest, enough for counting.  "" for an
 * empty address.
 */
void			 pay_client_digest(struct slice, char[PAY_CLIENT_SIZE]);

/* How a checkout session stands for the one who looks at it: docs/api.md lists what each means. */
enum pay_standing {
	PAY_OPEN,
	PAY_ACTION,
	PAY_PROCESSING,
	PAY_PENDING,
	PAY_SUCCEEDED,
	PAY_FAILED
};

struct pay_session {
	enum fault		 fault;		/* FAULT_NONE: the rest is there */
	const char		*detail;	/* a sentence for the caller's log line, or NULL */
	const char		*sqlstate;	/* of the store, or "" */
	const char		*rule;		/* which limit said no, for the log; "" */
	struct store_session	 session;
};

typedef void	(*pay_session_done)(void *arg, const struct pay_session *);

/** pay_session_standing(session): What the charge of the session, if any, comes to. */
enum pay_standing	 pay_session_standing(const struct store_session *);

/** pay_standing_label(standing): "open", "action", …, as in docs/api.md. */
const char		*pay_standing_label(enum pay_standing);

#endif /* !PAY_H */
