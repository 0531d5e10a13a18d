/*
 * What an answer of the platform means for us (contract §5, §6.3, §6.4, §6.6, §10): pure, one table.
 */
#ifndef PLATFORM_VERDICT_H
#define PLATFORM_VERDICT_H

#include "base/fault.h"
#include "base/slice.h"

enum platform_verdict {
	PLATFORM_DONE,
	PLATFORM_RETRY,		/* surely not done; may work later: 429, 5xx, not sent */
	PLATFORM_UNKNOWN,	/* it may have been done: the answer was lost */
	PLATFORM_EXPIRED,	/* the access token: a new one may help */
	PLATFORM_PAUSED,	/* the location is not active; the same tokens work again later */
	PLATFORM_DEAD,		/* the grant is no good any more */
	PLATFORM_REFUSED,	/* scope, class, wrong location: somebody has to act */
	PLATFORM_ABSENT,	/* what it is about is not there */
	PLATFORM_BUG		/* our request is not right, or its answer cannot be read */
};

/**
 * platform_judge(status, message, detail):
 * The verdict on an HTTP answer with the platform's words in ${message}; ${detail} gets a static sentence.
 */
enum platform_verdict	 platform_judge(long, struct slice, const char **);

/** platform_verdict_fault(verdict): The fault that a caller is told; FAULT_NONE for PLATFORM_DONE. */
enum fault		 platform_verdict_fault(enum platform_verdict);

#endif /* !PLATFORM_VERDICT_H */
