/*
 * The user is made up by whoever asks: the simulator has no log-in, and a settings page has to be tried
 * with users of every kind.
 */
#include "simulator/user_data.h"

#include "base/json_write.h"
#include "base/salted.h"
#include "core/reference.h"
#include "simulator/simulator.h"

#define TEXT_SIZE	200
#define PAYLOAD_MAX	(2 * SALTED_PLAIN_MAX)	/* bytes */

struct user {
	struct reference	user_id, company, location;
	char			role[16], type[16];
	char			name[TEXT_SIZE], email[TEXT_SIZE];
};

static const char	*user_read(const struct json_value *, struct user *);
static bool		 id_read(const struct json_value *, const char *, struct reference *);
static bool		 word_read(const struct json_value *, const char *, char[16],
			    const char *const[2]);
static void		 text_read(const struct json_value *, const char *, char[TEXT_SIZE],
			    const char *);
static void		 user_put(const struct user *, struct buf *);

void
user_data_make(struct serve_request *request)
{
	struct slice	 key = slice_of(simulator_settings()->sso_key);
	struct buf	 plain, body;
	struct user	 user = { 0 };
	struct json	*json;
	const char	*detail;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	detail = user_read(json_root(json), &user);
	json_free(json);
	if (key.len == 0)
		detail = "SIMULATOR_SSO_KEY is not set, so there is no key to write user data under";
	if (detail != NULL) {
		serve_fault(request, FAULT_FIELD_INVALID, detail);
		return;
	}
	buf_init(&plain, SALTED_PLAIN_MAX);
	buf_init(&body, PAYLOAD_MAX);
	user_put(&user, &plain);
	buf_puts(&body, "{\"payload\":\"");	/* base64 needs no escape */
	if (!buf_ok(&plain) || salted_make(key, buf_slice(&plain), &body) != FAULT_NONE)
		body.failed = true;
	buf_puts(&body, "\"}");
	buf_release(&plain);
	simulator_answer(request, 200, &body);
}

/* NULL, or what is wrong with it. */
static const char *
user_read(const struct json_value *object, struct user *user)
{
	static const char *const	roles[2] = { "admin", "user" };
	static const char *const	types[2] = { "agency", "account" };

	if (!id_read(object, "companyId", &user->company) || user->company.text[0] == '\0')
		return "companyId is the id of a company";
	if (!id_read(object, "activeLocation", &user->location))
		return "activeLocation is the id of a location, or is not there";
	if (!id_read(object, "userId", &user->user_id))
		return "userId is an id, or is not there";
	if (!word_read(object, "role", user->role, roles))
		return "role is admin or user";
	if (!word_read(object, "type", user->type, types))
		return "type is agency or account";
	if (reference_is_empty(&user->user_id))
		(void)reference_read(slice_of("SimulatorUser00000001"), &user->user_id);
	text_read(object, "userName", user->name, "Ada Example");
	text_read(object, "email", user->email, "ada@example.com");
	return NULL;
}

static bool
id_read(const struct json_value *object, const char *name, struct reference *reference)
{
	struct slice	text = { "", 0 };

	if (json_kind(json_member(object, name)) > JSON_NULL &&
	    !json_text(json_member(object, name), &text))
		return false;
	return reference_read(text, reference);
}

/* The first of ${words} unless it says something. */
static bool
word_read(const struct json_value *object, const char *name, char into[16],
    const char *const words[2])
{
	struct slice	text = slice_of(words[0]);

	if (json_member(object, name) != NULL && !json_text(json_member(object, name), &text))
		return false;
	return (slice_is(text, words[0]) || slice_is(text, words[1])) && slice_copy(text, into, 16);
}

static void
text_read(const struct json_value *object, const char *name, char into[TEXT_SIZE],
    const char *fallback)
{
	if (!json_member_copy(object, name, into, TEXT_SIZE))
		(void)slice_copy(slice_of(fallback), into, TEXT_SIZE);
}

/* activeLocation is there in a location, and is missing, not null, outside. */
static void
user_put(const struct user *user, struct buf *plain)
{
	struct json_write	write;

	json_write_init(&write, plain);
	json_open_object(&write);
	json_text_member(&write, "userId", user->user_id.text);
	json_text_member(&write, "companyId", user->company.text);
	json_text_member(&write, "role", user->role);
	json_text_member(&write, "type", user->type);
	if (!reference_is_empty(&user->location))
		json_text_member(&write, "activeLocation", user->location.text);
	json_text_member(&write, "userName", user->name);
	json_text_member(&write, "email", user->email);
	json_close_object(&write);
}
