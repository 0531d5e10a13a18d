/*
 * Whether this server answers at its public address, asked from here.
 */
#ifndef PLATFORM_REACH_H
#define PLATFORM_REACH_H

#include <stdbool.h>

#include "io/flow.h"

struct platform_reach {
	struct flow	*flow;		/* woken when it is there */
	bool		 is_reached;	/* it was ours that answered */
	const char	*detail;	/* a sentence for the log; static */
};

/**
 * platform_reach(url, timeout_ms, reach):
 * Ask ${url}, our own KASSA_PUBLIC_URL, whether it is alive.  Redirects are not followed, and anything but
 * our own answer is none.
 */
void	platform_reach(const char *, unsigned, struct platform_reach *);

#endif /* !PLATFORM_REACH_H */
