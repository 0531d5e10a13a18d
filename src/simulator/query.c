/*
 * Asking and judging.  Used by order_talk.c.
 */
#include "simulator/query.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "simulator/simulator.h"

#define KEY_HIDDEN		"[hidden]"
#define QUESTION_MAX		8192			/* bytes; ids and a key */
#define ANSWER_TEXT_MAX		2048			/* bytes kept of what is not JSON */
#define ANSWER_BYTES_MAX	(FETCH_BODY_MAX * 2)	/* a hidden key may be longer than it was */

static void	put_question(const struct order *, const char *, struct buf *);
static void	judge_live(const struct json_value *, struct query_verdict *);
static void	judge_brief(const struct json_value *, struct query_verdict *);
static void	verdict_explain(struct query_verdict *, const char *, ...)
		    __attribute__((format(printf, 2, 3)));
static bool	member_is(const struct json_value *, const char *, const char *);
static void	put_hidden(struct slice, const char *, struct buf *);
static void	put_printable(struct slice, struct buf *);

void
query_send(const struct order *order, fetch_done done, void *arg)
{
	struct fetch_request	question = { 0 };
	struct buf		body;

	buf_init(&body, QUESTION_MAX);
	put_question(order, simulator_settings()->api_key, &body);
	question.method = "POST";
	question.url = simulator_settings()->query_url;
	question.headers[0] = "content-type: application/json";
	question.body = buf_slice(&body);
	question.timeout_ms = QUERY_TIMEOUT_MS;
	fetch_send(simulator_fetch(), &question, done, arg);
	buf_wipe(&body);
}

void
query_put_shown(const struct order *order, struct buf *json)
{
	put_question(order, KEY_HIDDEN, json);
}

void
query_put_answer(struct slice body, struct buf *json)
{
	struct json_write	 write;
	struct json		*parsed = NULL;
	struct buf		 hidden, printable;

	buf_init(&hidden, ANSWER_BYTES_MAX);
	buf_init(&printable, ANSWER_TEXT_MAX);
	put_hidden(body, simulator_settings()->api_key, &hidden);
	if (json_parse(body, &parsed) == FAULT_NONE) {
		buf_put(json, buf_slice(&hidden));
	} else {
		put_printable(buf_slice(&hidden), &printable);
		json_write_init(&write, json);
		json_put_text(&write, buf_slice(&printable));
	}
	json_free(parsed);
	buf_release(&hidden);
	buf_release(&printable);
}

void
query_judge(enum dialect dialect, const struct fetch_answer *answer, struct query_verdict *verdict)
{
	struct json	*json = NULL;

	verdict->status = ORDER_PENDING;
	verdict->reason[0] = '\0';
	if (answer->result == FETCH_NOT_SENT)
		verdict_explain(verdict, "the provider could not be reached: %s", answer->detail);
	else if (answer->result == FETCH_LOST)
		verdict_explain(verdict, "no answer within %d s, or the connection broke: %s",
		    QUERY_TIMEOUT_MS / 1000, answer->detail);
	else if (answer->status < 200 || answer->status > 299)
		verdict_explain(verdict, "the answer has status %ld, which says nothing about the "
		    "payment", answer->status);
	else if (json_parse(answer->body, &json) != FAULT_NONE ||
	    json_kind(json_root(json)) != JSON_OBJECT)
		verdict_explain(verdict, "the answer is not one JSON object");
	else if (dialect == DIALECT_BRIEF)
		judge_brief(json_root(json), verdict);
	else
		judge_live(json_root(json), verdict);
	json_free(json);
}

static void
put_question(const struct order *order, const char *api_key, struct buf *json)
{
	struct json_write	write;

	json_write_init(&write, json);
	json_open_object(&write);
	if (order->dialect == DIALECT_BRIEF) {
		json_text_member(&write, "type", "verify_payment");
	} else {
		json_text_member(&write, "type", "verify");
		json_text_member(&write, "transactionId", order->transaction_id);
	}
	json_text_member(&write, "apiKey", api_key);
	if (order->charge_id[0] != '\0')
		json_text_member(&write, "chargeId", order->charge_id);
	json_close_object(&write);
}

static void
judge_live(const struct json_value *object, struct query_verdict *verdict)
{
	if (json_kind(json_member(object, "success")) == JSON_TRUE) {
		if (member_is(object, "status", "pending"))
			verdict_explain(verdict, "success: true is paid here, whatever status says");
		verdict->status = ORDER_PAID;
	} else if (json_kind(json_member(object, "failed")) == JSON_TRUE) {
		verdict->status = ORDER_FAILED;
	} else if (json_kind(json_member(object, "success")) != JSON_FALSE) {
		verdict_explain(verdict, "the answer has neither success nor failed");
	}
}

static void
judge_brief(const struct json_value *object, struct query_verdict *verdict)
{
	bool	success = json_kind(json_member(object, "success")) == JSON_TRUE;

	if (success && member_is(object, "status", "completed"))
		verdict->status = ORDER_PAID;
	else if (!member_is(object, "status", "pending"))
		verdict->status = ORDER_FAILED;
}

static bool
member_is(const struct json_value *object, const char *name, const char *expected)
{
	struct slice	text;

	return json_text(json_member(object, name), &text) && slice_is(text, expected);
}

/* A long reason is cut: it is shown, nobody reads it back. */
static void
verdict_explain(struct query_verdict *verdict, const char *format, ...)
{
	va_list	args;
	int	len;

	va_start(args, format);
	len = vsnprintf(verdict->reason, sizeof(verdict->reason), format, args);
	va_end(args);
	if (len < 0)
		verdict->reason[0] = '\0';
}

static void
put_hidden(struct slice text, const char *secret, struct buf *into)
{
	size_t		 secret_len = strlen(secret);
	struct slice	 before;
	const char	*found;

	while (secret_len > 0 && (found = memmem(text.at, text.len, secret, secret_len)) != NULL) {
		before.at = text.at;
		before.len = (size_t)(found - text.at);
		buf_put(into, before);
		buf_puts(into, KEY_HIDDEN);
		text.at = found + secret_len;
		text.len -= before.len + secret_len;
	}
	buf_put(into, text);
}

/* The first bytes, as ASCII, since nobody knows what the rest would be. */
static void
put_printable(struct slice text, struct buf *into)
{
	for (size_t i = 0; i < text.len && i < into->max; i++)
		buf_putc(into, text.at[i] >= ' ' && text.at[i] <= '~' ? text.at[i] : '?');
}
