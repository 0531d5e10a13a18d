/*
 * Setups over HTTP: open, look, confirm.  Asked by assets/setup.mjs; docs/api.md has the shapes.
 */
#include "base/json_write.h"
#include "pay/pay_setup.h"
#include "web/web.h"
#include "web/web_client.h"
#include "web/web_limit.h"

static void	setup_answer(void *, const struct pay_setup *);
static void	setup_write(const struct store_setup *, struct buf *);
static bool	setup_capture(struct serve_request *, char[ID_SIZE]);

void
web_setup_open(struct serve_request *request)
{
	struct pay_setup_open_ask	ask = { .dialect = DIALECT_LIVE };
	const struct json_value		*root;
	struct json			*json;
	const char			*field = "publishableKey";
	enum fault			 fault;

	if (web_read_json(request, &json) != FAULT_NONE)
		return;
	root = json_root(json);
	fault = web_read_publishable_key(root, &ask.publishable_key);
	if (fault == FAULT_NONE) {
		field = "dialect";
		fault = web_read_dialect(root, &ask.dialect);
	}
	if (fault == FAULT_NONE && (!web_read_reference(root, "contactId", &ask.contact) ||
	    reference_is_empty(&ask.contact))) {
		field = "contactId";
		fault = FAULT_FIELD_INVALID;
	}
	json_free(json);
	if (fault == FAULT_NONE) {
		field = NULL;
		fault = web_limit_publishable(request, slice_of(ask.publishable_key.text));
	}
	serve_note(request)->dialect = dialect_label(ask.dialect);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, field);
	else
		pay_setup_open(&ask, setup_answer, request);
}

void
web_setup_look(struct serve_request *request)
{
	char	setup_id[ID_SIZE];

	if (setup_capture(request, setup_id))
		pay_setup_look(setup_id, setup_answer, request);
}

void
web_setup_confirm(struct serve_request *request)
{
	struct pay_setup_confirm_ask	ask = { .token = "" };
	struct json			*json;
	bool				 reads;

	if (!setup_capture(request, ask.setup_id) || web_read_json(request, &json) != FAULT_NONE)
		return;
	reads = web_read_token(json_root(json), ask.token);
	json_free(json);
	web_client_digest(request, ask.client);
	if (!reads)
		serve_fault(request, FAULT_TOKEN_INVALID, "token");
	else if (ask.token[0] == '\0')	/* only asks how it stands */
		pay_setup_look(ask.setup_id, setup_answer, request);
	else
		pay_setup_confirm(&ask, setup_answer, request);
}

static bool
setup_capture(struct serve_request *request, char setup_id[ID_SIZE])
{
	struct slice	text = serve_capture(request, 0);

	if (id_is(text, "ss") && slice_copy(text, setup_id, ID_SIZE))
		return true;
	serve_fault(request, FAULT_SETUP_UNKNOWN, NULL);
	return false;
}

static void
setup_answer(void *arg, const struct pay_setup *answer)
{
	struct serve_request	*request = arg;
	struct log_entry	*note = serve_note(request);
	struct buf		 body;

	note->account_id = answer->setup.account_id;
	note->sqlstate = answer->sqlstate;
	note->rule = answer->rule;
	if (answer->fault != FAULT_NONE) {
		serve_fault(request, answer->fault, answer->detail);
		return;
	}
	note->session_id = answer->setup.setup_id;
	note->outcome = pay_standing_label(pay_setup_standing(&answer->setup));
	note->decline = decline_label(answer->setup.decline);
	buf_init(&body, WEB_ANSWER_MAX);
	setup_write(&answer->setup, &body);
	serve_json(request, 200, &body);
	buf_release(&body);
}

static void
setup_write(const struct store_setup *setup, struct buf *body)
{
	const struct store_method	*method = &setup->method;
	struct json_write		 write;

	json_write_init(&write, body);
	json_open_object(&write);
	json_text_member(&write, "id", setup->setup_id);
	json_text_member(&write, "status", pay_standing_label(pay_setup_standing(setup)));
	json_text_member(&write, "mode", mode_label(setup->mode));
	web_write_processor(&write, setup->mode);
	web_write_decline(&write, setup->status == SETUP_FAILED ? setup->decline : DECLINE_NONE);
	json_integer_member(&write, "attemptsLeft", STORE_SETUP_ATTEMPTS_MAX - setup->attempt);
	json_name(&write, "card");
	if (setup->status == SETUP_SUCCEEDED) {
		json_open_object(&write);
		json_text_member(&write, "brand", method->brand);
		json_text_member(&write, "last4", method->last4);
		json_integer_member(&write, "expiryMonth", method->expiry_month);
		json_integer_member(&write, "expiryYear", method->expiry_year);
		json_close_object(&write);
	} else {
		json_put_null(&write);
	}
	json_close_object(&write);
}
