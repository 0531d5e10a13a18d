/*
 * A processor has news of an intent: it is asked now instead of later.  A hint moves no money.
 */
#ifndef PAY_HURRY_H
#define PAY_HURRY_H

#include <stdbool.h>

#include "base/fault.h"

struct pay_hurried {
	enum fault	 fault;
	const char	*sqlstate;
	bool		 is_known;	/* an intent without an end waits for it */
};

/**
 * pay_hurry(account_id, key, done, arg):
 * Have the janitor ask about ${key} at once.  ${done} may be NULL.
 */
void	pay_hurry(const char *, const char *, void (*done)(void *, const struct pay_hurried *), void *);

#endif /* !PAY_HURRY_H */
