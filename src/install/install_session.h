/*
 * Who looks at the settings page: let in with what the platform says of them, and looked at again with every
 * request (contract §8).  Used by web_settings.c and web_visit.c.
 */
#ifndef INSTALL_SESSION_H
#define INSTALL_SESSION_H

#include <stdint.h>

#include "base/digest.h"
#include "base/fault.h"
#include "core/reference.h"
#include "store/store_brand.h"

#define INSTALL_SESSION_MS	(15 * 60 * INT64_C(1000))
#define INSTALL_USER_SIZE	256	/* a person's name, with the NUL */

struct install_visitor {
	struct reference	company;
	struct reference	location;	/* "" for the company's own settings */
	struct reference	user;
	bool			is_admin;	/* who may change something */
	char			payload[DIGEST_HEX];	/* names what let them in */
};

struct install_session {
	enum fault			 fault;	/* FAULT_NONE, FAULT_SETTINGS_REFUSED, what the store says */
	const char			*rule;	/* which one refused, for the log alone; NULL */
	const char			*sqlstate;
	const char			*detail;
	const struct install_visitor	*visitor;
	const char			*user_name;	/* "" when nobody said */
	const struct store_brand	*brand;
	int64_t				 left_ms;
};

typedef void	(*install_session_done)(void *, const struct install_session *);

/**
 * install_session_open(payload, done, arg):
 * Let in who shows ${payload}, which was encrypted for us.  It is good for INSTALL_SESSION_MS since it was first
 * shown.  Every refusal is the same but for its rule.
 */
void	install_session_open(struct slice, install_session_done, void *);

struct install_looked {
	enum fault	 fault;		/* FAULT_NONE, FAULT_SETTINGS_EXPIRED, what the store says */
	const char	*sqlstate;
};

typedef void	(*install_looked_done)(void *, const struct install_looked *);

/** install_session_look(visitor, done, arg): Whether what the session is about is installed, and nobody ended it. */
void	install_session_look(const struct install_visitor *, install_looked_done, void *);

#endif /* !INSTALL_SESSION_H */
