/*
 * The statements about webhooks and about billing calls; see order_store.h for who reads the rows,
 * and when.
 */
#ifndef WEBHOOK_STORE_H
#define WEBHOOK_STORE_H

#include "io/pool.h"

#define WEBHOOK_STORE_ID_SIZE		80	/* with the NUL */
#define WEBHOOK_STORE_SCHEME_SIZE	16
#define WEBHOOK_STORE_LIST_MAX		300	/* webhooks, or billing calls, on a list */

/* A try that begins, as webhook_store_take() answers it. */
struct webhook_store_try {
	char	webhook_id[WEBHOOK_STORE_ID_SIZE];
	char	scheme[WEBHOOK_STORE_SCHEME_SIZE];
	int	try_id;
};

/* How a try ended. */
struct webhook_store_end {
	const struct webhook_store_try	*try;
	const char			*result;	/* httpStatus, answer, detail, durationUs as JSON */
	long				 retry_ms;
	int				 tries_max;
};

/** webhook_store_start(pool): The worker's pool; called once before anything else here. */
void		webhook_store_start(struct pool *);

/** webhook_store_add(body, app_id, done, arg): Keep a webhook to be sent; the row is it as JSON. */
enum fault	webhook_store_add(const char *, const char *, pool_done, void *);

/** webhook_store_list(done, arg): One row: the newest webhooks, their counts, the scheme. */
enum fault	webhook_store_list(pool_done, void *);

/** webhook_store_resend(webhook_id, done, arg): Make it due again; null: there is no such webhook. */
enum fault	webhook_store_resend(const char *, pool_done, void *);

/** webhook_store_scheme(scheme, done, arg): Sign so from now on. */
enum fault	webhook_store_scheme(const char *, pool_done, void *);

/** webhook_store_take(limit, lease_ms, done, arg): Take up to ${limit} that are due, a row each. */
enum fault	webhook_store_take(int, long, pool_done, void *);

/** webhook_store_took(rows, row, try): Read one; its body is in the column WEBHOOK_STORE_BODY. */
void		webhook_store_took(const PGresult *, int, struct webhook_store_try *);

#define WEBHOOK_STORE_BODY	3

/** webhook_store_end(end, done, arg): Keep what came of a try; the row is the webhook's state. */
enum fault	webhook_store_end(const struct webhook_store_end *, pool_done, void *);

/** webhook_store_bill(body, done, arg): Keep a billing call; the row is its number. */
enum fault	webhook_store_bill(const char *, pool_done, void *);

/** webhook_store_bills(done, arg): One row, one column: the newest billing calls as a JSON array. */
enum fault	webhook_store_bills(pool_done, void *);

#endif /* !WEBHOOK_STORE_H */
