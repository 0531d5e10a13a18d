/*
 * What the settings page asks and changes: who may open it, how both modes of a location stand, keys,
 * processors, brands.  What was sealed is sealed when it gets here.
 */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include <stdint.h>

#include "base/digest.h"
#include "base/id.h"
#include "core/apikey.h"
#include "core/installation.h"
#include "core/mode.h"
#include "store/store.h"
#include "store/store_provider.h"

#define STORE_VERDICT_SIZE	32
#define STORE_NAME_SIZE		1024	/* 200 characters of a name or a reason, with the NUL */
#define STORE_PROCESSOR_SIZE	32

struct store_settings_ask {
	const char	*digest;	/* what names the payload, hex */
	const char	*company;
	const char	*location;	/* "" for the company's own settings */
	const char	*user;		/* store_settings_look() alone */
	int64_t		 lives_ms;
};

struct store_settings_opened {
	char	verdict[STORE_VERDICT_SIZE];	/* "open", or why not */
	int64_t	left_ms;
};

/** store_settings_open(call, ask, opened): kassa.settings_open(). */
void	store_settings_open(struct store_call *, const struct store_settings_ask *,
	    struct store_settings_opened *);

/** store_settings_look(call, ask, stands): kassa.settings_stands(); an unknown digest is "". */
void	store_settings_look(struct store_call *, const struct store_settings_ask *, bool *);

/* One mode of an installed location. */
struct store_settings_mode {
	enum mode		 mode;
	char			 installation_id[ID_SIZE];
	char			 name[STORE_NAME_SIZE];		/* of the location; "" when nobody said */
	enum installation_state	 state;
	char			 reason[STORE_NAME_SIZE];
	char			 segment[ID_SIZE];		/* "" when it was never connected */
	bool			 is_registered;
	char			 connected_sha256[DIGEST_HEX];	/* "" when it is not */
	char			 account_id[ID_SIZE];		/* "" when there is none yet */
	char			 processor[STORE_PROCESSOR_SIZE];	/* that somebody chose; "" when none */
	char			 key_hash[DIGEST_HEX];		/* of the pair to connect with; "" when none */
	char			 sealed[STORE_KEY_SEALED_SIZE];
	char			 publishable_key[APIKEY_SIZE];
	int64_t			 made_at_us;
	int64_t			 previous_at_us;		/* of an older valid pair; 0: there is none */
	int64_t			 asked_at_us;			/* the last query; 0: never */
};

/** store_settings_modes(call, location, modes): Both modes, test first; no rows: it is not installed. */
void	store_settings_modes(struct store_call *, const char *,
	    struct store_settings_mode modes[STORE_MODES]);

/* Changes: each names a location and a mode, or a company, of a session that was checked. */

struct store_rotate_ask {
	const char	*location;
	enum mode	 mode;
	const char	*key_hash;
	const char	*sealed;
	const char	*publishable_key;
};

/** store_settings_rotate(call, ask): kassa.settings_rotate(). */
void	store_settings_rotate(struct store_call *, const struct store_rotate_ask *);

/** store_settings_revoke(call, ask): kassa.settings_revoke(): all but the pair of ask->key_hash. */
void	store_settings_revoke(struct store_call *, const struct store_rotate_ask *);

struct store_processor_ask {
	const char	*location;
	enum mode	 mode;
	const char	*processor;
	const char	*sealed;	/* credentials; NULL: it needs none */
};

/** store_settings_processor_put(call, ask): kassa.settings_processor_put(). */
void	store_settings_processor_put(struct store_call *, const struct store_processor_ask *);

struct store_brand_ask {
	const char	*company;
	const char	*name;		/* NULL, like the others: as the operator's */
	const char	*description;
	const char	*logo_url;
	const char	*support;
};

/** store_settings_brand_put(call, ask): kassa.settings_brand_put(). */
void	store_settings_brand_put(struct store_call *, const struct store_brand_ask *);

/** store_settings_repair(call, location, is_registered): kassa.settings_repair(). */
void	store_settings_repair(struct store_call *, const char *, bool);

/** store_key_asked(call, key_hash): kassa.key_asked(). */
void	store_key_asked(struct store_call *, const char *);

#endif /* !STORE_SETTINGS_H */
