/*
 * "The token of this location": alive, or renewed first, by one caller at a time over all processes
 * (design §2.10).  Whoever calls the platform for a tenant gets it here.
 */
#ifndef INSTALL_TOKEN_H
#define INSTALL_TOKEN_H

#include <stdint.h>

#include "base/id.h"
#include "core/installation.h"
#include "core/reference.h"
#include "base/fault.h"

struct install_token_ask {
	enum installation_kind	 kind;
	struct reference	 reference;	/* of the company or location */
	int64_t			 refused;	/* serial of a pair that the platform called expired; 0: none */
	bool			 ahead;		/* renew it although it is alive */
};

struct install_token {
	/*
	 * FAULT_NONE; FAULT_INSTALLATION_UNKNOWN, _PAUSED, _DEAD; FAULT_PLATFORM_UNAVAILABLE: later;
	 * FAULT_PLATFORM_REFUSED: it will not; FAULT_SEAL_INVALID; what the store says.
	 */
	enum fault		 fault;
	const char		*detail;	/* a sentence for the log, or NULL; lent */
	const char		*installation_id;	/* "" when there is none */
	const char		*token;		/* lent for the call; never logged */
	int64_t			 serial;	/* of the pair: what to say when the platform refuses it */
	const struct reference	*company;	/* "" when nobody said */
};

typedef void	(*install_token_done)(void *, const struct install_token *);

/**
 * install_token(ask, done, arg):
 * ${done} is called once, perhaps from inside this call.  A refresh token leaves once and never again: where
 * its answer was lost, a location's token is minted with the company's instead (contract §6.3, §6.4).
 */
void	install_token(const struct install_token_ask *, install_token_done, void *);

#endif /* !INSTALL_TOKEN_H */
