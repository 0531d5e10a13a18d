/*
 * Installations and their tokens: found, claimed, renewed, given up.  Tokens are sealed when they get
 * here, and are opened by who found them (install/install_seal.h).
 */
#ifndef STORE_INSTALLATION_H
#define STORE_INSTALLATION_H

#include <stdint.h>

#include "base/id.h"
#include "core/installation.h"
#include "core/reference.h"
#include "store/store.h"

#define STORE_TOKEN_SIZE	8192	/* a sealed token of the platform, with the NUL */
#define STORE_LIST_MAX		100	/* locations of one page */
#define STORE_LIST_NAME_SIZE	201
#define STORE_COMPANIES_MAX	20	/* that may have installed the app for future locations */

struct store_installation {
	char			 installation_id[ID_SIZE];
	enum installation_kind	 kind;
	struct reference	 company;		/* "" when nobody said */
	struct reference	 location;		/* "" of a company */
	enum installation_state	 state;
	int64_t			 serial;		/* of its pair of tokens; 0: never had one */
	char			 access_sealed[STORE_TOKEN_SIZE];	/* "" when there is none */
	char			 refresh_sealed[STORE_TOKEN_SIZE];
	int64_t			 access_left_ms;
	bool			 refresh_is_spent;	/* it may have been sent: never again */
};

/** store_installation_find(call, id, installation): By its id; no row: there is none. */
void	store_installation_find(struct store_call *, const char *, struct store_installation *);

/** store_installation_of(call, kind, reference, installation): Of a company, or of a location. */
void	store_installation_of(struct store_call *, enum installation_kind, const char *,
	    struct store_installation *);

/**
 * store_installation_hosts(call, company, hosts):
 * Companies that may mint a token for a location: ${company} alone, or with "" all that installed the app
 * for future locations; call->rows of them into ${hosts}.
 */
void	store_installation_hosts(struct store_call *, const char *,
	    struct reference hosts[STORE_COMPANIES_MAX]);

/* What an authorization code gave. */
struct store_grant_ask {
	enum installation_kind	 kind;
	const char		*company;	/* "" when it is not said */
	const char		*location;
	const char		*user;
	const char		*version;
	const char		*plan;
	const char		*scope;
	bool			 installs_future;
	const struct reference	*approved;	/* locations of a company that its installer chose */
	size_t			 approved_count;	/* up to INSTALLATION_APPROVED_MAX */
	const char		*access_sealed;
	const char		*refresh_sealed;	/* "" when there is none */
	int64_t			 lives_ms;
	int64_t			 ahead_ms;	/* how long before its end it is renewed */
};

/** store_token_grant(call, ask, granted): kassa.token_grant(); ${granted} is the installation's id. */
void	store_token_grant(struct store_call *, const struct store_grant_ask *, struct id *);

/* Who may ask for a new pair (kassa.token_claim). */
enum store_claim {
	STORE_CLAIM_MINE,
	STORE_CLAIM_NEWER,	/* somebody got a pair in between: look again */
	STORE_CLAIM_BUSY,	/* somebody is about to: look again later */
	STORE_CLAIM_SPENT,	/* the refresh token may have been sent before */
	STORE_CLAIM_GONE	/* uninstalled */
};

struct store_claim_ask {
	const char	*installation_id;
	int64_t		 serial;	/* the pair that is to be replaced */
	const char	*claim;		/* ours */
	bool		 spends;	/* by the refresh token */
	int64_t		 lease_ms;
};

/** store_token_claim(call, ask, verdict): kassa.token_claim(). */
void	store_token_claim(struct store_call *, const struct store_claim_ask *, enum store_claim *);

struct store_renew_ask {
	const char	*installation_id;
	const char	*claim;
	const char	*access_sealed;
	const char	*refresh_sealed;	/* "" when there is none */
	int64_t		 lives_ms;
	int64_t		 ahead_ms;
};

/** store_token_renew(call, ask, kept): kassa.token_renew(); not kept when the claim was lost. */
void	store_token_renew(struct store_call *, const struct store_renew_ask *, bool *);

struct store_give_up_ask {
	const char	*installation_id;
	const char	*claim;
	bool		 is_unspent;	/* the refresh token surely was not taken */
	const char	*state;		/* "paused", "dead"; NULL: as it is */
	const char	*reason;
};

/** store_token_give_up(call, ask): kassa.token_give_up(). */
void	store_token_give_up(struct store_call *, const struct store_give_up_ask *);

/* One page of a company's locations. */
struct store_list_ask {
	const char		*installation_id;	/* the company's */
	const char		*company;
	size_t			 count;
	struct reference	 locations[STORE_LIST_MAX];
	char			 names[STORE_LIST_MAX][STORE_LIST_NAME_SIZE];
	bool			 is_last;
	int64_t			 again_ms;		/* how soon the list is read again the first time */
};

/** store_installation_list(call, ask): kassa.installation_list(). */
void	store_installation_list(struct store_call *, const struct store_list_ask *);

/** store_installation_left(call, id): kassa.installation_left(). */
void	store_installation_left(struct store_call *, const char *);

#endif /* !STORE_INSTALLATION_H */
