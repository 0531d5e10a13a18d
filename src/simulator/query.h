/*
 * The question "is it paid" as the platform asks it at the provider's queryUrl, and what the
 * platform makes of the answer.
 */
#ifndef QUERY_H
#define QUERY_H

#include "io/fetch.h"
#include "simulator/order.h"

#define QUERY_TIMEOUT_MS	10000
#define QUERY_REASON_SIZE	200

struct query_verdict {
	enum order_status	status;			/* what the order becomes */
	char			reason[QUERY_REASON_SIZE];	/* for people; "" when clear */
};

/**
 * query_send(order, done, arg):
 * Ask the provider: verify in the live dialect, verify_payment in the brief's.  See fetch_send().
 * Source: contract.md §3.2; brief-dialect.md.
 */
void	query_send(const struct order *, fetch_done, void *);

/** query_put_shown(order, json): The same request for books and page, without the key. */
void	query_put_shown(const struct order *, struct buf *);

/**
 * query_put_answer(body, json):
 * ${body} as JSON for the books: itself if it is JSON, else a text of its first bytes.  The API
 * key is hidden wherever the provider repeats it.
 */
void	query_put_answer(struct slice, struct buf *);

/**
 * query_judge(dialect, answer, verdict):
 * Live: success true is paid, else failed true is failed, else pending.  Brief: success true with
 * status completed is paid, status pending is pending, else failed.  No answer, or a status that
 * is not 2xx, leaves the order pending.
 */
void	query_judge(enum dialect, const struct fetch_answer *, struct query_verdict *);

#endif /* !QUERY_H */
