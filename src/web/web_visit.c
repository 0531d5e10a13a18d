/*
 * The session of the settings page: a ticket in a header.  Nothing is kept here of it; whether what it is about
 * is still installed, and whether somebody has ended it, is asked each time.
 */
#include "web/web_visit.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ticket.h"

#define TICKET_PURPOSE	"settings"
#define BEARER		"Bearer "

struct entering {
	struct web_visit		*visit;
	const struct web_visit_rule	*rule;
};

static enum fault	ticket_visitor(struct serve_request *, struct install_visitor *);
static bool		visitor_parse(struct slice, struct install_visitor *);
static void		looked(void *, const struct install_looked *);
static const char	*rule_broken(const struct web_visit_rule *, const struct install_visitor *);

enum fault
web_visit_ticket(const struct install_visitor *visitor, int64_t left_ms, struct buf *into)
{
	struct ticket		ticket = { TICKET_PURPOSE, clock_now_us() + left_ms * 1000 };
	struct json_write	write;
	struct buf		text;
	enum fault		fault;

	buf_init(&text, TICKET_TEXT_MAX);
	json_write_init(&write, &text);
	json_open_object(&write);
	json_text_member(&write, "company", visitor->company.text);
	json_text_member(&write, "location", visitor->location.text);
	json_text_member(&write, "user", visitor->user.text);
	json_text_member(&write, "payload", visitor->payload);
	json_bool_member(&write, "isAdmin", visitor->is_admin);
	json_close_object(&write);
	fault = buf_ok(&text) ? ticket_make(&web_settings()->master_keys[0], &ticket,
	    buf_slice(&text), into) : FAULT_INTERNAL;
	buf_release(&text);
	return fault;
}

void
web_visit_enter(struct serve_request *request, enum mode mode, const struct web_visit_rule *rule)
{
	struct entering	*entering;
	enum fault	 fault;

	entering = calloc(1, sizeof(*entering));
	assert(entering != NULL);
	entering->visit = calloc(1, sizeof(*entering->visit));
	assert(entering->visit != NULL);
	entering->rule = rule;
	entering->visit->request = request;
	entering->visit->mode = mode;
	fault = ticket_visitor(request, &entering->visit->visitor);
	if (fault == FAULT_NONE) {
		install_session_look(&entering->visit->visitor, looked, entering);
		return;
	}
	web_visit_refuse(entering->visit, fault, NULL);
	free(entering);
}

bool
web_visit_mode(struct serve_request *request, struct slice text, enum mode *mode)
{
	if (mode_find(text, mode))
		return true;
	serve_fault(request, FAULT_FIELD_INVALID, "mode");
	return false;
}

enum fault
web_visit_json(struct web_visit *visit, struct json **json)
{
	enum fault	fault = web_read_json(visit->request, json);

	if (fault != FAULT_NONE)
		free(visit);
	return fault;
}

void
web_visit_answer(struct web_visit *visit, const struct buf *body)
{
	if (buf_ok(body))
		serve_json(visit->request, 200, body);
	else
		serve_fault(visit->request, FAULT_INTERNAL, NULL);
	free(visit);
}

void
web_visit_refuse(struct web_visit *visit, enum fault fault, const char *detail)
{
	serve_fault(visit->request, fault, detail);
	free(visit);
}

/* Form, signature, age: all that is wrong with a ticket is the same. */
static enum fault
ticket_visitor(struct serve_request *request, struct install_visitor *visitor)
{
	struct seal_keys	keys = { web_settings()->master_keys, web_settings()->master_key_count };
	struct ticket		ticket = { .purpose = TICKET_PURPOSE };
	struct slice		header = serve_header(request, "authorization");
	struct buf		text;
	bool			is_good;

	if (!slice_starts(header, BEARER))
		return FAULT_SETTINGS_EXPIRED;
	header.at += sizeof(BEARER) - 1;
	header.len -= sizeof(BEARER) - 1;
	buf_init(&text, TICKET_TEXT_MAX);
	is_good = ticket_read(keys, &ticket, header, &text) == FAULT_NONE &&
	    visitor_parse(buf_slice(&text), visitor);
	buf_release(&text);
	return is_good ? FAULT_NONE : FAULT_SETTINGS_EXPIRED;
}

static bool
visitor_parse(struct slice text, struct install_visitor *visitor)
{
	const struct json_value	*root;
	struct json		*json;
	bool			 reads;

	if (json_parse(text, &json) != FAULT_NONE)
		return false;
	root = json_root(json);
	reads = web_read_reference(root, "company", &visitor->company) &&
	    web_read_reference(root, "location", &visitor->location) &&
	    web_read_reference(root, "user", &visitor->user);
	visitor->is_admin = json_kind(json_member(root, "isAdmin")) == JSON_TRUE;
	(void)json_member_copy(root, "payload", visitor->payload, sizeof(visitor->payload));	/* "" in older ones */
	json_free(json);
	return reads;
}

static void
looked(void *arg, const struct install_looked *answer)
{
	struct entering			*entering = arg;
	struct web_visit		*visit = entering->visit;
	const struct web_visit_rule	*rule = entering->rule;
	const char			*broken = rule_broken(rule, &visit->visitor);

	free(entering);
	serve_note(visit->request)->subject = visit->visitor.user.text;
	if (answer->fault != FAULT_NONE) {
		serve_note(visit->request)->sqlstate = answer->sqlstate;
		web_visit_refuse(visit, answer->fault, NULL);
	} else if (broken != NULL) {
		web_visit_refuse(visit, FAULT_SETTINGS_FORBIDDEN, broken);
	} else {
		rule->serve(visit);
	}
}

static const char *
rule_broken(const struct web_visit_rule *rule, const struct install_visitor *visitor)
{
	if (rule->of_company != reference_is_empty(&visitor->location))
		return rule->of_company ? "session is of a location" : "session is of a company";
	return rule->edits && !visitor->is_admin ? "only an administrator may change this" : NULL;
}
