/*
 * Buckets: what they grant and when, at the ends of the numbers too, and that no window of time ever gets more
 * than a full one and what came in since.
 */
#include "cmocka_all.h"

#include <stdbool.h>

#include "core/bucket.h"

#define S	INT64_C(1000000)	/* microseconds */
#define CASES(list)	(sizeof(list) / sizeof((list)[0]))

static struct bucket_rate
rate_of(int64_t per_s, unsigned share)
{
	struct bucket_rate	rate;

	bucket_rate_set(&rate, per_s, share);
	return rate;
}

/* How many of ${cost} a bucket grants at once. */
static unsigned
take_all(const struct bucket_rate *rate, struct bucket *bucket, unsigned cost, int64_t now_us)
{
	unsigned	count = 0;

	while (count < 100000 && bucket_take(rate, bucket, cost, now_us) == 0)
		count++;
	return count;
}

static void
bucket_full_grants_four_seconds_worth_and_then_says_when(void **state)
{
	static const struct {
		int64_t		per_s;
		unsigned	share, cost, granted;
		int64_t		wait_s;
	} cases[] = {
		{ 100, 1, 1, 400, 1 },
		{ 100, 2, 1, 200, 1 },
		{ 50, 1, 20, 10, 1 },
		{ 3, 1, 1, 12, 1 },
		{ 3, 2, 1, 6, 1 },		/* 1.5 a second */
		{ 1, 1, 1, 4, 1 },
		{ 1, 8, 1, 1, 8 },		/* one unit, if the burst is less */
		{ 1, 64, 1, 1, 64 },
		{ 1, 1, 20, 1, 20 },		/* costs more than it holds */
		{ 1, 4, 3, 1, 12 },
		{ 1000000, 64, 1000, 62, 1 },
		{ 0, 1, 1, 100000, 0 },		/* no limit */
		{ -5, 3, 1000, 100000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct bucket_rate	rate = rate_of(cases[i].per_s, cases[i].share);
		struct bucket		bucket = { 0 };
		int64_t			wait_s;

		assert_int_equal(take_all(&rate, &bucket, cases[i].cost, 7 * S), cases[i].granted);
		wait_s = bucket_wait(&rate, &bucket, cases[i].cost, 7 * S);
		assert_int_equal(wait_s, cases[i].wait_s);
		assert_int_equal(bucket_take(&rate, &bucket, cases[i].cost, (7 + wait_s) * S), 0);
	}
}

static void
bucket_wait_a_moment_earlier_is_refused(void **state)
{
	struct bucket_rate	rate = rate_of(1, 8);
	struct bucket		bucket = { 0 };

	(void)state;
	assert_int_equal(bucket_take(&rate, &bucket, 1, 100 * S), 0);
	assert_int_equal(bucket_wait(&rate, &bucket, 1, 108 * S - 1), 1);
	assert_int_equal(bucket_wait(&rate, &bucket, 1, 108 * S), 0);
}

static void
bucket_take_refused_costs_nothing(void **state)
{
	struct bucket_rate	rate = rate_of(10, 1);
	struct bucket		bucket = { 0 };
	int64_t			full_at_ns;

	(void)state;
	(void)take_all(&rate, &bucket, 1, S);
	full_at_ns = bucket.full_at_ns;
	for (unsigned i = 0; i < 1000; i++)
		assert_int_not_equal(bucket_take(&rate, &bucket, 1, S), 0);
	assert_int_equal(bucket.full_at_ns, full_at_ns);
}

static void
bucket_charge_makes_debt_up_to_its_bound(void **state)
{
	struct bucket_rate	rate = rate_of(10, 1);
	struct bucket		bucket = { 0 };

	(void)state;
	bucket_charge(&rate, &bucket, 100, S);		/* 40 were there: 60 owed */
	assert_int_equal(bucket_wait(&rate, &bucket, 1, S), 7);
	for (unsigned i = 0; i < 1000; i++)
		bucket_charge(&rate, &bucket, 20, S);
	assert_in_range(bucket_wait(&rate, &bucket, 1, S), BUCKET_DEBT_S, BUCKET_DEBT_S + 3);
	assert_int_equal(bucket_wait(&rate, &bucket, 1, (BUCKET_DEBT_S + 4) * S), 0);
}

static void
bucket_clock_that_goes_back_locks_out_no_longer_than_debt(void **state)
{
	struct bucket_rate	rate = rate_of(10, 1);
	struct bucket		bucket = { 0 };

	(void)state;
	assert_int_equal(bucket_take(&rate, &bucket, 1, 1000000 * S), 0);
	assert_in_range(bucket_wait(&rate, &bucket, 1, S), 1, BUCKET_DEBT_S + 1);
	assert_int_equal(bucket_wait(&rate, &bucket, 1, 1000001 * S), 0);
}

static void
bucket_extremes_saturate(void **state)
{
	static const int64_t	moments[] = { INT64_MIN, -1, 0, 1, INT64_MAX / 1000, INT64_MAX };
	static const int64_t	rates[] = { INT64_MIN, 0, 1, 1000000000, INT64_MAX };
	static const unsigned	costs[] = { 0, 1, 1000000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < CASES(moments) * CASES(rates) * CASES(costs) * 2; i++) {
		struct bucket_rate	rate = rate_of(rates[i % CASES(rates)], i % 2 ? 1 : UINT32_MAX);
		unsigned		cost = costs[i / CASES(rates) % CASES(costs)];
		int64_t			now_us = moments[i / CASES(rates) / CASES(costs) % CASES(moments)];
		struct bucket		spent = { INT64_MAX }, fresh = { INT64_MIN };

		assert_true(bucket_wait(&rate, &spent, cost, now_us) >= 0);
		assert_int_equal(bucket_take(&rate, &fresh, cost, now_us), 0);
		bucket_charge(&rate, &spent, cost, now_us);
		assert_true(rate.unit_ns >= 0 && rate.depth_ns >= rate.unit_ns);
		assert_true(bucket_wait(&rate, &spent, cost, now_us) >= 0);
	}
}

/* Numbers that look random and are the same each time (Knuth's MMIX generator). */
static uint64_t
next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

/* Every window between two grants, for many rates and ways to ask. */
static void
bucket_no_window_grants_more_than_burst_and_rate(void **state)
{
	enum { ASKED = 400 };
	uint64_t	seed = 1;
	int64_t		at_us[ASKED], cost[ASKED];

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		unsigned		share = 1 + (unsigned)(next(&seed) % 4);
		int64_t			per_s = 1 + (int64_t)(next(&seed) % 300), now_us = S;
		int64_t			pause_us = 1 + (int64_t)(next(&seed) % 100000);
		struct bucket_rate	rate = rate_of(per_s, share);
		struct bucket		bucket = { 0 };
		size_t			granted = 0;

		for (unsigned i = 0; i < ASKED; i++) {
			unsigned	units = 1 + (unsigned)(next(&seed) % 3);

			now_us += (int64_t)(next(&seed) % (uint64_t)pause_us);
			if (bucket_take(&rate, &bucket, units, now_us) != 0)
				continue;
			at_us[granted] = now_us;
			cost[granted++] = units;
		}
		for (size_t from = 0; from < granted; from++) {
			int64_t	sum = 0;

			for (size_t to = from; to < granted; to++) {
				int64_t	burst = per_s * BUCKET_BURST_S;

				sum += cost[to];
				burst = burst > 3 * share ? burst : 3 * share;	/* the dearest one */
				/* units * share <= burst + per_s * seconds, without a fraction */
				assert_true(sum * share * S <= burst * S + per_s * (at_us[to] - at_us[from]));
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(bucket_full_grants_four_seconds_worth_and_then_says_when),
		cmocka_unit_test(bucket_wait_a_moment_earlier_is_refused),
		cmocka_unit_test(bucket_take_refused_costs_nothing),
		cmocka_unit_test(bucket_charge_makes_debt_up_to_its_bound),
		cmocka_unit_test(bucket_clock_that_goes_back_locks_out_no_longer_than_debt),
		cmocka_unit_test(bucket_extremes_saturate),
		cmocka_unit_test(bucket_no_window_grants_more_than_burst_and_rate),
	};

	return cmocka_run_group_tests_name("bucket", tests, NULL, NULL);
}
