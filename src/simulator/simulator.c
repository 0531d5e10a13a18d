/*
 * One worker's world.  main.c starts it, the handlers use it.
 */
#include "simulator/simulator.h"

#include <stddef.h>

#include "simulator/contact_store.h"
#include "simulator/market.h"
#include "simulator/order_store.h"
#include "simulator/refund_store.h"
#include "simulator/webhook_send.h"
#include "simulator/webhook_store.h"

/* A developer's tool: few connections, and a short queue so that overload is seen at once. */
#define CONNECTIONS	2
#define DEPTH_MAX	32
#define QUEUE_MAX	200
#define STATEMENT_MS	5000

static const struct simulator_settings	*settings;
static struct fetch			*fetch;

void
simulator_start(const struct simulator_settings *given)
{
	struct pool_options	options = {
		.conninfo = given->database,
		.connections = CONNECTIONS,
		.depth_max = DEPTH_MAX,
		.queue_max = QUEUE_MAX,
		.statement_ms = STATEMENT_MS
	};
	struct pool		*pool;

	settings = given;
	fetch = fetch_new();
	pool = pool_new(&options);
	order_store_start(pool);
	refund_store_start(pool);
	contact_store_start(pool);
	market_start(pool);
	webhook_store_start(pool);
	webhook_send_start();
}

const struct simulator_settings *
simulator_settings(void)
{
	return settings;
}

struct fetch *
simulator_fetch(void)
{
	return fetch;
}

enum fault
simulator_read_json(struct serve_request *request, struct json **json)
{
	enum fault	fault = FAULT_MEDIA_UNSUPPORTED;

	*json = NULL;
	/* It also keeps foreign pages out: this type makes a browser ask for leave first. */
	if (slice_starts(serve_header(request, "content-type"), "application/json"))
		fault = json_parse(serve_body(request), json);
	if (fault == FAULT_NONE && json_kind(json_root(*json)) != JSON_OBJECT) {
		json_free(*json);
		*json = NULL;
		fault = FAULT_JSON_INVALID;
	}
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
	return fault;
}

bool
simulator_answered_fault(struct serve_request *request, const struct pool_answer *answer)
{
	if (answer->fault == FAULT_NONE)
		return false;
	serve_note(request)->level = LOG_LEVEL_ERROR;
	serve_note(request)->sqlstate = answer->sqlstate;
	serve_note(request)->detail = answer->detail;
	serve_fault(request, answer->fault, NULL);
	return true;
}

void
simulator_answer(struct serve_request *request, int status, struct buf *body)
{
	if (buf_ok(body))
		serve_json(request, status, body);
	else
		serve_fault(request, FAULT_INTERNAL, NULL);
	buf_release(body);
}
