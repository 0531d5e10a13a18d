/*
 * The statements about orders, one function each.  The rows are read by whoever asked, in the
 * call of ${done}; see pool_ask() for when that is, and for what is returned.
 */
#ifndef ORDER_STORE_H
#define ORDER_STORE_H

#include "io/pool.h"
#include "simulator/order.h"
#include "simulator/query.h"

#define ORDER_STORE_LIST_MAX	50	/* orders on the list */

/* What order_store_take() reads; other statements that answer orders select it too. */
#define ORDER_STORE_COLUMNS							\
	"order_id, transaction_id, location_id, amount, currency, dialect,"	\
	" contact_id, contact_name, contact_email, contact_phone,"		\
	" product, live_mode, status, charge_id, created_at, updated_at,"	\
	" refunded_amount, refundable_amount, payment_method_id"

#define ORDER_STORE_MESSAGES	19	/* columns behind those of the order */
#define ORDER_STORE_QUERIES	20
#define ORDER_STORE_REFUNDS	21
#define ORDER_STORE_PROVIDER	22	/* as provider_take() reads it */

/** order_store_start(pool): The worker's pool; called once before anything else here. */
void		order_store_start(struct pool *);

/** order_store_is_ready(): Whether a connection to the database answers. */
bool		order_store_is_ready(void);

/** order_store_create(order, done, arg): Write a new order down; the row is the whole order. */
enum fault	order_store_create(const struct order *, pool_done, void *);

/** order_store_list(done, arg): One row, one column: the newest orders as a JSON array. */
enum fault	order_store_list(pool_done, void *);

/**
 * order_store_show(order_id, done, arg):
 * The order, and its messages, queries and refunds as JSON arrays.  No row: there is no such order.
 */
enum fault	order_store_show(const char *, pool_done, void *);

/** order_store_by_order(id, done, arg), order_store_by_transaction(…): The order, or no row. */
enum fault	order_store_by_order(const char *, pool_done, void *);
enum fault	order_store_by_transaction(const char *, pool_done, void *);

struct order_store_message {
	const char	*order_id;
	const char	*direction;	/* "received" or "sent" */
	const char	*body;		/* JSON with the member "message" */
	const char	*note;
	const char	*charge_id;	/* "" unless the message named one */
};

/** order_store_message(message, done, arg): Keep a message; the row is the event's id. */
enum fault	order_store_message(const struct order_store_message *, pool_done, void *);

/** order_store_query_begin(order_id, request, done, arg): Keep a query; the row is its id. */
enum fault	order_store_query_begin(const char *, const char *, pool_done, void *);

/**
 * order_store_query_end(order_id, query, done, arg):
 * Keep the answer and move the order; the row is its status.
 */
enum fault	order_store_query_end(const char *, const struct query *, pool_done, void *);

/** order_store_take(rows, row, order): Read a row of one of the functions that answer orders. */
void		order_store_take(const PGresult *, int, struct order *);

#endif /* !ORDER_STORE_H */
