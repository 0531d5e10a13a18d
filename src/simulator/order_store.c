/*
 * The SQL of orders.  The functions it calls are in sql/simulator/0001_order.sql and, where
 * refunds and saved cards changed them, in the files after it.
 */
#include "simulator/order_store.h"

#include <assert.h>

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement create = {
	"order_create",
	"select " ORDER_STORE_COLUMNS " from simulator.order_create($1, $2::numeric, $3, $4, $5, $6, $7, $8,"
	" $9, $10::boolean)", 10
};
static const struct pool_statement list = {
	"order_list", "select simulator.order_list($1::int)", 1
};
static const struct pool_statement show = {
	"order_show",
	"select " ORDER_STORE_COLUMNS ", simulator.order_messages(order_id), simulator.order_queries(order_id),"
	" simulator.order_refunds(order_id), p.payments_url, p.query_url, p.api_key, p.publishable_key"
	" from simulator.shown_order, simulator.provider_of(location_id, live_mode) p"
	" where order_id = $1", 1
};
static const struct pool_statement by_order = {
	"order_by_order", "select " ORDER_STORE_COLUMNS " from simulator.shown_order where order_id = $1", 1
};
static const struct pool_statement by_transaction = {
	"order_by_transaction",
	"select " ORDER_STORE_COLUMNS " from simulator.shown_order where transaction_id = $1", 1
};
static const struct pool_statement message_add = {
	"message_add", "select simulator.message_add($1, $2, $3::json, $4, $5)", 5
};
static const struct pool_statement query_begin = {
	"query_begin", "select simulator.query_begin($1, $2::json)", 2
};
static const struct pool_statement query_end = {
	"query_end",
	"select simulator.query_end($1, $2::bigint, $3::json, $4::int, $5::bigint, $6, $7)", 7
};

static struct pool	*pool;

void
order_store_start(struct pool *started)
{
	pool = started;
}

bool
order_store_is_ready(void)
{
	return pool != NULL && pool_ready(pool) > 0;
}

enum fault
order_store_create(const struct order *order, pool_done done, void *arg)
{
	const char	*params[] = {
		order->location.text, order->amount, order->currency, dialect_label(order->dialect),
		order->contact.id.text, order->contact.name, order->contact.email,
		order->contact.phone, order->product, order->live_mode ? "true" : "false"
	};

	return pool_ask(pool, &create, params, done, arg);
}

enum fault
order_store_list(pool_done done, void *arg)
{
	struct integer	 limit;
	const char	*params[] = { integer_print(ORDER_STORE_LIST_MAX, &limit) };

	return pool_ask(pool, &list, params, done, arg);
}

enum fault
order_store_show(const char *order_id, pool_done done, void *arg)
{
	const char	*params[] = { order_id };

	return pool_ask(pool, &show, params, done, arg);
}

enum fault
order_store_by_order(const char *order_id, pool_done done, void *arg)
{
	const char	*params[] = { order_id };

	return pool_ask(pool, &by_order, params, done, arg);
}

enum fault
order_store_by_transaction(const char *transaction_id, pool_done done, void *arg)
{
	const char	*params[] = { transaction_id };

	return pool_ask(pool, &by_transaction, params, done, arg);
}

enum fault
order_store_message(const struct order_store_message *message, pool_done done, void *arg)
{
	const char	*params[] = {
		message->order_id, message->direction, message->body, message->note,
		message->charge_id
	};

	return pool_ask(pool, &message_add, params, done, arg);
}

enum fault
order_store_query_begin(const char *order_id, const char *request, pool_done done, void *arg)
{
	const char	*params[] = { order_id, request };

	return pool_ask(pool, &query_begin, params, done, arg);
}

enum fault
order_store_query_end(const char *order_id, const struct query *query, pool_done done, void *arg)
{
	struct query_numbers	 numbers = query_numbers(query);
	const char		*params[] = {
		order_id, numbers.event_id.text, query_answer(query),
		query->http_status == 0 ? NULL : numbers.http_status.text, numbers.duration_us.text,
		verdict_outcome_label(query->verdict.outcome), query->verdict.reason
	};

	return pool_ask(pool, &query_end, params, done, arg);
}

void
order_store_take(const PGresult *rows, int row, struct order *order)
{
	bool	known;

	row_text(rows, row, 0, order->order_id, sizeof(order->order_id));
	row_text(rows, row, 1, order->transaction_id, sizeof(order->transaction_id));
	row_text(rows, row, 2, order->location.text, sizeof(order->location.text));
	row_text(rows, row, 3, order->amount, sizeof(order->amount));
	row_text(rows, row, 4, order->currency, sizeof(order->currency));
	row_text(rows, row, 6, order->contact.id.text, sizeof(order->contact.id.text));
	row_text(rows, row, 7, order->contact.name, sizeof(order->contact.name));
	row_text(rows, row, 8, order->contact.email, sizeof(order->contact.email));
	row_text(rows, row, 9, order->contact.phone, sizeof(order->contact.phone));
	row_text(rows, row, 10, order->product, sizeof(order->product));
	order->live_mode = row_flag(rows, row, 11);
	row_text(rows, row, 13, order->charge_id, sizeof(order->charge_id));
	row_text(rows, row, 14, order->created_at, sizeof(order->created_at));
	row_text(rows, row, 15, order->updated_at, sizeof(order->updated_at));
	row_text(rows, row, 16, order->refunded_amount, sizeof(order->refunded_amount));
	row_text(rows, row, 17, order->refundable_amount, sizeof(order->refundable_amount));
	row_text(rows, row, 18, order->payment_method_id, sizeof(order->payment_method_id));
	known = dialect_find(row_slice(rows, row, 5), &order->dialect) &&
	    order_status_find(row_slice(rows, row, 12), &order->status);
	assert(known);		/* both are CHECKs of the table */
}
