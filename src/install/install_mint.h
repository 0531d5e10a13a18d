/*
 * A location's token, minted with its company's (contract §6.4).  Used by the flow token.
 */
#ifndef INSTALL_MINT_H
#define INSTALL_MINT_H

#include "base/fault.h"
#include "core/reference.h"
#include "platform/platform_oauth.h"

struct install_mint_ask {
	struct reference	company;	/* "" when nobody said: those with future locations are tried */
	struct reference	location;
};

struct install_minted {
	/*
	 * FAULT_NONE; FAULT_INSTALLATION_DEAD: no company can; FAULT_PLATFORM_UNAVAILABLE,
	 * FAULT_PLATFORM_REFUSED; what the store says.
	 */
	enum fault	 fault;
	const char	*detail;	/* static, or NULL */
};

typedef void	(*install_mint_done)(void *, const struct install_minted *);

/**
 * install_mint(ask, grant, done, arg):
 * Fill ${grant}, the caller's.  Minting spends nothing: it may be repeated.
 */
void	install_mint(const struct install_mint_ask *, struct platform_grant *, install_mint_done,
	    void *);

#endif /* !INSTALL_MINT_H */
