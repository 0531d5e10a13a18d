/*
 * Both addresses ask the books twice: whether the caller may (simulator.api_read), and for the order.
 */
#include "simulator/read_back.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/integer.h"
#include "simulator/market.h"
#include "simulator/market_reply.h"
#include "simulator/order_store.h"
#include "simulator/platform_error.h"
#include "simulator/simulator.h"

#define PARAMETERS_MAX	4096	/* bytes of the query, as JSON */
#define TOKEN_MAX	8192
#define PATH_BYTES_MAX	128	/* the longest with an id of ours has 48 */

static const struct pool_statement read_statement = {
	"api_read",
	"select " MARKET_REPLY_COLUMNS " from simulator.api_read($1, $2::json, $3, $4, $5, $6::int)", 6
};

/* One call while it is found out whether its token may. */
struct reading {
	struct market_reply	 reply;		/* the first: ready() gets it */
	char			 id[ORDER_ID_SIZE];
	enum fault		(*find)(const char *, pool_done, void *);
	pool_done		 found;
};

static void		read_back(struct serve_request *, const char *,
			    enum fault (*)(const char *, pool_done, void *), pool_done);
static enum fault	reading_ask(struct reading *);
static void		reading_asked(void *, const struct pool_answer *);
static void		reading_ready(struct market_reply *);
static bool		id_take(struct serve_request *, const char *, char[ORDER_ID_SIZE]);
static void		transaction_done(void *, const struct pool_answer *);
static void		order_done(void *, const struct pool_answer *);
static bool		order_taken(struct reading *, const struct pool_answer *, const char *,
			    struct order *);
static void		put_common(const struct order *, struct json_write *);
static void		put_contact(const struct order *, struct json_write *);
static void		put_source(const char *, struct json_write *);

void
read_back_transaction(struct serve_request *request)
{
	read_back(request, "Transaction not found", order_store_by_transaction, transaction_done);
}

void
read_back_order(struct serve_request *request)
{
	read_back(request, "Order not found", order_store_by_order, order_done);
}

void
read_back_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	platform_error_answer(request, fault_info(fault)->status,
	    detail != NULL ? detail : fault_info(fault)->message);
}

static void
read_back(struct serve_request *request, const char *unknown,
    enum fault (*find)(const char *, pool_done, void *), pool_done found)
{
	struct reading	*reading = calloc(1, sizeof(*reading));
	enum fault	 fault;

	assert(reading != NULL);
	reading->reply.request = request;
	reading->reply.ready = reading_ready;
	reading->find = find;
	reading->found = found;
	if (!id_take(request, unknown, reading->id)) {
		free(reading);
		return;
	}
	fault = reading_ask(reading);
	if (fault == FAULT_NONE)
		return;
	read_back_refuse(request, fault, NULL);
	free(reading);
}

/* The developer's own token is good for the settings' location; every other one, the books know. */
static enum fault
reading_ask(struct reading *reading)
{
	static const char *const	 parameters[] = { "altId", "altType", NULL };
	const struct simulator_settings	*settings = simulator_settings();
	struct serve_request		*request = reading->reply.request;
	struct slice			 bearer = market_bearer(request);
	char				 path[PATH_BYTES_MAX], token[TOKEN_MAX], version[32];
	bool				 is_own = digest_equal(bearer, slice_of(settings->token));
	struct integer			 rate;
	struct buf			 query;
	const char			*params[] = { path, NULL, token, version,
					    is_own ? settings->location_id : "",
					    integer_print(settings->rate, &rate) };
	enum fault			 fault;

	buf_init(&query, PARAMETERS_MAX);
	(void)slice_copy(serve_path(request), path, sizeof(path));
	(void)slice_copy(bearer, token, sizeof(token));
	(void)slice_copy(serve_header(request, "version"), version, sizeof(version));
	market_pairs_put(serve_query(request), parameters, &query);
	params[1] = buf_text(&query);
	fault = buf_ok(&query) ? pool_ask(market_pool(), &read_statement, params, reading_asked, reading) :
	    FAULT_FIELD_INVALID;
	explicit_bzero(token, sizeof(token));
	buf_release(&query);
	return fault;
}

static void
reading_asked(void *arg, const struct pool_answer *answer)
{
	struct reading	*reading = arg;

	if (!market_reply_take(&reading->reply, answer))
		free(reading);
}

static void
reading_ready(struct market_reply *reply)
{
	struct reading	*reading = (struct reading *)reply;
	enum fault	 fault;

	if (reply->status != 0) {
		market_reply_send(reply);
		free(reading);
		return;
	}
	fault = reading->find(reading->id, reading->found, reading);
	if (fault == FAULT_NONE)
		return;
	read_back_refuse(reply->request, fault, NULL);
	buf_release(&reply->body);
	free(reading);
}

static bool
id_take(struct serve_request *request, const char *unknown, char id[ORDER_ID_SIZE])
{
	struct slice	text = serve_capture(request, 0);

	if (order_id_is(text) && slice_copy(text, id, ORDER_ID_SIZE))
		return true;
	platform_error_unknown(request, unknown);
	return false;
}

static void
transaction_done(void *arg, const struct pool_answer *answer)
{
	static const char *const	 statuses[] = {
		"pending", "succeeded", "failed", "succeeded", "succeeded"
	};
	struct reading			*reading = arg;
	struct json_write		 write;
	struct order			 order;

	if (!order_taken(reading, answer, "Transaction not found", &order))
		return;
	json_write_init(&write, &reading->reply.body);
	json_open_object(&write);
	json_text_member(&write, "_id", order.transaction_id);
	put_common(&order, &write);
	json_text_member(&write, "status", statuses[order.status]);
	json_raw_member(&write, "amountRefunded", slice_of(order.refunded_amount));
	json_text_member(&write, "entityType", "order");
	json_text_member(&write, "entityId", order.order_id);
	put_source("entitySource", &write);
	if (order.charge_id[0] != '\0')
		json_text_member(&write, "chargeId", order.charge_id);
	json_bool_member(&write, "isParent", true);
	json_close_object(&write);
	market_reply_send(&reading->reply);
	free(reading);
}

static void
order_done(void *arg, const struct pool_answer *answer)
{
	static const char *const	 statuses[] = {
		"pending", "completed", "failed", "completed", "completed"
	};
	struct reading			*reading = arg;
	struct json_write		 write;
	struct order			 order;

	if (!order_taken(reading, answer, "Order not found", &order))
		return;
	json_write_init(&write, &reading->reply.body);
	json_open_object(&write);
	json_text_member(&write, "_id", order.order_id);
	put_common(&order, &write);
	json_text_member(&write, "status", statuses[order.status]);
	json_text_member(&write, "fulfillmentStatus", "unfulfilled");
	json_name(&write, "amountSummary");
	json_open_object(&write);
	json_raw_member(&write, "subtotal", slice_of(order.amount));
	json_integer_member(&write, "discount", 0);
	json_close_object(&write);
	put_source("source", &write);
	json_close_object(&write);
	market_reply_send(&reading->reply);
	free(reading);
}

/* True: what is said of ${order} goes behind, 200.  False: it was refused, and ${reading} is gone. */
static bool
order_taken(struct reading *reading, const struct pool_answer *answer, const char *unknown,
    struct order *order)
{
	struct serve_request	*request = reading->reply.request;

	if (answer->fault == FAULT_NONE && PQntuples(answer->rows) > 0) {
		order_store_take(answer->rows, 0, order);
		reading->reply.status = 200;
		return true;
	}
	if (answer->fault != FAULT_NONE) {
		serve_note(request)->sqlstate = answer->sqlstate;
		read_back_refuse(request, answer->fault, NULL);
	} else {
		platform_error_unknown(request, unknown);
	}
	buf_release(&reading->reply.body);
	free(reading);
	return false;
}

static void
put_common(const struct order *order, struct json_write *write)
{
	json_text_member(write, "altId", order->location.text);
	json_text_member(write, "altType", "location");
	json_text_member(write, "contactId", order->contact.id.text);
	put_contact(order, write);
	json_text_member(write, "currency", order->currency);
	json_raw_member(write, "amount", slice_of(order->amount));
	json_bool_member(write, "liveMode", order->live_mode);
	json_bool_member(write, "markAsTest", false);
	json_text_member(write, "createdAt", order->created_at);
	json_text_member(write, "updatedAt", order->updated_at);
}

static void
put_contact(const struct order *order, struct json_write *write)
{
	json_name(write, "contactSnapshot");
	json_open_object(write);
	json_text_member(write, "id", order->contact.id.text);
	json_text_member(write, "name", order->contact.name);
	json_text_member(write, "email", order->contact.email);
	json_text_member(write, "phone", order->contact.phone);
	json_close_object(write);
}

/* All orders come from one order form. */
static void
put_source(const char *name, struct json_write *write)
{
	json_name(write, name);
	json_open_object(write);
	json_text_member(write, "type", "funnel");
	json_text_member(write, "subType", "one_step_order_form");
	json_text_member(write, "id", "6650a1f0c3b2a1908f7e6d50");
	json_text_member(write, "name", "Simulator");
	json_close_object(write);
}
