/*
 * Tokens of the platform and where the app is installed (contract §6.2–§6.4).
 */
#ifndef PLATFORM_OAUTH_H
#define PLATFORM_OAUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/installation.h"
#include "core/reference.h"
#include "io/flow.h"
#include "platform/platform_verdict.h"

#define PLATFORM_TOKEN_SIZE	4097	/* a token, with the NUL */
#define PLATFORM_SCOPE_SIZE	2001
#define PLATFORM_PAGE_MAX	100	/* locations of one page */
#define PLATFORM_NAME_SIZE	201

enum platform_user {
	PLATFORM_COMPANY,
	PLATFORM_LOCATION
};

/* A pair of tokens and what it is good for. */
struct platform_grant {
	struct flow		*flow;		/* woken when it is there */
	enum platform_verdict	 verdict;
	const char		*detail;	/* a sentence for the log; static */
	char			 access_token[PLATFORM_TOKEN_SIZE];
	char			 refresh_token[PLATFORM_TOKEN_SIZE];	/* "" when there is none */
	int64_t			 expires_in_s;
	enum platform_user	 user_type;	/* as the answer says it */
	struct reference	 company, location, user, plan, version;
	bool			 is_bulk, installs_future;
	bool			 approves_all;
	size_t			 approved_count;	/* what an agency's installer chose, as far as it is told */
	struct reference	 approved[INSTALLATION_APPROVED_MAX];
	char			 scope[PLATFORM_SCOPE_SIZE];
};

struct platform_code_ask {
	const char	*code;
	const char	*redirect;	/* the redirect_uri that the code came to */
};

struct platform_refresh_ask {
	const char		*token;
	enum platform_user	 user_type;
};

struct platform_mint_ask {
	const char	*token;		/* the company's */
	const char	*company, *location;
};

/**
 * platform_code_exchange(ask, grant), platform_token_refresh(ask, grant):
 * POST /oauth/token.  Sent once: both spend what they send.
 */
void	platform_code_exchange(const struct platform_code_ask *, struct platform_grant *);
void	platform_token_refresh(const struct platform_refresh_ask *, struct platform_grant *);

/** platform_location_token(ask, grant): POST /oauth/locationToken; may be repeated. */
void	platform_location_token(const struct platform_mint_ask *, struct platform_grant *);

/** platform_grant_wipe(grant): Overwrite its tokens. */
void	platform_grant_wipe(struct platform_grant *);

struct platform_page_ask {
	const char	*token;		/* the company's */
	const char	*company;
	long		 skip;
};

struct platform_listed {
	struct reference	location;
	char			name[PLATFORM_NAME_SIZE];
	bool			is_installed;
};

/* Up to PLATFORM_PAGE_MAX locations of a company. */
struct platform_page {
	struct flow		*flow;		/* woken when it is there */
	enum platform_verdict	 verdict;
	const char		*detail;
	size_t			 count;
	int64_t			 total;		/* of all pages */
	struct platform_listed	 at[PLATFORM_PAGE_MAX];
};

/** platform_installed_locations(ask, page): GET /oauth/installedLocations. */
void	platform_installed_locations(const struct platform_page_ask *, struct platform_page *);

#endif /* !PLATFORM_OAUTH_H */
