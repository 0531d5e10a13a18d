/*
 * Both addresses check the caller in the same order as the platform: token, version, location, id.
 */
#include "simulator/read_back.h"

#include <string.h>

#include "base/digest.h"
#include "simulator/order_store.h"
#include "simulator/platform_error.h"
#include "simulator/simulator.h"

#define BODY_MAX	8192	/* bytes of an answer: an order's fields are far below */

static bool		request_passes(struct serve_request *);
static bool		token_passes(struct serve_request *);
static bool		version_passes(struct serve_request *);
static bool		location_passes(struct serve_request *);
static struct slice	query_value(struct slice, const char *);
static bool		id_take(struct serve_request *, const char *, char[ORDER_ID_SIZE]);
static void		transaction_done(void *, const struct pool_answer *);
static void		order_done(void *, const struct pool_answer *);
static bool		order_taken(struct serve_request *, const struct pool_answer *,
			    const char *, struct order *);
static void		put_common(const struct order *, struct json_write *);
static void		put_contact(const struct order *, struct json_write *);
static void		put_source(const char *, struct json_write *);

void
read_back_transaction(struct serve_request *request)
{
	char		id[ORDER_ID_SIZE];
	enum fault	fault;

	if (!request_passes(request) || !id_take(request, "Transaction not found", id))
		return;
	fault = order_store_by_transaction(id, transaction_done, request);
	if (fault != FAULT_NONE)
		read_back_refuse(request, fault, NULL);
}

void
read_back_order(struct serve_request *request)
{
	char		id[ORDER_ID_SIZE];
	enum fault	fault;

	if (!request_passes(request) || !id_take(request, "Order not found", id))
		return;
	fault = order_store_by_order(id, order_done, request);
	if (fault != FAULT_NONE)
		read_back_refuse(request, fault, NULL);
}

void
read_back_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	platform_error_answer(request, fault_info(fault)->status,
	    detail != NULL ? detail : fault_info(fault)->message);
}

static bool
request_passes(struct serve_request *request)
{
	return token_passes(request) && version_passes(request) && location_passes(request);
}

static bool
token_passes(struct serve_request *request)
{
	struct slice	token = serve_header(request, "authorization");

	if (slice_starts(token, "Bearer ")) {
		token.at += strlen("Bearer ");
		token.len -= strlen("Bearer ");
		if (digest_equal(token, slice_of(simulator_settings()->token)))
			return true;
	}
	platform_error_answer(request, 401, "Invalid JWT");
	return false;
}

static bool
version_passes(struct serve_request *request)
{
	static const char *const	versions[] = {
		"2021-07-28", "2021-04-15", "2023-02-21", "v3"
	};
	struct slice			version = serve_header(request, "version");

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (slice_is(version, versions[i]))
			return true;
	}
	platform_error_answer(request, 401,
	    version.len == 0 ? "version header was not found." : "version header is invalid");
	return false;
}

static bool
location_passes(struct serve_request *request)
{
	struct slice	location = query_value(serve_query(request), "altId");

	if (location.len == 0)
		platform_error_answer(request, 422, "altId should not be empty");
	else if (!slice_is(query_value(serve_query(request), "altType"), "location"))
		platform_error_answer(request, 422,
		    "altType must be one of the following values: location");
	else if (!slice_is(location, simulator_settings()->location_id))
		platform_error_answer(request, 403,
		    "The token does not have access to this location.");
	else
		return true;
	return false;
}

/* The value of a parameter as it is written: locations have no characters that need an escape. */
static struct slice
query_value(struct slice query, const char *name)
{
	size_t		name_len = strlen(name);
	struct slice	pair, value = { "", 0 };
	const char	*end;

	while (query.len > 0) {
		end = memchr(query.at, '&', query.len);
		pair.at = query.at;
		pair.len = end == NULL ? query.len : (size_t)(end - query.at);
		if (slice_starts(pair, name) && pair.len > name_len && pair.at[name_len] == '=') {
			value.at = pair.at + name_len + 1;
			value.len = pair.len - name_len - 1;
			break;
		}
		query.at += pair.len + (end != NULL);
		query.len -= pair.len + (end != NULL);
	}
	return value;
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
	struct serve_request		*request = arg;
	struct json_write		 write;
	struct order			 order;
	struct buf			 body;

	if (!order_taken(request, answer, "Transaction not found", &order))
		return;
	buf_init(&body, BODY_MAX);
	json_write_init(&write, &body);
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
	simulator_answer(request, 200, &body);
}

static void
order_done(void *arg, const struct pool_answer *answer)
{
	static const char *const	 statuses[] = {
		"pending", "completed", "failed", "completed", "completed"
	};
	struct serve_request		*request = arg;
	struct json_write		 write;
	struct order			 order;
	struct buf			 body;

	if (!order_taken(request, answer, "Order not found", &order))
		return;
	buf_init(&body, BODY_MAX);
	json_write_init(&write, &body);
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
	simulator_answer(request, 200, &body);
}

static bool
order_taken(struct serve_request *request, const struct pool_answer *answer, const char *unknown,
    struct order *order)
{
	if (answer->fault != FAULT_NONE) {
		serve_note(request)->sqlstate = answer->sqlstate;
		read_back_refuse(request, answer->fault, NULL);
		return false;
	}
	if (PQntuples(answer->rows) > 0) {
		order_store_take(answer->rows, 0, order);
		/* An order that an earlier location made is not this location's. */
		if (slice_is(slice_of(order->location.text), simulator_settings()->location_id))
			return true;
	}
	platform_error_unknown(request, unknown);
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
