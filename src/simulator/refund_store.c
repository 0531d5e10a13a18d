/*
 * The SQL of refunds.  The functions it calls are in sql/simulator/0002_refund.sql.
 */
#include "simulator/refund_store.h"

static const struct pool_statement begin = {
	"refund_begin", "select simulator.refund_begin($1, $2::numeric, $3::json)", 3
};
static const struct pool_statement end = {
	"refund_end",
	"select status, refunded_amount, refundable_amount, refund from simulator.refund_end($1,"
	" $2::bigint, $3::json, $4::int, $5::bigint, $6, $7, $8, $9::boolean, $10::numeric)", 10
};

static struct pool	*pool;

void
refund_store_start(struct pool *started)
{
	pool = started;
}

enum fault
refund_store_begin(const struct refund_store_new *refund, pool_done done, void *arg)
{
	const char	*params[] = { refund->order_id, refund->amount, refund->request };

	return pool_ask(pool, &begin, params, done, arg);
}

enum fault
refund_store_end(const struct refund_store_end *refund, pool_done done, void *arg)
{
	const struct query	*query = refund->query;
	struct query_numbers	 numbers = query_numbers(query);
	const char		*params[] = {
		refund->order_id, numbers.event_id.text, query_answer(query),
		query->http_status == 0 ? NULL : numbers.http_status.text, numbers.duration_us.text,
		verdict_outcome_label(query->verdict.outcome), query->verdict.reason,
		query->verdict.id, refund->counted ? "true" : "false", refund->amount
	};

	return pool_ask(pool, &end, params, done, arg);
}
