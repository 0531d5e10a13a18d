/*
 * The platform's checks of a billing call, and the book of those that passed.
 */
#include "simulator/billing.h"

#include "base/digest.h"
#include "base/json_write.h"
#include "io/row.h"
#include "simulator/platform_error.h"
#include "simulator/simulator.h"
#include "simulator/webhook_store.h"

static bool		 caller_passes(const struct serve_request *);
static const char	*call_check(const struct json_value *);
static bool		 text_is(const struct json_value *, const char *, const char *);
static bool		 text_is_there(const struct json_value *, const char *);
static void		 taken(void *, const struct pool_answer *);
static void		 listed(void *, const struct pool_answer *);

void
billing_take(struct serve_request *request)
{
	struct json	*json = NULL;
	struct buf	 body;
	const char	*wrong;
	enum fault	 fault;

	if (!caller_passes(request)) {
		platform_error_answer(request, 401, "Invalid client credentials");
		return;
	}
	fault = json_parse(serve_body(request), &json);
	wrong = fault != FAULT_NONE ? "body must be a JSON object" : call_check(json_root(json));
	json_free(json);
	if (wrong != NULL) {
		platform_error_answer(request, 422, wrong);
		return;
	}
	buf_init(&body, SIMULATOR_BODY_MAX);
	buf_put(&body, serve_body(request));
	fault = webhook_store_bill(buf_text(&body), taken, request);
	buf_release(&body);
	if (fault != FAULT_NONE)
		billing_refuse(request, fault, NULL);
}

void
billing_list(struct serve_request *request)
{
	enum fault	fault;

	fault = webhook_store_bills(listed, request);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
}

void
billing_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	platform_error_answer(request, fault_info(fault)->status,
	    detail != NULL ? detail : fault_info(fault)->message);
}

static bool
caller_passes(const struct serve_request *request)
{
	const struct simulator_settings	*settings = simulator_settings();

	return settings->client_secret[0] != '\0' &&
	    slice_is(serve_header(request, "x-ghl-client-key"), settings->client_id) &&
	    digest_equal(serve_header(request, "x-ghl-client-secret"),
	    slice_of(settings->client_secret));
}

/* NULL, or the platform's word for what is wrong with it. */
static const char *
call_check(const struct json_value *call)
{
	struct slice	number;

	if (json_kind(call) != JSON_OBJECT)
		return "body must be a JSON object";
	if (!text_is(call, "clientId", simulator_settings()->client_id))
		return "clientId must be that of the app";
	if (text_is(call, "authType", "location")) {
		if (!text_is_there(call, "locationId"))
			return "locationId should not be empty";
	} else if (!text_is(call, "authType", "company")) {
		return "authType must be one of the following values: company, location";
	} else if (!text_is_there(call, "companyId")) {
		return "companyId should not be empty";
	}
	if (!json_number(json_member(call, "amount"), &number))
		return "amount must be a number";
	if (!text_is(call, "status", "COMPLETED") && !text_is(call, "status", "FAILED"))
		return "status must be one of the following values: COMPLETED, FAILED";
	if (!text_is(call, "paymentType", "one_time") && !text_is(call, "paymentType", "recurring"))
		return "paymentType must be one of the following values: one_time, recurring";
	return NULL;
}

static bool
text_is(const struct json_value *object, const char *name, const char *wanted)
{
	struct slice	text;

	return json_text(json_member(object, name), &text) && slice_is(text, wanted);
}

static bool
text_is_there(const struct json_value *object, const char *name)
{
	struct slice	text;

	return json_text(json_member(object, name), &text) && text.len > 0;
}

/* The platform documents no answer: providers may go by the status alone. */
static void
taken(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;
	struct json_write	 write;
	struct buf		 body;

	if (answer->fault != FAULT_NONE) {
		billing_refuse(request, answer->fault, NULL);
		return;
	}
	buf_init(&body, SIMULATOR_BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_bool_member(&write, "success", true);
	json_text_member(&write, "traceId", serve_request_id(request));
	json_close_object(&write);
	simulator_answer(request, 200, &body);
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
	json_raw_member(&write, "calls", row_slice(answer->rows, 0, 0));
	json_close_object(&write);
	simulator_answer(request, 200, &body);
}
