/*
 * The SQL of contacts.  The functions it calls are in sql/simulator/0003_contact.sql.
 */
#include "simulator/contact_store.h"

#include "simulator/order_store.h"

static const struct pool_statement show = {
	"contact_show",
	"select contact_name, contact_email, contact_phone, messages, queries, orders"
	" from simulator.contact_show($1, $2::int)", 2
};
static const struct pool_statement message_add = {
	"contact_message_add", "select simulator.contact_message_add($1, $2, $3::json, $4)", 4
};
static const struct pool_statement query_begin = {
	"contact_query_begin", "select simulator.contact_query_begin($1, $2::json)", 2
};
static const struct pool_statement query_end = {
	"contact_query_end",
	"select simulator.contact_query_end($1, $2::bigint, $3::json, $4::int, $5::bigint, $6, $7)",
	7
};
static const struct pool_statement charge_create = {
	"charge_create",
	"select " ORDER_STORE_COLUMNS " from simulator.charge_create($1, $2, $3, $4::numeric, $5,"
	" $6, $7, $8::boolean)", 8
};
static const struct pool_statement charge_end = {
	"charge_end",
	"select " ORDER_STORE_COLUMNS " from simulator.charge_end($1, $2::bigint, $3::json, $4::int,"
	" $5::bigint, $6, $7, $8)", 8
};

static struct pool	*pool;

void
contact_store_start(struct pool *started)
{
	pool = started;
}

enum fault
contact_store_show(const char *contact_id, pool_done done, void *arg)
{
	struct integer	 limit;
	const char	*params[] = { contact_id, integer_print(ORDER_STORE_LIST_MAX, &limit) };

	return pool_ask(pool, &show, params, done, arg);
}

enum fault
contact_store_message(const struct contact_store_message *message, pool_done done, void *arg)
{
	const char	*params[] = {
		message->contact_id, message->direction, message->body, message->note
	};

	return pool_ask(pool, &message_add, params, done, arg);
}

enum fault
contact_store_query_begin(const char *contact_id, const char *request, pool_done done, void *arg)
{
	const char	*params[] = { contact_id, request };

	return pool_ask(pool, &query_begin, params, done, arg);
}

enum fault
contact_store_query_end(const char *contact_id, const struct query *query, pool_done done,
    void *arg)
{
	struct query_numbers	 numbers = query_numbers(query);
	const char		*params[] = {
		contact_id, numbers.event_id.text, query_answer(query),
		query->http_status == 0 ? NULL : numbers.http_status.text, numbers.duration_us.text,
		verdict_outcome_label(query->verdict.outcome), query->verdict.reason
	};

	return pool_ask(pool, &query_end, params, done, arg);
}

enum fault
contact_store_charge(const struct order *order, pool_done done, void *arg)
{
	const char	*params[] = {
		order->location.text, order->contact.id.text, order->payment_method_id,
		order->amount, order->currency, dialect_label(order->dialect), order->product,
		order->live_mode ? "true" : "false"
	};

	return pool_ask(pool, &charge_create, params, done, arg);
}

enum fault
contact_store_charge_end(const char *order_id, const struct query *query, pool_done done,
    void *arg)
{
	struct query_numbers	 numbers = query_numbers(query);
	const char		*params[] = {
		order_id, numbers.event_id.text, query_answer(query),
		query->http_status == 0 ? NULL : numbers.http_status.text, numbers.duration_us.text,
		verdict_outcome_label(query->verdict.outcome), query->verdict.reason, query->verdict.id
	};

	return pool_ask(pool, &charge_end, params, done, arg);
}
