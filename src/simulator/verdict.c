/*
 * Judging.  Used by query.c as soon as an answer is there.
 */
#include "simulator/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "simulator/query.h"

static bool	answer_parse(const struct question *, const struct fetch_answer *,
		    struct verdict *, struct json **);
static void	explain_status(const struct question *, const struct fetch_answer *,
		    struct verdict *);
static void	judge_payment(enum dialect, const struct json_value *, struct verdict *);
static void	judge_live(const struct json_value *, struct verdict *);
static void	judge_brief(const struct json_value *, struct verdict *);
static void	judge_refund(enum dialect, const struct json_value *, struct verdict *);
static void	judge_charge(enum dialect, const struct json_value *, struct verdict *);
static void	judge_methods(enum dialect, const struct json_value *, struct verdict *);
static void	explain_refusal(const struct json_value *, struct verdict *);
static bool	member_is(const struct json_value *, const char *, const char *);

void
verdict_read(const struct question *question, const struct fetch_answer *answer,
    struct verdict *verdict)
{
	static void (*const	judge[])(enum dialect, const struct json_value *,
				    struct verdict *) = {
		judge_payment, judge_refund, judge_charge, judge_methods
	};
	struct json		*json;
	bool			 pays;

	pays = question->kind == QUESTION_VERIFY || question->kind == QUESTION_CHARGE;
	memset(verdict, 0, sizeof(*verdict));
	verdict->outcome = pays ? VERDICT_PENDING : VERDICT_FAILED;
	if (!answer_parse(question, answer, verdict, &json))
		return;
	judge[question->kind](question->dialect, json_root(json), verdict);
	json_free(json);
}

const char *
verdict_outcome_label(enum verdict_outcome outcome)
{
	static const char *const	labels[] = {
		"pending", "paid", "failed", "refunded", "listed"
	};

	return labels[outcome];
}

/* Cut at the end of a character: it is shown, nobody reads it back. */
void
verdict_explain(struct verdict *verdict, const char *format, ...)
{
	struct slice	rest = { verdict->reason, 0 };
	va_list		args;
	size_t		len;
	int		written;

	va_start(args, format);
	written = vsnprintf(verdict->reason, sizeof(verdict->reason), format, args);
	va_end(args);
	rest.len = written < 0 ? 0 : strlen(verdict->reason);
	while ((len = utf8_len(rest)) > 0) {
		rest.at += len;
		rest.len -= len;
	}
	verdict->reason[rest.at - verdict->reason] = '\0';
}

/* Whether there is an answer to judge; if not, ${verdict} has the reason. */
static bool
answer_parse(const struct question *question, const struct fetch_answer *answer,
    struct verdict *verdict, struct json **json)
{
	*json = NULL;
	if (answer->result == FETCH_NOT_SENT)
		verdict_explain(verdict, "the provider could not be reached: %s", answer->detail);
	else if (answer->result == FETCH_LOST)
		verdict_explain(verdict, "no answer within %d s, or the connection broke: %s",
		    QUERY_TIMEOUT_MS / 1000, answer->detail);
	else if (answer->status < 200 || answer->status > 299)
		explain_status(question, answer, verdict);
	else if (json_parse(answer->body, json) != FAULT_NONE)
		verdict_explain(verdict, "the answer is not one JSON %s",
		    question->kind == QUESTION_METHODS ? "value" : "object");
	else if (question->kind != QUESTION_METHODS && json_kind(json_root(*json)) != JSON_OBJECT)
		verdict_explain(verdict, "the answer is not one JSON object");
	else
		return true;
	json_free(*json);
	return false;
}

static void
explain_status(const struct question *question, const struct fetch_answer *answer,
    struct verdict *verdict)
{
	static const char *const	subjects[] = {
		"payment", "refund", "payment", "cards"
	};
	struct json			*json = NULL;
	struct slice			 text = { "", 0 };

	if (json_parse(answer->body, &json) == FAULT_NONE)
		(void)json_text(json_member(json_root(json), "message"), &text);
	verdict_explain(verdict, "the answer has status %ld, which says nothing about the %s%s%.*s",
	    answer->status, subjects[question->kind], text.len > 0 ? ": " : "", (int)text.len,
	    text.at);
	json_free(json);
}

static void
judge_payment(enum dialect dialect, const struct json_value *object, struct verdict *verdict)
{
	if (dialect == DIALECT_BRIEF)
		judge_brief(object, verdict);
	else
		judge_live(object, verdict);
}

static void
judge_live(const struct json_value *object, struct verdict *verdict)
{
	if (json_kind(json_member(object, "success")) == JSON_TRUE) {
		if (member_is(object, "status", "pending"))
			verdict_explain(verdict, "success: true is paid here, whatever status says");
		verdict->outcome = VERDICT_PAID;
	} else if (json_kind(json_member(object, "failed")) == JSON_TRUE) {
		verdict->outcome = VERDICT_FAILED;
	} else if (json_kind(json_member(object, "success")) != JSON_FALSE) {
		verdict_explain(verdict, "the answer has neither success nor failed");
	}
}

static void
judge_brief(const struct json_value *object, struct verdict *verdict)
{
	bool	success = json_kind(json_member(object, "success")) == JSON_TRUE;

	if (success && member_is(object, "status", "completed"))
		verdict->outcome = VERDICT_PAID;
	else if (!member_is(object, "status", "pending"))
		verdict->outcome = VERDICT_FAILED;
}

static void
judge_refund(enum dialect dialect, const struct json_value *object, struct verdict *verdict)
{
	(void)dialect;	/* the answer is the union of both */
	if (!json_member_copy(object, "refundId", verdict->id, sizeof(verdict->id)))
		(void)json_member_copy(object, "id", verdict->id, sizeof(verdict->id));
	if (json_kind(json_member(object, "success")) == JSON_TRUE) {
		if (member_is(object, "status", "pending"))
			verdict_explain(verdict,
			    "success: true is refunded here, whatever status says");
		verdict->outcome = VERDICT_REFUNDED;
		return;
	}
	if (member_is(object, "status", "pending"))
		verdict->outcome = VERDICT_PENDING;
	explain_refusal(object, verdict);
}

static void
judge_charge(enum dialect dialect, const struct json_value *object, struct verdict *verdict)
{
	bool	named;

	named = json_member_copy(object, "chargeId", verdict->id, sizeof(verdict->id));
	judge_payment(dialect, object, verdict);
	if (verdict->reason[0] != '\0')
		return;
	if (verdict->outcome != VERDICT_PAID)
		explain_refusal(object, verdict);
	else if (!named)
		verdict_explain(verdict, "a charge should name its chargeId of up to 200 bytes");
}

static void
judge_methods(enum dialect dialect, const struct json_value *root, struct verdict *verdict)
{
	const char	*flaw;

	if (method_list_find(dialect, root, &flaw) != NULL)
		verdict->outcome = VERDICT_LISTED;
	verdict_explain(verdict, "%s", flaw);
}

/* The provider's own words, which the platform shows to the merchant. */
static void
explain_refusal(const struct json_value *object, struct verdict *verdict)
{
	struct slice	text;

	if (json_text(json_member(object, "message"), &text) ||
	    json_text(json_member(object, "error"), &text))
		verdict_explain(verdict, "%.*s", (int)text.len, text.at);
	if (verdict->reason[0] == '\0')
		verdict_explain(verdict, "the provider does not say why");
}

static bool
member_is(const struct json_value *object, const char *name, const char *expected)
{
	struct slice	text;

	return json_text(json_member(object, name), &text) && slice_is(text, expected);
}
