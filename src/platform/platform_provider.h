/*
 * The custom provider of a location (contract §5): registered, connected, read, taken away.  All of it may be
 * repeated: each call overwrites what was there.
 */
#ifndef PLATFORM_PROVIDER_H
#define PLATFORM_PROVIDER_H

#include <stdbool.h>

#include "core/mode.h"
#include "io/flow.h"
#include "platform/platform_verdict.h"

/* Whether the platform did it. */
struct platform_said {
	struct flow		*flow;		/* woken when it is there */
	enum platform_verdict	 verdict;
	const char		*detail;	/* a sentence for the log; static */
};

struct platform_location_ask {
	const char	*token;		/* the location's */
	const char	*location;
	long		 timeout_ms;	/* of a look that is not repeated; 0: as any call */
};

struct platform_registration {
	const char	*token, *location;
	const char	*name, *description;	/* UTF-8 */
	const char	*payments_url, *query_url, *image_url;
	bool		 supports_schedules;
};

struct platform_keys {
	const char	*token, *location;
	const char	*test_api_key, *test_publishable_key;
	const char	*live_api_key, *live_publishable_key;
};

/** platform_provider_register(registration, said): POST provider. */
void	platform_provider_register(const struct platform_registration *, struct platform_said *);

/** platform_provider_connect(keys, said): POST connect, both modes in one body. */
void	platform_provider_connect(const struct platform_keys *, struct platform_said *);

/** platform_provider_remove(ask, said): DELETE provider. */
void	platform_provider_remove(const struct platform_location_ask *, struct platform_said *);

/* What the platform has of us. */
struct platform_provider {
	struct flow		*flow;		/* woken when it is there */
	enum platform_verdict	 verdict;
	const char		*detail;
	char			 payments_url[1024], query_url[1024];	/* "" when it does not say */
	bool			 has_test, has_live;	/* keys of this mode */
};

/** platform_provider_read(ask, provider): GET connect. */
void	platform_provider_read(const struct platform_location_ask *, struct platform_provider *);

/** platform_provider_capabilities(ask, schedules, said): PUT capabilities. */
void	platform_provider_capabilities(const struct platform_location_ask *, bool,
	    struct platform_said *);

#endif /* !PLATFORM_PROVIDER_H */
