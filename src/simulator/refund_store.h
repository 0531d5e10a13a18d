/*
 * The statements about refunds; see order_store.h for who reads the rows, and when.
 */
#ifndef REFUND_STORE_H
#define REFUND_STORE_H

#include "io/pool.h"
#include "simulator/query.h"

/** refund_store_start(pool): The worker's pool; called once before anything else here. */
void		refund_store_start(struct pool *);

struct refund_store_new {
	const char	*order_id;
	const char	*amount;
	const char	*request;	/* JSON, without the key */
};

/** refund_store_begin(new, done, arg): Keep a refund and its query; the row is the query's id. */
enum fault	refund_store_begin(const struct refund_store_new *, pool_done, void *);

struct refund_store_end {
	const char		*order_id;
	const char		*amount;
	const struct query	*query;
	bool			 counted;
};

/**
 * refund_store_end(end, done, arg):
 * Keep the answer and count the amount.  The row: the order's status, its refunded amount, what
 * is left of it, and the refund as JSON.
 */
enum fault	refund_store_end(const struct refund_store_end *, pool_done, void *);

#endif /* !REFUND_STORE_H */
