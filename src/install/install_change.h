/*
 * What an administrator changes of a mode of a location, or of a company: keys made and revoked, the processor,
 * the brand.  Each may be sent twice; who may is the caller's business.
 */
#ifndef INSTALL_CHANGE_H
#define INSTALL_CHANGE_H

#include "core/mode.h"
#include "core/reference.h"
#include "store/store_settings.h"

struct install_changed {
	/*
	 * FAULT_NONE; FAULT_ACCOUNT_UNKNOWN: it was never connected; FAULT_KEYS_CHANGING; what sealing and
	 * the store say.
	 */
	enum fault	 fault;
	const char	*detail;	/* a sentence for the caller, static, or NULL */
	const char	*said;		/* by the store, for the log */
	const char	*sqlstate;
	const char	*account_id;	/* "" when there is none */
	bool		 is_connected;	/* of keys: the platform has taken them */
};

typedef void	(*install_changed_done)(void *, const struct install_changed *);

struct install_change_ask {
	struct reference	 location;
	enum mode		 mode;
	const char		*processor;	/* of processor_put alone; static */
	const char		*credentials;	/* the same: JSON, copied; NULL when there are none */
};

/**
 * install_rotate(ask, done, arg):
 * Make a pair of keys and connect it; the one before stays valid.  Committed is it when ${done} says so, also
 * when the platform could not be told: a job goes on.
 */
void	install_rotate(const struct install_change_ask *, install_changed_done, void *);

/** install_revoke(ask, done, arg): Refuse all keys but the newest pair, once the platform has taken that. */
void	install_revoke(const struct install_change_ask *, install_changed_done, void *);

/** install_processor_put(ask, done, arg): Seal and keep the processor's credentials; the mode is set up. */
void	install_processor_put(const struct install_change_ask *, install_changed_done, void *);

#endif /* !INSTALL_CHANGE_H */
