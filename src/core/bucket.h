/*
 * A bucket of units that is emptied by requests and fills up again at a steady rate: how often somebody
 * may ask.  A plain value; the time is the caller's.  Kept by the thousand in core/bucket_table.h.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdint.h>

#define BUCKET_BURST_S	4	/* a full bucket holds what comes in this time, or one unit */
#define BUCKET_DEBT_S	30	/* and may owe what comes in this time */

/* How fast it fills. */
struct bucket_rate {
	int64_t	unit_ns;	/* the time in which one unit comes; 0: there is no limit */
	int64_t	depth_ns;	/* the time in which an empty one is full */
};

/* Zero is a full one, at whatever time that is not negative. */
struct bucket {
	int64_t	full_at_ns;	/* when it will be full again; the less, the fuller */
};

/**
 * bucket_rate_set(rate, per_s, share):
 * ${per_s} units a second for all of ${share} buckets (at least 1) that one limit was divided between.
 * 0 or less: no limit.  Rounded so that less is granted rather than more.
 */
void	bucket_rate_set(struct bucket_rate *, int64_t, unsigned);

/**
 * bucket_wait(rate, bucket, cost, now_us):
 * The whole seconds until ${cost} units are there; 0: they are, and nothing is taken.  A cost of more than
 * the bucket holds waits until it is full.
 */
int64_t	bucket_wait(const struct bucket_rate *, const struct bucket *, unsigned, int64_t);

/** bucket_wait_ms(rate, bucket, cost, now_us): The same in milliseconds, for who waits instead of saying so. */
int64_t	bucket_wait_ms(const struct bucket_rate *, const struct bucket *, unsigned, int64_t);

/**
 * bucket_take(rate, bucket, cost, now_us):
 * Take ${cost} units and return 0; or take none and return bucket_wait().  In any time t it grants at most
 * what a full one holds (or one cost, if that is more) and what comes in t.
 */
int64_t	bucket_take(const struct bucket_rate *, struct bucket *, unsigned, int64_t);

/**
 * bucket_charge(rate, bucket, cost, now_us):
 * Take ${cost} units whether they are there or not: the price of what is known only afterwards.  Debt
 * beyond BUCKET_DEBT_S is forgiven, which also bounds what a clock that goes back can do.
 */
void	bucket_charge(const struct bucket_rate *, struct bucket *, unsigned, int64_t);

/**
 * bucket_drain(rate, bucket, pause_ms, now_us):
 * Make bucket_wait_ms() of one unit at least ${pause_ms}, at most BUCKET_DEBT_S: somebody who knows says that
 * nothing is left.  It never makes a bucket fuller.
 */
void	bucket_drain(const struct bucket_rate *, struct bucket *, int64_t, int64_t);

#endif /* !BUCKET_H */
