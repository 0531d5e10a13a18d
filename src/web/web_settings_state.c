/*
 * GET /settings/state and POST /settings/check: how a location stands, and the chain that leads to it.
 */
#include "base/clock.h"
#include "install/install_check.h"
#include "install/install_state.h"
#include "processor/processor.h"
#include "web/web_visit.h"

static void	state_serve(struct web_visit *);
static void	state_answer(void *, const struct install_state *);
static void	state_write(const struct web_visit *, const struct install_state *, struct buf *);
static void	mode_write(struct json_write *, const struct install_state *, size_t);
static void	processor_write(struct json_write *, const struct store_settings_mode *);
static void	processors_write(struct json_write *, enum mode);
static void	keys_write(struct json_write *, const struct store_settings_mode *, const char *);
static void	check_serve(struct web_visit *);
static void	check_answer(void *, const struct install_checked *);

static const struct web_visit_rule	state_rule = { .serve = state_serve };
static const struct web_visit_rule	check_rule = { .serve = check_serve };

void
web_settings_state(struct serve_request *request)
{
	web_visit_enter(request, MODE_TEST, &state_rule);
}

void
web_settings_check(struct serve_request *request)
{
	web_visit_enter(request, MODE_TEST, &check_rule);
}

static void
state_serve(struct web_visit *visit)
{
	install_state(visit->visitor.location.text, state_answer, visit);
}

static void
state_answer(void *arg, const struct install_state *state)
{
	struct web_visit	*visit = arg;
	struct buf		 body;

	serve_note(visit->request)->sqlstate = state->sqlstate;
	if (state->fault != FAULT_NONE) {
		web_visit_refuse(visit, state->fault, NULL);
		return;
	}
	buf_init(&body, WEB_VISIT_ANSWER_MAX);
	state_write(visit, state, &body);
	web_visit_answer(visit, &body);
	buf_release(&body);
}

static void
state_write(const struct web_visit *visit, const struct install_state *state, struct buf *body)
{
	const struct store_settings_mode	*first = &state->modes[0];
	struct json_write			 write;

	json_write_init(&write, body);
	json_open_object(&write);
	json_name(&write, "location");
	json_open_object(&write);
	json_text_member(&write, "id", visit->visitor.location.text);
	json_text_member(&write, "name", first->name[0] == '\0' ? NULL : first->name);
	json_close_object(&write);
	json_name(&write, "modes");
	json_open_array(&write);
	for (size_t i = 0; i < STORE_MODES; i++)
		mode_write(&write, state, i);
	json_close_array(&write);
	json_name(&write, "installation");
	json_open_object(&write);
	json_text_member(&write, "state", installation_state_label(first->state));
	json_text_member(&write, "reason", first->reason[0] == '\0' ? NULL : first->reason);
	json_close_object(&write);
	json_close_object(&write);
}

static void
mode_write(struct json_write *write, const struct install_state *state, size_t i)
{
	const struct store_settings_mode	*mode = &state->modes[i];

	json_open_object(write);
	json_text_member(write, "mode", mode_label(mode->mode));
	json_bool_member(write, "connected", state->is_connected);
	json_bool_member(write, "setUp", install_mode_is_set_up(mode));
	processor_write(write, mode);
	processors_write(write, mode->mode);
	keys_write(write, mode, state->last_four[i]);
	json_close_object(write);
}

/* Nobody has to choose the sandbox: it is test's from the beginning. */
static void
processor_write(struct json_write *write, const struct store_settings_mode *mode)
{
	const struct processor	*processor = mode->processor[0] != '\0' ?
				    processor_find(mode->processor) :
				    install_mode_is_set_up(mode) ? processor_for(mode->mode) : NULL;

	json_name(write, "processor");
	if (processor == NULL) {
		json_put_null(write);
		return;
	}
	json_open_object(write);
	json_text_member(write, "name", processor->name);
	json_text_member(write, "label", processor->label);
	json_close_object(write);
}

static void
processors_write(struct json_write *write, enum mode mode)
{
	const struct processor	*processor = processor_for(mode);

	json_name(write, "processors");
	json_open_array(write);
	if (processor != NULL) {
		json_open_object(write);
		json_text_member(write, "name", processor->name);
		json_text_member(write, "label", processor->label);
		json_name(write, "fields");
		json_open_array(write);
		for (size_t i = 0; i < processor->field_count; i++) {
			json_open_object(write);
			json_text_member(write, "name", processor->fields[i].name);
			json_text_member(write, "label", processor->fields[i].label);
			json_bool_member(write, "secret", processor->fields[i].is_secret);
			json_bool_member(write, "required", processor->fields[i].is_required);
			json_close_object(write);
		}
		json_close_array(write);
		json_close_object(write);
	}
	json_close_array(write);
}

static void
keys_write(struct json_write *write, const struct store_settings_mode *mode, const char *last_four)
{
	json_name(write, "keys");
	if (mode->key_hash[0] == '\0') {
		json_put_null(write);
		return;
	}
	json_open_object(write);
	json_name(write, "apiKey");
	json_open_object(write);
	json_text_member(write, "prefix", mode->mode == MODE_TEST ? "kassa_sk_test_" : "kassa_sk_live_");
	json_text_member(write, "lastFour", last_four[0] == '\0' ? NULL : last_four);
	web_write_moment(write, "createdAt", mode->made_at_us);
	json_close_object(write);
	json_name(write, "publishableKey");
	json_open_object(write);
	json_text_member(write, "text", mode->publishable_key);
	web_write_moment(write, "createdAt", mode->made_at_us);
	json_close_object(write);
	json_name(write, "previous");
	if (mode->previous_at_us == 0) {
		json_put_null(write);
	} else {
		/* Of an older key there is only a digest. */
		json_open_object(write);
		json_text_member(write, "lastFour", NULL);
		web_write_moment(write, "createdAt", mode->previous_at_us);
		json_close_object(write);
	}
	json_close_object(write);
}

static void
check_serve(struct web_visit *visit)
{
	install_check(&visit->visitor.location, check_answer, visit);
}

static void
check_answer(void *arg, const struct install_checked *checked)
{
	struct web_visit	*visit = arg;
	struct json_write	 write;
	struct buf		 body;

	serve_note(visit->request)->sqlstate = checked->sqlstate;
	if (checked->fault != FAULT_NONE) {
		web_visit_refuse(visit, checked->fault, NULL);
		return;
	}
	buf_init(&body, WEB_VISIT_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	web_write_moment(&write, "checkedAt", clock_now_us());
	json_name(&write, "links");
	json_open_array(&write);
	for (const struct install_link *link = checked->links;
	    link < checked->links + INSTALL_LINK_COUNT; link++) {
		json_open_object(&write);
		json_text_member(&write, "id", link->id);
		json_text_member(&write, "mode", link->mode);
		json_text_member(&write, "state", install_link_state_label(link->state));
		json_text_member(&write, "reason", link->reason);
		web_write_moment(&write, "seenAt", link->seen_at_us);
		json_close_object(&write);
	}
	json_close_array(&write);
	json_close_object(&write);
	web_visit_answer(visit, &body);
	buf_release(&body);
}
