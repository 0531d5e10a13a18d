/*
 * What the platform granted, or why it did not: sealed for its row, judged for the claim that stands on it.
 * Used by the flows code and token.
 */
#ifndef INSTALL_GRANT_H
#define INSTALL_GRANT_H

#include "install/install.h"
#include "platform/platform_oauth.h"

/**
 * install_grant_seal(kind, grant, access, refresh):
 * Make both buffers, and seal the pair into them for its company or location; ${refresh} stays empty
 * without a refresh token.  On a fault both are released, else the caller does it.
 */
enum fault	install_grant_seal(enum installation_kind, const struct platform_grant *, struct buf *,
		    struct buf *);

/* What it means that a refresh token gave no new pair. */
struct install_lost {
	enum fault	 fault;		/* for the caller */
	bool		 is_unspent;	/* answered as not taken: it may be sent again (docs/why.md) */
	bool		 may_mint;	/* the company's token may help */
	const char	*state;		/* what the installation comes to without help; NULL: as it is */
};

/**
 * install_grant_lost(grant, is_alive, lost):
 * Judge the answer to a refresh (contract §6.3); ${is_alive}: the old access token still serves.
 */
void		install_grant_lost(const struct platform_grant *, bool, struct install_lost *);

/** install_grant_is_for(kind, reference, grant): Whether it is that company's or location's. */
bool		install_grant_is_for(enum installation_kind, const struct reference *,
		    const struct platform_grant *);

/* How renewing a token went. */
struct install_grant_log {
	const char	*installation_id;
	const char	*rule;		/* "refreshed", "minted" */
	bool		 is_final;	/* it came to an end that somebody has to look at */
	enum fault	 fault;		/* FAULT_NONE: there is a new pair */
	const char	*detail;
};

/** install_grant_log(what): One line for the log. */
void		install_grant_log(const struct install_grant_log *);

#endif /* !INSTALL_GRANT_H */
