/*
 * How many calls we may make: so many in ten seconds for each location or company (contract §10), divided between
 * the workers; and none while the platform says that nothing is left.  Private to this folder.
 */
#ifndef PLATFORM_BUDGET_H
#define PLATFORM_BUDGET_H

#include <stdint.h>

#include "io/fetch.h"

#define PLATFORM_BUDGET_HEADERS	3

/** platform_budget_headers: What of an answer's headers platform_budget_heard() wants, in this order. */
extern const char *const	platform_budget_headers[PLATFORM_BUDGET_HEADERS];

/** platform_budget_start(rate, workers): Full ones; ${rate} calls in ten seconds for all of ${workers}. */
void		platform_budget_start(long, long);

/** platform_budget_name(resource): By which the location or company ${resource} is kept; never 0. */
uint64_t	platform_budget_name(const char *);

/** platform_budget_take(name): Take a call and return 0; or take none and return the ms until it may be asked again. */
int64_t		platform_budget_take(uint64_t);

/**
 * platform_budget_heard(name, answer):
 * Obey what the platform says about calls that are left, and a 429 whatever else it says.
 */
void		platform_budget_heard(uint64_t, const struct fetch_answer *);

#endif /* !PLATFORM_BUDGET_H */
