/*
 * The arithmetic of buckets: one moment, at which it will be full, says how much is in it now.
 * Nanoseconds, saturating at both ends, no floating point.  Source: the virtual scheduling form of the
 * generic cell rate algorithm (ITU-T I.371, annex A).
 */
#include "core/bucket.h"

#include <assert.h>

#define SECOND_NS	INT64_C(1000000000)
#define MS_NS		INT64_C(1000000)

static int64_t	late(const struct bucket_rate *, const struct bucket *, unsigned, int64_t);
static int64_t	behind_ns(const struct bucket_rate *, const struct bucket *, int64_t);
static int64_t	add(int64_t, int64_t);
static int64_t	times(int64_t, int64_t);

void
bucket_rate_set(struct bucket_rate *rate, int64_t per_s, unsigned share)
{
	int64_t	units;

	assert(share >= 1);
	*rate = (struct bucket_rate){ 0 };
	if (per_s <= 0)
		return;
	units = times(BUCKET_BURST_S, per_s) / share;
	rate->unit_ns = (times(SECOND_NS, share) - 1) / per_s + 1;
	rate->depth_ns = times(rate->unit_ns, units > 0 ? units : 1);
}

int64_t
bucket_wait(const struct bucket_rate *rate, const struct bucket *bucket, unsigned cost,
    int64_t now_us)
{
	int64_t	late_ns = late(rate, bucket, cost, now_us);

	return late_ns <= 0 ? 0 : (late_ns - 1) / SECOND_NS + 1;
}

int64_t
bucket_wait_ms(const struct bucket_rate *rate, const struct bucket *bucket, unsigned cost,
    int64_t now_us)
{
	int64_t	late_ns = late(rate, bucket, cost, now_us);

	return late_ns <= 0 ? 0 : (late_ns - 1) / MS_NS + 1;
}

int64_t
bucket_take(const struct bucket_rate *rate, struct bucket *bucket, unsigned cost, int64_t now_us)
{
	int64_t	wait_s = bucket_wait(rate, bucket, cost, now_us);

	if (wait_s == 0)
		bucket_charge(rate, bucket, cost, now_us);
	return wait_s;
}

void
bucket_charge(const struct bucket_rate *rate, struct bucket *bucket, unsigned cost, int64_t now_us)
{
	int64_t	now_ns = times(now_us, 1000);
	int64_t	behind = add(behind_ns(rate, bucket, now_ns), times(rate->unit_ns, cost));

	bucket->full_at_ns = add(now_ns, behind);
}

void
bucket_drain(const struct bucket_rate *rate, struct bucket *bucket, int64_t pause_ms, int64_t now_us)
{
	int64_t	behind = add(times(pause_ms, MS_NS), rate->depth_ns - rate->unit_ns);
	int64_t	now_ns = times(now_us, 1000);

	if (pause_ms > 0 && behind > behind_ns(rate, bucket, now_ns))
		bucket->full_at_ns = add(now_ns, behind);
}

/* The nanoseconds until ${cost} units are there; they are if it is not positive. */
static int64_t
late(const struct bucket_rate *rate, const struct bucket *bucket, unsigned cost, int64_t now_us)
{
	int64_t	cost_ns = times(rate->unit_ns, cost);
	int64_t	room_ns = cost_ns > rate->depth_ns ? cost_ns : rate->depth_ns;

	if (rate->unit_ns == 0)
		return 0;
	return add(behind_ns(rate, bucket, times(now_us, 1000)), cost_ns - room_ns);
}

/* How much is missing, as the time in which it comes; what it may not owe was never taken. */
static int64_t
behind_ns(const struct bucket_rate *rate, const struct bucket *bucket, int64_t now_ns)
{
	int64_t	most = add(rate->depth_ns, BUCKET_DEBT_S * SECOND_NS), behind;

	if (bucket->full_at_ns <= now_ns)
		return 0;
	if (__builtin_sub_overflow(bucket->full_at_ns, now_ns, &behind) || behind > most)
		return most;
	return behind;
}

static int64_t
add(int64_t a, int64_t b)
{
	int64_t	sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a > 0 ? INT64_MAX : INT64_MIN;
	return sum;
}

static int64_t
times(int64_t a, int64_t b)
{
	int64_t	product;

	if (__builtin_mul_overflow(a, b, &product))
		return (a > 0) == (b > 0) ? INT64_MAX : INT64_MIN;
	return product;
}
