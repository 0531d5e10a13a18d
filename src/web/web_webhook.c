/*
 * POST /webhooks: who sent it, what it says, then one statement that stores and applies it; only then it is
 * acknowledged (design §2.9).  What cannot be stored now is 429, which every version of the platform's
 * delivery sends again.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/digest.h"
#include "platform/webhook.h"
#include "platform/webhook_signature.h"
#include "store/store_webhook.h"
#include "web/web.h"
#include "web/web_limit.h"
#include "web/web_metric.h"

#define AGAIN_S		5	/* when one that could not be stored may come again */

struct taking {
	struct flow			 flow;		/* first: steps get this */
	struct serve_request		*request;
	struct webhook			 webhook;
	enum webhook_scheme		 scheme;
	char				 key_hash[DIGEST_HEX];	/* of an event that is not signed */
	uint64_t			 limit_key;
	struct store_call		 call;
	struct store_webhook_taken	 taken;
};

static enum fault	 taking_admit(struct taking *);
static enum fault	 taking_read(struct taking *);
static enum flow_next	 taking_store(struct flow *);
static enum flow_next	 taking_reply(struct flow *);
static void		 webhook_store(struct taking *);
static void		 event_store(struct taking *);
static bool		 app_is_another(const struct webhook *);
static enum fault	 fault_of_store(const struct taking *);
static void		 taking_refuse(struct taking *, enum fault);
static void		 taking_note(struct taking *);
static void		 taking_free(struct taking *);

static const struct flow_step	taking_steps[] = {
	STEP(taking_store),	/* asks the books: stored and applied, committed, or a duplicate */
	STEP(taking_reply),	/* the only step that answers                                    */
};

void
web_webhook(struct serve_request *request)
{
	struct taking	*taking;
	enum fault	 fault;

	taking = calloc(1, sizeof(*taking));
	assert(taking != NULL);
	taking->request = request;
	taking->call.flow = &taking->flow;
	fault = taking_admit(taking);
	if (fault == FAULT_NONE) {
		FLOW_START(&taking->flow, taking_steps);
		return;
	}
	taking_refuse(taking, fault);
	taking_free(taking);
}

/* Only a payment event may come without a signature: its API key says who sent it. */
static enum fault
taking_admit(struct taking *taking)
{
	struct webhook_signed	given;
	enum fault		fault = FAULT_NONE;

	given.ed25519 = serve_header(taking->request, "x-ghl-signature");
	given.rsa = serve_header(taking->request, "x-wh-signature");
	given.body = serve_body(taking->request);
	taking->scheme = webhook_signature_judge(&given);
	web_metric_webhook(taking->scheme);
	if (taking->scheme == WEBHOOK_FORGED || taking->scheme == WEBHOOK_UNSIGNED)
		fault = web_limit_payer(taking->request);
	if (fault != FAULT_NONE)
		return fault;
	if (taking->scheme == WEBHOOK_FORGED)
		return FAULT_SIGNATURE_INVALID;
	fault = taking_read(taking);
	if (taking->scheme != WEBHOOK_UNSIGNED)
		return fault;
	if (fault != FAULT_NONE || !taking->webhook.is_event || taking->webhook.api_key[0] == '\0')
		return FAULT_SIGNATURE_INVALID;
	return web_limit_api_key(taking->request, slice_of(taking->webhook.api_key), taking->key_hash,
	    &taking->limit_key);
}

/* What nobody signed is no larger than what anybody may send. */
static enum fault
taking_read(struct taking *taking)
{
	struct slice	body = serve_body(taking->request);

	if (taking->scheme == WEBHOOK_UNSIGNED && body.len > JSON_BYTES_MAX)
		return FAULT_SIGNATURE_INVALID;
	return webhook_read(body, &taking->webhook);
}

static enum flow_next
taking_store(struct flow *flow)
{
	struct taking	*taking = (struct taking *)flow;

	crash_point("webhook_before_store");
	if (taking->scheme == WEBHOOK_UNSIGNED)
		event_store(taking);
	else
		webhook_store(taking);
	return FLOW_WAIT;
}

static enum flow_next
taking_reply(struct flow *flow)
{
	struct taking		*taking = (struct taking *)flow;
	enum fault		 fault = fault_of_store(taking);
	struct json_write	 write;
	struct buf		 body;

	crash_point("webhook_after_store");
	if (taking->scheme == WEBHOOK_UNSIGNED)
		web_limit_query_answered(taking->request, taking->limit_key, fault);
	if (fault != FAULT_NONE) {
		taking_refuse(taking, fault);
	} else {
		taking_note(taking);
		buf_init(&body, WEB_ANSWER_MAX);
		json_write_init(&write, &body);
		json_open_object(&write);
		json_bool_member(&write, "received", true);
		json_text_member(&write, "state", taking->taken.state);
		json_close_object(&write);
		serve_json(taking->request, 200, &body);
		buf_release(&body);
	}
	taking_free(taking);
	return FLOW_END;
}

static void
webhook_store(struct taking *taking)
{
	const struct webhook		*webhook = &taking->webhook;
	struct store_webhook_ask	 ask;

	ask.id = webhook->id.text;
	ask.type = webhook->type.text;
	ask.company = webhook->company.text;
	ask.location = webhook->location.text;
	ask.at = webhook->at;
	ask.scheme = webhook_signature_label(taking->scheme);
	ask.body = buf_text(&webhook->kept);
	ask.fields = buf_text(&webhook->fields);
	ask.refusal = app_is_another(webhook) ? "it is for another app" : "";
	store_webhook_take(&taking->call, &ask, &taking->taken);
}

static void
event_store(struct taking *taking)
{
	const struct webhook		*webhook = &taking->webhook;
	struct store_webhook_event_ask	 ask;

	ask.id = webhook->id.text;
	ask.type = webhook->type.text;
	ask.key_hash = taking->key_hash;
	ask.location = webhook->location.text;
	ask.charge = webhook->charge.text;
	ask.at = webhook->at;
	ask.body = buf_text(&webhook->kept);
	store_webhook_take_event(&taking->call, &ask, &taking->taken);
}

/* A client id is the app's id, a hyphen, and what tells its clients apart. */
static bool
app_is_another(const struct webhook *webhook)
{
	const char	*client = web_settings()->client_id;
	struct slice	 ours = { client, strcspn(client, "-") };

	return ours.len > 0 && !reference_is_empty(&webhook->app) && !slice_is(ours, webhook->app.text);
}

/* Whatever the reason, it was not stored and has to come again. */
static enum fault
fault_of_store(const struct taking *taking)
{
	switch (taking->call.fault) {
	case FAULT_NONE:
		return taking->call.rows == 1 ? FAULT_NONE : FAULT_WEBHOOK_UNSTORED;
	case FAULT_API_KEY_INVALID:
	case FAULT_LOCATION_MISMATCH:
		return taking->call.fault;
	default:
		return FAULT_WEBHOOK_UNSTORED;
	}
}

static void
taking_refuse(struct taking *taking, enum fault fault)
{
	taking_note(taking);
	if (fault == FAULT_WEBHOOK_UNSTORED) {
		serve_retry_after(taking->request, AGAIN_S);
		serve_note(taking->request)->level = LOG_LEVEL_WARNING;
	}
	serve_fault(taking->request, fault, NULL);
}

static void
taking_note(struct taking *taking)
{
	struct log_entry	*note = serve_note(taking->request);

	/* What a stranger says is no word for the log: it may be anything. */
	if (taking->scheme != WEBHOOK_UNSIGNED || taking->taken.state[0] != '\0') {
		note->subject = taking->webhook.id.text;
		note->operation = taking->webhook.type.text;
	}
	note->account_id = taking->taken.account_id;
	note->outcome = taking->taken.state;
	note->sqlstate = taking->call.sqlstate;
	note->detail = taking->call.fault != FAULT_NONE ? taking->call.detail : taking->taken.reason;
	if (note->rule == NULL)		/* else it is a limit's */
		note->rule = taking->scheme == WEBHOOK_UNSIGNED && taking->key_hash[0] != '\0' ? "api_key" :
		    webhook_signature_label(taking->scheme);
}

static void
taking_free(struct taking *taking)
{
	webhook_release(&taking->webhook);
	free(taking);
}
