/*
 * Handlers with one statement each: ask the store, answer in the call that brings the rows.
 */
#include "simulator/order_api.h"

#include <string.h>

#include "io/row.h"
#include "simulator/message.h"
#include "simulator/order_store.h"
#include "simulator/provider.h"
#include "simulator/simulator.h"

static void	created(void *, const struct pool_answer *);
static void	listed(void *, const struct pool_answer *);
static void	shown(void *, const struct pool_answer *);
static void	put_provider(const struct order *, const struct provider *, struct json_write *);

void
order_api_create(struct serve_request *request)
{
	struct order	 order;
	struct json	*json;
	const char	*detail = NULL;
	enum fault	 fault;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	fault = order_read(json_root(json), &order, &detail);
	json_free(json);
	if (reference_is_empty(&order.location))
		(void)reference_read(slice_of(simulator_settings()->location_id), &order.location);
	if (order.product[0] == '\0')
		(void)slice_copy(slice_of("Test product"), order.product, sizeof(order.product));
	if (fault == FAULT_NONE)
		fault = order_store_create(&order, created, request);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, detail);
}

void
order_api_list(struct serve_request *request)
{
	enum fault	fault;

	fault = order_store_list(listed, request);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
}

void
order_api_show(struct serve_request *request)
{
	char		order_id[ORDER_ID_SIZE];
	enum fault	fault;

	if (!order_id_is(serve_capture(request, 0))) {
		serve_fault(request, FAULT_TRANSACTION_UNKNOWN, "no such order");
		return;
	}
	(void)slice_copy(serve_capture(request, 0), order_id, sizeof(order_id));
	fault = order_store_show(order_id, shown, request);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
}

void
order_api_put_url(const struct order *order, struct json_write *write)
{
	struct buf	url;

	buf_init(&url, SETTING_TEXT_SIZE + 64);
	buf_printf(&url, "%s/orders/%s", simulator_settings()->public_url, order->order_id);
	json_text_member(write, "url", buf_text(&url));
	buf_release(&url);
}

static void
created(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;
	struct json_write	 write;
	struct order		 order;
	struct buf		 body;

	if (simulator_answered_fault(request, answer))
		return;
	order_store_take(answer->rows, 0, &order);
	buf_init(&body, SIMULATOR_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	order_put(&order, &write);
	order_api_put_url(&order, &write);
	json_close_object(&write);
	simulator_answer(request, 201, &body);
}

static void
listed(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;
	struct json_write	 write;
	struct buf		 body;

	if (simulator_answered_fault(request, answer))
		return;
	buf_init(&body, SIMULATOR_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_raw_member(&write, "orders", row_slice(answer->rows, 0, 0));
	json_text_member(&write, "locationId", simulator_settings()->location_id);
	json_text_member(&write, "paymentsUrl", simulator_settings()->payments_url);
	json_text_member(&write, "queryUrl", simulator_settings()->query_url);
	json_close_object(&write);
	simulator_answer(request, 200, &body);
}

static void
shown(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;
	struct json_write	 write;
	struct provider		 provider;
	struct order		 order;
	struct buf		 body;

	if (simulator_answered_fault(request, answer))
		return;
	if (PQntuples(answer->rows) == 0) {
		serve_fault(request, FAULT_TRANSACTION_UNKNOWN, "no such order");
		return;
	}
	order_store_take(answer->rows, 0, &order);
	buf_init(&body, SIMULATOR_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	order_put(&order, &write);
	order_api_put_url(&order, &write);
	provider_take(answer->rows, 0, ORDER_STORE_PROVIDER, &provider);
	provider_fall_back(&provider);
	put_provider(&order, &provider, &write);
	explicit_bzero(&provider, sizeof(provider));
	json_raw_member(&write, "messages", row_slice(answer->rows, 0, ORDER_STORE_MESSAGES));
	json_raw_member(&write, "queries", row_slice(answer->rows, 0, ORDER_STORE_QUERIES));
	json_raw_member(&write, "refunds", row_slice(answer->rows, 0, ORDER_STORE_REFUNDS));
	json_close_object(&write);
	simulator_answer(request, 200, &body);
}

/* What the order page needs to embed the provider; the API key stays in the server. */
static void
put_provider(const struct order *order, const struct provider *provider, struct json_write *write)
{
	json_text_member(write, "paymentsUrl", provider->payments_url);
	json_text_member(write, "queryUrl", provider->query_url);
	json_name(write, "props");
	/* An order that a saved card is charged for meets no checkout. */
	if (order->payment_method_id[0] != '\0')
		json_put_null(write);
	else
		message_put_props(order, provider->publishable_key, write);
}
