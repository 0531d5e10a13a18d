/*
 * Buckets by resource.  A full one and what comes into it in ten seconds together are what is allowed in ten
 * seconds, so that no ten seconds get more, wherever the platform begins to count.
 */
#include "platform/platform_budget.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/integer.h"
#include "core/bucket.h"
#include "core/bucket_table.h"

#define INTERVAL_NS	INT64_C(10000000000)
#define BURST_SHARE	4	/* a quarter may come at once, the rest steadily */
#define PAUSE_MS	1000	/* after a 429 that says no more */
#define PAUSE_DAY_MS	30000	/* after the day's last call: as long as a bucket remembers */

enum heard {
	HEARD_REMAINING,
	HEARD_INTERVAL_MS,
	HEARD_DAY
};

const char *const	platform_budget_headers[PLATFORM_BUDGET_HEADERS] = {
	[HEARD_REMAINING] = "x-ratelimit-remaining",
	[HEARD_INTERVAL_MS] = "x-ratelimit-interval-milliseconds",
	[HEARD_DAY] = "x-ratelimit-daily-remaining",
};

static struct {
	struct bucket_rate	rate;
	struct bucket_table	table;
} budgets;

static struct bucket	*bucket_of(uint64_t);
static bool		 says(const struct fetch_answer *, enum heard, int64_t *);

void
platform_budget_start(long rate, long workers)
{
	long	most = rate / workers, burst, steady;

	memset(&budgets, 0, sizeof(budgets));
	burst = most / BURST_SHARE > 0 ? most / BURST_SHARE : 1;
	steady = most - burst;
	/* Less than two for a worker: it gets one, and the next when all workers' shares have come together. */
	budgets.rate.unit_ns = steady > 0 ? (INTERVAL_NS - 1) / steady + 1 :
	    INTERVAL_NS * workers / (rate > 0 ? rate : 1);
	budgets.rate.depth_ns = budgets.rate.unit_ns * burst;
}

uint64_t
platform_budget_name(const char *resource)
{
	uint8_t		digest[DIGEST_BYTES];
	uint64_t	name;

	digest_sha256(slice_of(resource), digest);
	memcpy(&name, digest, sizeof(name));
	return name != 0 ? name : 1;
}

int64_t
platform_budget_take(uint64_t name)
{
	struct bucket	*bucket = bucket_of(name);
	int64_t		 now_us = clock_elapsed_us();
	int64_t		 wait_ms = bucket_wait_ms(&budgets.rate, bucket, 1, now_us);

	if (wait_ms == 0)
		bucket_charge(&budgets.rate, bucket, 1, now_us);
	return wait_ms;
}

void
platform_budget_heard(uint64_t name, const struct fetch_answer *answer)
{
	int64_t	left, pause_ms = 0, interval_ms;

	if (says(answer, HEARD_REMAINING, &left) && left <= 0 &&
	    says(answer, HEARD_INTERVAL_MS, &interval_ms))
		pause_ms = interval_ms;
	if (answer->status == 429 && pause_ms <= 0)
		pause_ms = PAUSE_MS;
	if (says(answer, HEARD_DAY, &left) && left <= 0)
		pause_ms = PAUSE_DAY_MS;
	/* What is absurd is cut, here and where the bucket forgets its debt. */
	if (pause_ms > PAUSE_DAY_MS)
		pause_ms = PAUSE_DAY_MS;
	if (pause_ms > 0)
		bucket_drain(&budgets.rate, bucket_of(name), pause_ms, clock_elapsed_us());
}

static struct bucket *
bucket_of(uint64_t name)
{
	return &bucket_table_find(&budgets.table, name)->bucket;
}

static bool
says(const struct fetch_answer *answer, enum heard which, int64_t *number)
{
	return answer->headers[which][0] != '\0' &&
	    integer_read(slice_of(answer->headers[which]), number);
}
