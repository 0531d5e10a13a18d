/*
 * What an administrator changes of a mode: PUT /settings/modes/{mode}/processor, POST …/rotate, POST …/revoke.
 * Credentials are written and never shown.
 */
#include "install/install_change.h"
#include "processor/processor.h"
#include "web/web_visit.h"

#define CREDENTIALS_MAX	8192	/* bytes of JSON */

static void	visit_to_change(struct serve_request *, const struct web_visit_rule *);
static void	rotate_serve(struct web_visit *);
static void	revoke_serve(struct web_visit *);
static void	processor_serve(struct web_visit *);
static void	change_answer(void *, const struct install_changed *);
static enum fault	processor_read(const struct json_value *, enum mode, const struct processor **,
		    const char **);
static bool	credentials_read(const struct json_value *, const struct processor *, struct buf *);
static bool	field_read(const struct json_value *, const struct processor_field *, struct slice *);
static bool	value_is_plain(struct slice);

static const struct web_visit_rule	rotate_rule = { .edits = true, .serve = rotate_serve };
static const struct web_visit_rule	revoke_rule = { .edits = true, .serve = revoke_serve };
static const struct web_visit_rule	processor_rule = { .edits = true, .serve = processor_serve };

void
web_settings_rotate(struct serve_request *request)
{
	visit_to_change(request, &rotate_rule);
}

void
web_settings_revoke(struct serve_request *request)
{
	visit_to_change(request, &revoke_rule);
}

void
web_settings_processor(struct serve_request *request)
{
	visit_to_change(request, &processor_rule);
}

static void
visit_to_change(struct serve_request *request, const struct web_visit_rule *rule)
{
	enum mode	mode;

	if (web_visit_mode(request, serve_capture(request, 0), &mode))
		web_visit_enter(request, mode, rule);
}

static void
rotate_serve(struct web_visit *visit)
{
	struct install_change_ask	ask = { .location = visit->visitor.location,
					    .mode = visit->mode };

	install_rotate(&ask, change_answer, visit);
}

static void
revoke_serve(struct web_visit *visit)
{
	struct install_change_ask	ask = { .location = visit->visitor.location,
					    .mode = visit->mode };

	install_revoke(&ask, change_answer, visit);
}

static void
processor_serve(struct web_visit *visit)
{
	struct install_change_ask	 ask = { .location = visit->visitor.location,
					    .mode = visit->mode };
	const struct processor		*processor = NULL;
	const char			*field = NULL;
	struct json			*json;
	struct buf			 credentials;
	enum fault			 fault;

	if (web_visit_json(visit, &json) != FAULT_NONE)
		return;
	buf_init(&credentials, CREDENTIALS_MAX);
	fault = processor_read(json_root(json), visit->mode, &processor, &field);
	if (fault == FAULT_NONE && !credentials_read(json_member(json_root(json), "credentials"),
	    processor, &credentials)) {
		field = "credentials";
		fault = FAULT_FIELD_INVALID;
	}
	json_free(json);
	if (fault == FAULT_NONE) {
		ask.processor = processor->name;
		ask.credentials = credentials.len == 0 ? NULL : buf_text(&credentials);
		install_processor_put(&ask, change_answer, visit);
	} else {
		web_visit_refuse(visit, fault, field);
	}
	buf_wipe(&credentials);
}

static void
change_answer(void *arg, const struct install_changed *changed)
{
	struct web_visit	*visit = arg;
	struct log_entry	*note = serve_note(visit->request);
	struct json_write	 write;
	struct buf		 body;

	note->account_id = changed->account_id;
	note->sqlstate = changed->sqlstate;
	if (changed->fault != FAULT_NONE) {
		note->detail = changed->said;
		web_visit_refuse(visit, changed->fault, changed->detail);
		return;
	}
	buf_init(&body, WEB_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_text_member(&write, "mode", mode_label(visit->mode));
	json_bool_member(&write, "connected", changed->is_connected);
	json_close_object(&write);
	web_visit_answer(visit, &body);
	buf_release(&body);
}

static enum fault
processor_read(const struct json_value *root, enum mode mode, const struct processor **processor,
    const char **field)
{
	char	name[STORE_PROCESSOR_SIZE];

	*field = "processor";
	if (!json_member_copy(root, "processor", name, sizeof(name)))
		return FAULT_FIELD_INVALID;
	*processor = processor_find(name);
	if (*processor == NULL || (*processor)->mode != mode)
		return FAULT_PROCESSOR_UNSUPPORTED;
	*field = NULL;
	return FAULT_NONE;
}

/* As JSON, with the fields that the processor knows and no others; nothing when it was given none. */
static bool
credentials_read(const struct json_value *credentials, const struct processor *processor,
    struct buf *into)
{
	struct json_write	write;
	struct slice		values[PROCESSOR_FIELDS_MAX];
	size_t			given = 0;

	if (json_kind(credentials) != JSON_OBJECT || processor->field_count > PROCESSOR_FIELDS_MAX)
		return false;
	for (size_t i = 0; i < processor->field_count; i++) {
		if (!field_read(json_member(credentials, processor->fields[i].name),
		    &processor->fields[i], &values[i]))
			return false;
		given += json_kind(json_member(credentials, processor->fields[i].name)) != JSON_ABSENT;
	}
	if (given != json_count(credentials))
		return false;
	if (given == 0)
		return true;
	json_write_init(&write, into);
	json_open_object(&write);
	for (size_t i = 0; i < processor->field_count; i++) {
		if (values[i].len > 0)
			json_slice_member(&write, processor->fields[i].name, values[i]);
	}
	json_close_object(&write);
	return buf_ok(into);
}

static bool
field_read(const struct json_value *value, const struct processor_field *field, struct slice *text)
{
	*text = (struct slice){ "", 0 };
	if (json_kind(value) == JSON_ABSENT)
		return !field->is_required;
	return json_text(value, text) && text->len <= field->max && value_is_plain(*text) &&
	    (text->len > 0 || !field->is_required);
}

/* A key that was pasted with a line's end is not the key. */
static bool
value_is_plain(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7f)
			return false;
	}
	return true;
}
