/*
 * Both addresses check the caller in the same order: version, location, id, token.
 */
#include "simulator/read_back.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "io/row.h"
#include "simulator/market.h"
#include "simulator/order_store.h"
#include "simulator/platform_error.h"
#include "simulator/simulator.h"

#define BODY_MAX	8192	/* bytes of an answer: an order's fields are far below */
#define TOKEN_MAX	4096

static const struct pool_statement read_allowed = {
	"read_allowed", "select simulator.read_allowed($1, $2)", 2
};

/* One call while it is found out whether its token may. */
struct reading {
	struct serve_request	*request;
	char			 id[ORDER_ID_SIZE];
	char			 location[REFERENCE_SIZE];
	enum fault		(*find)(const char *, pool_done, void *);
	pool_done		 found;
};

static void		read_back(struct serve_request *, const char *,
			    enum fault (*)(const char *, pool_done, void *), pool_done);
static struct slice	bearer(struct serve_request *);
static void		reading_ask(struct reading *, struct slice);
static void		reading_allowed(void *, const struct pool_answer *);
static void		reading_judge(struct reading *, const char *);
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

/* The operator's own token is good for the settings' location; every other one, the books know. */
static void
read_back(struct serve_request *request, const char *unknown,
    enum fault (*find)(const char *, pool_done, void *), pool_done found)
{
	struct slice	 token = bearer(request);
	struct reading	*reading;

	if (!version_passes(request) || !location_passes(request))
		return;
	reading = calloc(1, sizeof(*reading));
	assert(reading != NULL);
	reading->request = request;
	reading->find = find;
	reading->found = found;
	(void)slice_copy(query_value(serve_query(request), "altId"), reading->location,
	    sizeof(reading->location));
	if (!id_take(request, unknown, reading->id)) {
		free(reading);
		return;
	}
	if (digest_equal(token, slice_of(simulator_settings()->token)))
		reading_judge(reading, strcmp(reading->location, simulator_settings()->location_id) == 0 ?
		    "yes" : "location");
	else
		reading_ask(reading, token);
}

static struct slice
bearer(struct serve_request *request)
{
	struct slice	token = serve_header(request, "authorization");

	if (!slice_starts(token, "Bearer "))
		return slice_of(NULL);
	token.at += strlen("Bearer ");
	token.len -= strlen("Bearer ");
	return token;
}

static void
reading_ask(struct reading *reading, struct slice token)
{
	char		 text[TOKEN_MAX];
	const char	*params[] = { text, reading->location };
	enum fault	 fault;

	(void)slice_copy(token, text, sizeof(text));
	fault = pool_ask(market_pool(), &read_allowed, params, reading_allowed, reading);
	explicit_bzero(text, sizeof(text));
	if (fault == FAULT_NONE)
		return;
	read_back_refuse(reading->request, fault, NULL);
	free(reading);
}

static void
reading_allowed(void *arg, const struct pool_answer *answer)
{
	struct reading	*reading = arg;
	char		 verdict[16] = "";

	if (answer->fault != FAULT_NONE) {
		read_back_refuse(reading->request, answer->fault, NULL);
		free(reading);
		return;
	}
	(void)slice_copy(row_slice(answer->rows, 0, 0), verdict, sizeof(verdict));
	reading_judge(reading, verdict);
}

static void
reading_judge(struct reading *reading, const char *verdict)
{
	struct serve_request	*request = reading->request;
	enum fault		 fault;

	if (strcmp(verdict, "yes") == 0) {
		fault = reading->find(reading->id, reading->found, request);
		if (fault != FAULT_NONE)
			read_back_refuse(request, fault, NULL);
	} else if (strcmp(verdict, "location") == 0) {
		platform_error_answer(request, 403, "The token does not have access to this location.");
	} else if (strcmp(verdict, "class") == 0) {
		platform_error_answer(request, 401,
		    "This authClass type is not allowed to access this scope.");
	} else {
		platform_error_answer(request, 401, "Invalid JWT");
	}
	free(reading);
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
		/* Another location's order is not there for this one. */
		if (slice_is(query_value(serve_query(request), "altId"), order->location.text))
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
