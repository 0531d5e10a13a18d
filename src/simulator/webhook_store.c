/*
 * The SQL of webhooks and billing calls.  The functions it calls are in sql/simulator/0005_webhook.sql.
 */
#include "simulator/webhook_store.h"

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement add = {
	"webhook_add", "select simulator.webhook_add($1::json, $2)", 2
};
static const struct pool_statement list = {
	"webhook_list", "select webhooks, counts, scheme from simulator.webhook_list($1::int)", 1
};
static const struct pool_statement resend = {
	"webhook_resend", "select simulator.webhook_resend($1)", 1
};
static const struct pool_statement scheme_set = {
	"webhook_scheme_set", "select simulator.webhook_scheme_set($1)", 1
};
static const struct pool_statement take = {
	"webhook_take",
	"select webhook_id, scheme, try_id, body from simulator.webhook_take($1::int, $2::int)", 2
};
static const struct pool_statement end = {
	"webhook_end", "select simulator.webhook_end($1, $2::int, $3::json, $4::int, $5::int)", 5
};
static const struct pool_statement billing_add = {
	"billing_add", "select simulator.billing_add($1::json)", 1
};
static const struct pool_statement billing_list = {
	"billing_list", "select simulator.billing_list($1::int)", 1
};

static struct pool	*pool;

void
webhook_store_start(struct pool *started)
{
	pool = started;
}

enum fault
webhook_store_add(const char *body, const char *app_id, pool_done done, void *arg)
{
	const char	*params[] = { body, app_id };

	return pool_ask(pool, &add, params, done, arg);
}

enum fault
webhook_store_list(pool_done done, void *arg)
{
	struct integer	 limit;
	const char	*params[] = { integer_print(WEBHOOK_STORE_LIST_MAX, &limit) };

	return pool_ask(pool, &list, params, done, arg);
}

enum fault
webhook_store_resend(const char *webhook_id, pool_done done, void *arg)
{
	const char	*params[] = { webhook_id };

	return pool_ask(pool, &resend, params, done, arg);
}

enum fault
webhook_store_scheme(const char *scheme, pool_done done, void *arg)
{
	const char	*params[] = { scheme };

	return pool_ask(pool, &scheme_set, params, done, arg);
}

enum fault
webhook_store_take(int limit, long lease_ms, pool_done done, void *arg)
{
	struct integer	 numbers[2];
	const char	*params[] = {
		integer_print(limit, &numbers[0]), integer_print(lease_ms, &numbers[1])
	};

	return pool_ask(pool, &take, params, done, arg);
}

void
webhook_store_took(const PGresult *rows, int row, struct webhook_store_try *try)
{
	row_text(rows, row, 0, try->webhook_id, sizeof(try->webhook_id));
	row_text(rows, row, 1, try->scheme, sizeof(try->scheme));
	try->try_id = (int)row_integer(rows, row, 2);
}

enum fault
webhook_store_end(const struct webhook_store_end *ended, pool_done done, void *arg)
{
	struct integer	 numbers[3];
	const char	*params[] = {
		ended->try->webhook_id, integer_print(ended->try->try_id, &numbers[0]), ended->result,
		integer_print(ended->retry_ms, &numbers[1]),
		integer_print(ended->tries_max, &numbers[2])
	};

	return pool_ask(pool, &end, params, done, arg);
}

enum fault
webhook_store_bill(const char *body, pool_done done, void *arg)
{
	const char	*params[] = { body };

	return pool_ask(pool, &billing_add, params, done, arg);
}

enum fault
webhook_store_bills(pool_done done, void *arg)
{
	struct integer	 limit;
	const char	*params[] = { integer_print(WEBHOOK_STORE_LIST_MAX, &limit) };

	return pool_ask(pool, &billing_list, params, done, arg);
}
