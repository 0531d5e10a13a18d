/*
 * Handlers with one statement each: ask the store, answer in the call that brings the rows, and let the
 * sender know.
 */
#include "simulator/webhook_api.h"

#include <string.h>

#include "base/json_write.h"
#include "io/row.h"
#include "simulator/simulator.h"
#include "simulator/webhook_send.h"
#include "simulator/webhook_store.h"

#define TYPE_SIZE	80
#define KEY_TEXT_MAX	2048	/* bytes; RSA of 8192 bits in base64 */

static bool	body_is_fine(const struct json_value *);
static bool	id_is_fine(const struct json_value *, const char *);
static void	created(void *, const struct pool_answer *);
static void	listed(void *, const struct pool_answer *);
static void	resent(void *, const struct pool_answer *);
static void	switched(void *, const struct pool_answer *);
static void	shown(struct serve_request *, int, struct slice);
static void	put_key(struct json_write *, const char *, enum sign_scheme);

static const char *const	schemes[] = { "both", "ed25519", "rsa", "none", "bad", "N/A" };

void
webhook_api_create(struct serve_request *request)
{
	struct buf	 body;
	struct json	*json;
	bool		 fine;
	enum fault	 fault;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	fine = body_is_fine(json_root(json));
	json_free(json);
	if (!fine) {
		serve_fault(request, FAULT_FIELD_INVALID, "type is a text of up to 79 characters, and so "
		    "are webhookId, companyId and locationId if they are there");
		return;
	}
	buf_init(&body, WEBHOOK_API_BODY_MAX);
	buf_put(&body, serve_body(request));
	fault = webhook_store_add(buf_text(&body), simulator_settings()->app_id, created, request);
	buf_release(&body);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
}

void
webhook_api_list(struct serve_request *request)
{
	enum fault	fault;

	fault = webhook_store_list(listed, request);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
}

void
webhook_api_resend(struct serve_request *request)
{
	char		id[WEBHOOK_STORE_ID_SIZE];
	enum fault	fault = FAULT_ROUTE_UNKNOWN;

	if (slice_copy(serve_capture(request, 0), id, sizeof(id)))
		fault = webhook_store_resend(id, resent, request);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
}

void
webhook_api_scheme(struct serve_request *request)
{
	char		 scheme[WEBHOOK_STORE_SCHEME_SIZE];
	struct json	*json;
	enum fault	 fault = FAULT_FIELD_INVALID;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	(void)json_member_copy(json_root(json), "scheme", scheme, sizeof(scheme));
	json_free(json);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (strcmp(scheme, schemes[i]) == 0)
			fault = webhook_store_scheme(scheme, switched, request);
	}
	if (fault != FAULT_NONE)
		serve_fault(request, fault, "scheme is both, ed25519, rsa, none, bad or N/A");
}

static bool
body_is_fine(const struct json_value *body)
{
	char	type[TYPE_SIZE];

	return json_member_copy(body, "type", type, sizeof(type)) && id_is_fine(body, "webhookId") &&
	    id_is_fine(body, "companyId") && id_is_fine(body, "locationId");
}

static bool
id_is_fine(const struct json_value *body, const char *name)
{
	char	id[WEBHOOK_STORE_ID_SIZE];

	return json_member(body, name) == NULL || json_member_copy(body, name, id, sizeof(id));
}

static void
created(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;

	if (answer->fault == FAULT_KEY_REUSED) {
		serve_fault(request, FAULT_KEY_REUSED, "there is a webhook with this webhookId; "
		    "send that one again instead");
		return;
	}
	if (simulator_answered_fault(request, answer))
		return;
	shown(request, 201, row_slice(answer->rows, 0, 0));
	webhook_send_wake();
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
	json_raw_member(&write, "webhooks", row_slice(answer->rows, 0, 0));
	json_raw_member(&write, "counts", row_slice(answer->rows, 0, 1));
	json_slice_member(&write, "scheme", row_slice(answer->rows, 0, 2));
	json_text_member(&write, "url", simulator_settings()->webhook_url);
	json_name(&write, "keys");
	json_open_object(&write);
	put_key(&write, "ed25519", SIGN_ED25519);
	put_key(&write, "rsa", SIGN_RSA);
	json_close_object(&write);
	json_close_object(&write);
	simulator_answer(request, 200, &body);
}

static void
resent(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;

	if (simulator_answered_fault(request, answer))
		return;
	if (row_is_null(answer->rows, 0, 0)) {
		serve_fault(request, FAULT_ROUTE_UNKNOWN, "no such webhook");
		return;
	}
	shown(request, 200, row_slice(answer->rows, 0, 0));
	webhook_send_wake();
}

static void
switched(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;
	struct json_write	 write;
	struct buf		 body;

	if (simulator_answered_fault(request, answer))
		return;
	buf_init(&body, SIMULATOR_BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_slice_member(&write, "scheme", row_slice(answer->rows, 0, 0));
	json_close_object(&write);
	simulator_answer(request, 200, &body);
}

static void
shown(struct serve_request *request, int status, struct slice webhook)
{
	struct buf	body;

	buf_init(&body, SIMULATOR_ANSWER_MAX);
	buf_put(&body, webhook);
	simulator_answer(request, status, &body);
}

/* The public half, in the form that a provider's settings want; null when there is none. */
static void
put_key(struct json_write *write, const char *name, enum sign_scheme scheme)
{
	struct buf	text;

	buf_init(&text, KEY_TEXT_MAX);
	if (sign_put_public(&simulator_settings()->webhook_keys, scheme, &text))
		json_slice_member(write, name, buf_slice(&text));
	else
		json_text_member(write, name, NULL);
	buf_release(&text);
}
