/*
 * What an answer of the platform means for us (contract §5, §6.3, §6.4, §6.6, §10): pure, one table.
 */
#ifndef PLATFORM_VERDICT_H
#define PLATFORM_VERDICT_H

#include "base/fault.h"
#include "base/slice.h"

enum platform_verdict {
	PLATFORM_DONE,
	PLATFORM_RETRY,		/* may work later: 408, 429, 5xx, not sent */
	PLATFORM_UNKNOWN,	/* it may have been done: the answer was lost */
	PLATFORM_EXPIRED,	/* the access token: a new one may help */
	PLATFORM_PAUSED,	/* the location is not active; the same tokens work again later */
	PLATFORM_DEAD,		/* the grant is no good any more */
	PLATFORM_REFUSED,	/* scope, class, wrong location: somebody has to act */
	PLATFORM_ABSENT,	/* what it is about is not there */
	PLATFORM_BUG		/* our request is not right, or its answer cannot be read */
};

/* What an answer says about itself; empty where it says nothing. */
struct platform_words {
	struct slice	message;
	struct slice	error;		/* a code, or the status in words */
};

/**
 * platform_judge(status, words, detail):
 * The verdict on an HTTP answer with these ${words}; ${detail} gets a static sentence.
 */
enum platform_verdict	 platform_judge(long, const struct platform_words *, const char **);

/** platform_verdict_fault(verdict): The fault that a caller is told; FAULT_NONE for PLATFORM_DONE. */
enum fault		 platform_verdict_fault(enum platform_verdict);

#endif /* !PLATFORM_VERDICT_H */
