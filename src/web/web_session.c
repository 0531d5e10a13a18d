/*
 * Checkout sessions over HTTP: open, look, confirm.  Asked by assets/session.mjs; docs/api.md has the
 * shapes.
 */
#include "base/json_write.h"
#include "pay/pay_confirm.h"
#include "pay/pay_open.h"
#include "web/web.h"
#include "web/web_client.h"
#include "web/web_limit.h"

static enum fault	open_read(const struct json_value *, struct pay_open_ask *, const char **);
static bool		amount_member(const struct json_value *, char[PAY_AMOUNT_SIZE]);
static bool		session_capture(struct serve_request *, char[ID_SIZE]);
static void		session_answer(void *, const struct pay_session *);
static void		session_write(const struct store_session *, struct buf *);

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
	const struct json_value	*saves;
	struct json		*json;
	bool			 reads, savable;

	if (!session_capture(request, ask.session_id) ||
	    web_read_json(request, &json) != FAULT_NONE)
		return;
	saves = json_member(json_root(json), "save");
	reads = web_read_token(json_root(json), ask.token);
	savable = json_kind(saves) == JSON_ABSENT || json_kind(saves) == JSON_NULL ||
	    json_kind(saves) == JSON_TRUE || json_kind(saves) == JSON_FALSE;
	ask.saves = json_kind(saves) == JSON_TRUE;
	json_free(json);
	web_client_digest(request, ask.client);
	if (!reads)
		serve_fault(request, FAULT_TOKEN_INVALID, "token");
	else if (!savable)
		serve_fault(request, FAULT_FIELD_INVALID, "save");
	else
		pay_confirm(&ask, session_answer, request);
}

static enum fault
open_read(const struct json_value *root, struct pay_open_ask *ask, const char **field)
{
	*ask = (struct pay_open_ask){ .dialect = DIALECT_LIVE };
	*field = "publishableKey";
	if (web_read_publishable_key(root, &ask->publishable_key) != FAULT_NONE)
		return FAULT_PUBLISHABLE_KEY_INVALID;
	*field = "dialect";
	if (web_read_dialect(root, &ask->dialect) != FAULT_NONE)
		return FAULT_FIELD_INVALID;
	*field = "transactionId";
	if (!web_read_reference(root, "transactionId", &ask->transaction))
		return FAULT_FIELD_INVALID;
	*field = "orderId";
	if (!web_read_reference(root, "orderId", &ask->order))
		return FAULT_FIELD_INVALID;
	*field = "contactId";
	if (!web_read_reference(root, "contactId", &ask->contact))
		return FAULT_FIELD_INVALID;
	*field = "amount";
	if (!amount_member(root, ask->amount))
		return FAULT_AMOUNT_INVALID;
	*field = "currency";
	if (!json_member_copy(root, "currency", ask->currency, sizeof(ask->currency)))
		return FAULT_CURRENCY_INVALID;
	return FAULT_NONE;
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
	note->rule = answer->rule;
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
	web_write_processor(&write, session->mode);
	json_bool_member(&write, "saveOffered", !reference_is_empty(&session->contact));
	json_text_member(&write, "chargeId", session->has_charge ? session->charge_id : NULL);
	json_text_member(&write, "action", session->has_charge && session->action[0] != '\0' ?
	    session->action : NULL);
	web_write_decline(&write, session->has_charge && session->status == CHARGE_FAILED ?
	    session->decline : DECLINE_NONE);
	json_integer_member(&write, "attemptsLeft", left < 0 ? 0 : left);
	json_close_object(&write);
}
