/*
 * What all use cases share: the options of this process, and the answer about a checkout session.
 */
#ifndef PAY_H
#define PAY_H

#include "base/fault.h"
#include "base/settings.h"
#include "store/store_session.h"

/** pay_start(settings): Once a worker; ${settings} is lent for good. */
void			 pay_start(const struct settings *);

/** pay_settings(): The settings given to pay_start(). */
const struct settings	*pay_settings(void);

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
	struct store_session	 session;
};

typedef void	(*pay_session_done)(void *arg, const struct pay_session *);

/** pay_session_standing(session): What the charge of the session, if any, comes to. */
enum pay_standing	 pay_session_standing(const struct store_session *);

/** pay_standing_label(standing): "open", "action", …, as in docs/api.md. */
const char		*pay_standing_label(enum pay_standing);

#endif /* !PAY_H */
