/*
 * Members that several pages' bodies have, read and written in one way.  Used by web_session.c, web_setup.c,
 * web_sandbox.c and those of the settings page.
 */
#include "base/clock.h"
#include "processor/processor.h"
#include "web/web.h"

enum fault
web_read_publishable_key(const struct json_value *root, struct apikey *key)
{
	char	text[APIKEY_SIZE];

	if (!json_member_copy(root, "publishableKey", text, sizeof(text)) ||
	    !apikey_parse(slice_of(text), key) || key->kind != APIKEY_PUBLISHABLE)
		return FAULT_PUBLISHABLE_KEY_INVALID;
	return FAULT_NONE;
}

enum fault
web_read_dialect(const struct json_value *root, enum dialect *dialect)
{
	struct slice	text;

	if (json_kind(json_member(root, "dialect")) == JSON_ABSENT)
		return FAULT_NONE;
	if (!json_text(json_member(root, "dialect"), &text) || !dialect_find(text, dialect))
		return FAULT_FIELD_INVALID;
	return FAULT_NONE;
}

bool
web_read_reference(const struct json_value *root, const char *name, struct reference *reference)
{
	const struct json_value	*value = json_member(root, name);
	struct slice		 text;

	reference->text[0] = '\0';
	if (json_kind(value) == JSON_ABSENT || json_kind(value) == JSON_NULL)
		return true;
	return json_text(value, &text) && reference_read(text, reference);
}

bool
web_read_token(const struct json_value *root, char token[ID_SIZE])
{
	const struct json_value	*value = json_member(root, "token");
	struct slice		 text;

	token[0] = '\0';
	if (json_kind(value) == JSON_ABSENT || json_kind(value) == JSON_NULL)
		return true;
	return json_text(value, &text) && id_is(text, "tok") && slice_copy(text, token, ID_SIZE);
}

void
web_write_processor(struct json_write *write, enum mode mode)
{
	const struct processor	*processor = processor_for(mode);

	json_name(write, "processor");
	json_open_object(write);
	json_text_member(write, "name", processor == NULL ? "" : processor->name);
	json_text_member(write, "frame", processor == NULL ? "" : processor->frame);
	json_close_object(write);
}

void
web_write_decline(struct json_write *write, enum decline decline)
{
	json_name(write, "decline");
	if (decline == DECLINE_NONE) {
		json_put_null(write);
		return;
	}
	json_open_object(write);
	json_text_member(write, "code", decline_public_code(decline));
	json_text_member(write, "message", decline_text(decline));
	json_close_object(write);
}

void
web_write_moment(struct json_write *write, const char *name, int64_t us)
{
	char	text[CLOCK_TEXT_SIZE];

	if (us != 0)
		clock_text(us, text);
	json_text_member(write, name, us == 0 ? NULL : text);
}
