/*
 * Checkout sessions over HTTP: open, look, confirm.  Asked by assets/session.mjs; docs/api.md has the
 * shapes.
 */
#include "base/json_write.h"
#include "pay/pay_confirm.h"
#include "pay/pay_open.h"
#include "processor/processor.h"
#include "web/web.h"
#include "web/web_limit.h"

static enum fault	open_read(const struct json_value *, struct pay_open_ask *, const char **);
static bool		reference_member(const struct json_value *, const char *, struct reference *);
static bool		amount_member(const struct json_value *, char[PAY_AMOUNT_SIZE]);
static bool		session_capture(struct serve_request *, char[ID_SIZE]);
static void		session_answer(void *, const struct pay_session *);
static void		session_write(const struct store_session *, struct buf *);
static void		decline_write(struct json_write *, const struct store_session *);

void
web_session_open(struct serve_request *request)
{
	struct pay_open_ask	ask;
	struct json		*json;
	const char		*field;
	enum fault		 fault;

	if (web_read_json(request, &json) != FAULT_NONE)
		return;
	fault = open_read(json_root(json), &ask, &field);
	json_free(json);
	if (fault == FAULT_NONE) {
		field = NULL;
		fault = web_limit_publishable(request, slice_of(ask.publishable_key.text));
	}
	if (fault != FAULT_NONE) {
		serve_fault(request, fault, field);
		return;
	}
	serve_note(request)->dialect = dialect_label(ask.dialect);
	pay_open(&ask, session_answer, request);
}

void
web_session_look(struct serve_request *request)
{
	char	session_id[ID_SIZE];

	if (session_capture(request, session_id))
		pay_look(session_id, session_answer, request);
}

void
web_session_confirm(struct serve_request *request)
{
	struct pay_confirm_ask	ask = { .token = "" };
	const struct json_value	*token;
	struct slice		 text;
	struct json		*json;
	bool			 reads;

	if (!session_capture(request, ask.session_id) ||
	    web_read_json(request, &json) != FAULT_NONE)
		return;
	token = json_member(json_root(json), "token");
	reads = json_kind(token) == JSON_ABSENT || json_kind(token) == JSON_NULL ||
	    (json_text(token, &text) && id_is(text, "tok") &&
	    slice_copy(text, ask.token, sizeof(ask.token)));
	json_free(json);
	if (reads)
		pay_confirm(&ask, session_answer, request);
	else
		serve_fault(request, FAULT_TOKEN_INVALID, "token");
}

static enum fault
open_read(const struct json_value *root, struct pay_open_ask *ask, const char **field)
{
	char		key[APIKEY_SIZE];
	struct slice	dialect;

	*ask = (struct pay_open_ask){ .dialect = DIALECT_LIVE };
	*field = "publishableKey";
	if (!json_member_copy(root, "publishableKey", key, sizeof(key)) ||
	    !apikey_parse(slice_of(key), &ask->publishable_key) ||
	    ask->publishable_key.kind != APIKEY_PUBLISHABLE)
		return FAULT_PUBLISHABLE_KEY_INVALID;
	*field = "dialect";
	if (json_kind(json_member(root, "dialect")) != JSON_ABSENT &&
	    (!json_text(json_member(root, "dialect"), &dialect) ||
	    !dialect_find(dialect, &ask->dialect)))
		return FAULT_FIELD_INVALID;
	*field = "transactionId";
	if (!reference_member(root, "transactionId", &ask->transaction))
		return FAULT_FIELD_INVALID;
	*field = "orderId";
	if (!reference_member(root, "orderId", &ask->order))
		return FAULT_FIELD_INVALID;
	*field = "contactId";
	if (!reference_member(root, "contactId", &ask->contact))
		return FAULT_FIELD_INVALID;
	*field = "amount";
	if (!amount_member(root, ask->amount))
		return FAULT_AMOUNT_INVALID;
	*field = "currency";
	if (!json_member_copy(root, "currency", ask->currency, sizeof(ask->currency)))
		return FAULT_CURRENCY_INVALID;
	return FAULT_NONE;
}

/* Absent, null and "" are the same. */
static bool
reference_member(const struct json_value *root, const char *name, struct reference *reference)
{
	const struct json_value	*value = json_member(root, name);
	struct slice		 text;

	reference->text[0] = '\0';
	if (json_kind(value) == JSON_ABSENT || json_kind(value) == JSON_NULL)
		return true;
	return json_text(value, &text) && reference_read(text, reference);
}

/* A number as written, or the same in quotes. */
static bool
amount_member(const struct json_value *root, char amount[PAY_AMOUNT_SIZE])
{
	const struct json_value	*value = json_member(root, "amount");
	struct slice		 text;

	if (!json_number(value, &text) && !json_text(value, &text))
		return false;
	return slice_copy(text, amount, PAY_AMOUNT_SIZE);
}

static bool
session_capture(struct serve_request *request, char session_id[ID_SIZE])
{
	struct slice	text = serve_capture(request, 0);

	if (id_is(text, "cs") && slice_copy(text, session_id, ID_SIZE))
		return true;
	serve_fault(request, FAULT_SESSION_UNKNOWN, NULL);
	return false;
}

static void
session_answer(void *arg, const struct pay_session *answer)
{
	struct serve_request	*request = arg;
	struct log_entry	*note = serve_note(request);
	struct buf		 body;

	note->account_id = answer->session.account_id;
	note->sqlstate = answer->sqlstate;
	note->detail = answer->detail;
	if (answer->fault != FAULT_NONE) {
		serve_fault(request, answer->fault, answer->detail);
		return;
	}
	note->session_id = answer->session.session_id;
	note->transaction_id = answer->session.transaction.text;
	note->outcome = pay_standing_label(pay_session_standing(&answer->session));
	if (answer->session.has_charge) {
		note->charge_id = answer->session.charge_id;
		note->decline = decline_label(answer->session.decline);
	}
	buf_init(&body, WEB_ANSWER_MAX);
	session_write(&answer->session, &body);
	serve_json(request, 200, &body);
	buf_release(&body);
}

static void
session_write(const struct store_session *session, struct buf *body)
{
	const struct processor	*processor = processor_for(session->mode);
	struct json_write	 write;
	char			 amount[MONEY_TEXT_SIZE];
	int			 left = STORE_SESSION_ATTEMPTS_MAX - session->failed_count;

	money_print(session->money, amount);
	json_write_init(&write, body);
	json_open_object(&write);
	json_text_member(&write, "id", session->session_id);
	json_text_member(&write, "status", pay_standing_label(pay_session_standing(session)));
	json_text_member(&write, "mode", mode_label(session->mode));
	json_text_member(&write, "transactionId", session->transaction.text);
	json_text_member(&write, "amount", amount);
	json_text_member(&write, "currency", session->money.currency->code);
	json_name(&write, "processor");
	json_open_object(&write);
	json_text_member(&write, "name", processor == NULL ? "" : processor->name);
	json_text_member(&write, "frame", processor == NULL ? "" : processor->frame);
	json_close_object(&write);
	json_text_member(&write, "chargeId", session->has_charge ? session->charge_id : NULL);
	json_text_member(&write, "action", session->has_charge && session->action[0] != '\0' ?
	    session->action : NULL);
	decline_write(&write, session);
	json_integer_member(&write, "attemptsLeft", left < 0 ? 0 : left);
	json_close_object(&write);
}

/* Never more than that it was declined: who tests stolen cards learns nothing (decline_text). */
static void
decline_write(struct json_write *write, const struct store_session *session)
{
	json_name(write, "decline");
	if (!session->has_charge || session->status != CHARGE_FAILED) {
		json_put_null(write);
		return;
	}
	json_open_object(write);
	json_text_member(write, "code", decline_public_code(session->decline));
	json_text_member(write, "message", decline_text(session->decline));
	json_close_object(write);
}
