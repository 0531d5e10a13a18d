/*
 * The sandbox processor's own pages: the card-fields frame, tokens for published cards, the payer's
 * answer to 3-D Secure.  The frame has an opaque origin, so its calls are cross-origin (CORS).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/integer.h"
#include "base/json_write.h"
#include "core/apikey.h"
#include "processor/sandbox.h"
#include "serve/asset.h"
#include "store/store_account.h"
#include "web/web.h"
#include "web/web_limit.h"

#define POLICY_MAX	4096	/* bytes of one header */

/* The context of a call of the frame; the number never gets into it. */
struct tokenizing {
	struct flow			 flow;		/* first: steps get this */
	struct serve_request		*request;
	struct apikey			 publishable_key;
	const struct card_published	*card;
	struct card_month		 expiry;
	char				 challenge[ID_SIZE * 2];
	bool				 accept;
	struct store_call		 call;
	struct store_account		 account;
	struct sandbox_answer		 answer;
};

static enum flow_next	token_find_account(struct flow *);
static enum flow_next	token_make(struct flow *);
static enum flow_next	token_made(struct flow *);
static enum flow_next	token_reply(struct flow *);
static enum flow_next	challenge_ask(struct flow *);
static enum flow_next	challenge_asked(struct flow *);
static enum flow_next	challenge_reply(struct flow *);
static enum fault	card_read(const struct json_value *, struct tokenizing *, const char **);
static bool		expiry_read(const struct json_value *, struct card_month *);
static bool		security_code_reads(const struct json_value *);
static void		frame_json(struct serve_request *, int, const struct buf *);
static struct tokenizing *tokenizing_new(struct serve_request *);

/* The frame may read the answers: it has another origin than the server that it asks. */
static const struct serve_header	any_origin = { "access-control-allow-origin", "*" };

static const struct flow_step	token_steps[] = {
	STEP(token_find_account),	/* asks the books who this publishable key is          */
	STEP(token_make),		/* asks the sandbox to keep the card for it            */
	STEP(token_made),
	STEP(token_reply),		/* the only step that answers                          */
};

static const struct flow_step	challenge_steps[] = {
	STEP(challenge_ask),		/* tells the sandbox what the payer said               */
	STEP(challenge_asked),
	STEP(challenge_reply),		/* the only step that answers                          */
};

/*
 * "sandbox" gives the document an origin of its own, so that the checkout page cannot read the fields
 * even though the same server sends both.  'self' means nothing in there: the address is spelled out.
 */
void
web_sandbox_frame(struct serve_request *request)
{
	const char		*self = web_settings()->public_url;
	struct serve_header	 header = { .name = "content-security-policy" };
	struct buf		 policy;

	buf_init(&policy, POLICY_MAX);
	buf_printf(&policy, "default-src 'none'; script-src %s; style-src %s; connect-src %s; "
	    "base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-forms; "
	    "frame-ancestors %s %s", self, self, self, self, web_settings()->frame_ancestors);
	if (buf_ok(&policy)) {
		header.value = buf_text(&policy);
		asset_answer_page(request, "frame.html", &header, 1);
	} else {
		serve_fault(request, FAULT_INTERNAL, NULL);
	}
	buf_release(&policy);
}

void
web_sandbox_preflight(struct serve_request *request)
{
	static const struct serve_header	headers[] = {
		{ "access-control-allow-origin", "*" },
		{ "access-control-allow-methods", "POST" },
		{ "access-control-allow-headers", "content-type" },
		{ "access-control-max-age", "600" },
	};
	struct serve_answer	answer = { .status = 204, .headers = headers };

	answer.header_count = sizeof(headers) / sizeof(headers[0]);
	serve_answer(request, &answer);
}

void
web_sandbox_token(struct serve_request *request)
{
	struct tokenizing	*tokenizing;
	struct json		*json;
	const char		*field = NULL;
	enum fault		 fault;

	if (json_parse(serve_body(request), &json) != FAULT_NONE) {
		web_sandbox_refuse(request, FAULT_JSON_INVALID, NULL);
		return;
	}
	tokenizing = tokenizing_new(request);
	fault = card_read(json_root(json), tokenizing, &field);
	json_free(json);
	if (fault == FAULT_NONE) {
		field = NULL;
		fault = web_limit_publishable(request,
		    slice_of(tokenizing->publishable_key.text));
	}
	if (fault != FAULT_NONE) {
		free(tokenizing);
		web_sandbox_refuse(request, fault, field);
		return;
	}
	FLOW_START(&tokenizing->flow, token_steps);
}

void
web_sandbox_challenge(struct serve_request *request)
{
	struct slice		 challenge = serve_capture(request, 0);
	struct tokenizing	*tokenizing;
	struct json		*json;
	enum json_kind		 accept;

	if (json_parse(serve_body(request), &json) != FAULT_NONE) {
		web_sandbox_refuse(request, FAULT_JSON_INVALID, NULL);
		return;
	}
	accept = json_kind(json_member(json_root(json), "accept"));
	json_free(json);
	if (accept != JSON_TRUE && accept != JSON_FALSE) {
		web_sandbox_refuse(request, FAULT_FIELD_INVALID, "accept");
		return;
	}
	tokenizing = tokenizing_new(request);
	tokenizing->accept = accept == JSON_TRUE;
	if (!slice_copy(challenge, tokenizing->challenge, sizeof(tokenizing->challenge))) {
		free(tokenizing);
		web_sandbox_refuse(request, FAULT_CHALLENGE_UNKNOWN, NULL);
		return;
	}
	FLOW_START(&tokenizing->flow, challenge_steps);
}

void
web_sandbox_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	serve_fault_with(request, fault, detail, &any_origin);
}

static struct tokenizing *
tokenizing_new(struct serve_request *request)
{
	struct tokenizing	*tokenizing;

	tokenizing = calloc(1, sizeof(*tokenizing));
	assert(tokenizing != NULL);
	tokenizing->request = request;
	tokenizing->call.flow = &tokenizing->flow;
	tokenizing->answer.flow = &tokenizing->flow;
	return tokenizing;
}

/* The number is looked at where it lies, in the body, which is wiped when the request ends. */
static enum fault
card_read(const struct json_value *root, struct tokenizing *tokenizing, const char **field)
{
	struct slice	number;

	*field = "publishableKey";
	if (web_read_publishable_key(root, &tokenizing->publishable_key) != FAULT_NONE)
		return FAULT_PUBLISHABLE_KEY_INVALID;
	/* A live page has nothing to do with these fields. */
	if (tokenizing->publishable_key.mode != MODE_TEST)
		return FAULT_MODE_MISMATCH;
	*field = "number";
	if (!json_text(json_member(root, "number"), &number))
		return FAULT_FIELD_INVALID;
	tokenizing->card = card_published_find(number);
	if (tokenizing->card == NULL)
		return FAULT_CARD_UNPUBLISHED;
	*field = "expiryMonth";
	if (!expiry_read(root, &tokenizing->expiry))
		return FAULT_FIELD_INVALID;
	*field = "cvc";
	return security_code_reads(json_member(root, "cvc")) ? FAULT_NONE : FAULT_FIELD_INVALID;
}

static bool
expiry_read(const struct json_value *root, struct card_month *expiry)
{
	struct card_month	today;
	char			now[CLOCK_TEXT_SIZE];
	struct slice		text, part;
	int64_t			month, year, this_year, this_month;

	if (!json_number(json_member(root, "expiryMonth"), &text) || !integer_read(text, &month) ||
	    !json_number(json_member(root, "expiryYear"), &text) || !integer_read(text, &year))
		return false;
	if (month < 1 || month > 12 || year < 2000 || year > 2099)
		return false;
	clock_text(clock_now_us(), now);
	part = (struct slice){ .at = now, .len = 4 };
	if (!integer_read(part, &this_year))
		return false;
	part = (struct slice){ .at = now + 5, .len = 2 };
	if (!integer_read(part, &this_month))
		return false;
	expiry->month = (int)month;
	expiry->year = (int)year;
	today.month = (int)this_month;
	today.year = (int)this_year;
	return !card_month_is_past(*expiry, today);
}

/* Three or four digits; they are checked and forgotten, no card needs them stored. */
static bool
security_code_reads(const struct json_value *value)
{
	struct slice	text;

	if (!json_text(value, &text) || text.len < 3 || text.len > 4)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	}
	return true;
}

static enum flow_next
token_find_account(struct flow *flow)
{
	struct tokenizing	*tokenizing = (struct tokenizing *)flow;

	store_account_by_publishable_key(&tokenizing->call, tokenizing->publishable_key.text,
	    &tokenizing->account);
	return FLOW_WAIT;
}

static enum flow_next
token_make(struct flow *flow)
{
	struct tokenizing	*tokenizing = (struct tokenizing *)flow;
	struct sandbox_card	 card;
	enum fault		 fault;

	fault = store_account_fault(&tokenizing->call, &tokenizing->account, FAULT_PUBLISHABLE_KEY_INVALID);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	card.account_id = tokenizing->account.account_id;
	card.card = tokenizing->card;
	card.expiry = tokenizing->expiry;
	sandbox_token_make(&card, &tokenizing->answer);
	return FLOW_WAIT;
}

static enum flow_next
token_made(struct flow *flow)
{
	struct tokenizing	*tokenizing = (struct tokenizing *)flow;

	if (tokenizing->answer.fault != FAULT_NONE)
		return flow_fail(flow, tokenizing->answer.fault, NULL);
	return FLOW_ON;
}

static enum flow_next
token_reply(struct flow *flow)
{
	struct tokenizing	*tokenizing = (struct tokenizing *)flow;
	const char		*number = tokenizing->card->number;
	struct json_write	 write;
	struct buf		 body;

	serve_note(tokenizing->request)->account_id = tokenizing->account.account_id;
	if (flow->fault != FAULT_NONE) {
		web_sandbox_refuse(tokenizing->request, flow->fault, flow->detail);
	} else {
		buf_init(&body, WEB_ANSWER_MAX);
		json_write_init(&write, &body);
		json_open_object(&write);
		json_text_member(&write, "token", tokenizing->answer.token);
		json_text_member(&write, "brand", tokenizing->card->brand);
		json_text_member(&write, "last4", number + strlen(number) - 4);
		json_close_object(&write);
		frame_json(tokenizing->request, 200, &body);
		buf_wipe(&body);
	}
	explicit_bzero(&tokenizing->answer, sizeof(tokenizing->answer));
	free(tokenizing);
	return FLOW_END;
}

static enum flow_next
challenge_ask(struct flow *flow)
{
	struct tokenizing	*tokenizing = (struct tokenizing *)flow;

	sandbox_challenge_answer(tokenizing->challenge, tokenizing->accept, &tokenizing->answer);
	return FLOW_WAIT;
}

static enum flow_next
challenge_asked(struct flow *flow)
{
	struct tokenizing	*tokenizing = (struct tokenizing *)flow;

	if (tokenizing->answer.fault != FAULT_NONE)
		return flow_fail(flow, tokenizing->answer.fault, NULL);
	return FLOW_ON;
}

static enum flow_next
challenge_reply(struct flow *flow)
{
	struct tokenizing	*tokenizing = (struct tokenizing *)flow;
	struct buf		 body;

	if (flow->fault != FAULT_NONE) {
		web_sandbox_refuse(tokenizing->request, flow->fault, flow->detail);
	} else {
		buf_init(&body, WEB_ANSWER_MAX);
		buf_puts(&body, "{\"status\":\"answered\"}");
		frame_json(tokenizing->request, 200, &body);
		buf_release(&body);
	}
	free(tokenizing);
	return FLOW_END;
}

static void
frame_json(struct serve_request *request, int status, const struct buf *body)
{
	struct serve_answer	answer = { .status = status, .type = "application/json" };

	answer.body = buf_slice(body);
	answer.headers = &any_origin;
	answer.header_count = 1;
	serve_answer(request, &answer);
}
