/*
 * The flows that let somebody in.  The payload has neither a time nor an audience of its own: that it is for an
 * installation of ours, and for how long, is decided here.
 */
#include "install/install_session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/sso.h"
#include "install/install.h"
#include "store/store_settings.h"

#define ROLE_ADMIN	"admin"

struct opening {
	struct flow			 flow;		/* first: steps get this */
	install_session_done		 done;
	void				*arg;
	struct install_visitor		 visitor;
	char				 user_name[INSTALL_USER_SIZE];
	struct store_call		 call;
	struct store_settings_opened	 opened;
	struct store_brand		 brand;
	const char			*rule;
};

struct looking {
	struct flow		 flow;		/* first: steps get this */
	install_looked_done	 done;
	void			*arg;
	struct install_visitor	 visitor;
	struct store_call	 call;
	bool			 stands;
};

static enum flow_next	session_ask(struct flow *);
static enum flow_next	session_brand(struct flow *);
static enum flow_next	session_complete(struct flow *);
static enum flow_next	session_reply(struct flow *);
static enum flow_next	look_ask(struct flow *);
static enum flow_next	look_reply(struct flow *);
static const char	*payload_take(struct slice, struct opening *);
static bool		 visitor_read(const struct json_value *, struct opening *);
static bool		 reference_take(const struct json_value *, const char *, struct reference *);

static const struct flow_step	session_steps[] = {
	STEP(session_ask),		/* asks the books: installed, and shown before?        */
	STEP(session_brand),		/* asks the books what the company calls us            */
	STEP(session_complete),
	STEP(session_reply),		/* the only step that answers                          */
};

static const struct flow_step	look_steps[] = {
	STEP(look_ask),			/* asks the books: installed, and not ended?           */
	STEP(look_reply),		/* the only step that answers                          */
};

void
install_session_open(struct slice payload, install_session_done done, void *arg)
{
	struct opening	*opening;

	opening = calloc(1, sizeof(*opening));
	assert(opening != NULL);
	opening->done = done;
	opening->arg = arg;
	opening->call.flow = &opening->flow;
	opening->rule = payload_take(payload, opening);
	FLOW_START(&opening->flow, session_steps);
}

static enum flow_next
session_ask(struct flow *flow)
{
	struct opening			*opening = (struct opening *)flow;
	struct store_settings_ask	 ask;

	if (opening->rule != NULL)
		return flow_fail(flow, FAULT_SETTINGS_REFUSED, NULL);
	ask.digest = opening->visitor.payload;
	ask.company = opening->visitor.company.text;
	ask.location = opening->visitor.location.text;
	ask.lives_ms = INSTALL_SESSION_MS;
	store_settings_open(&opening->call, &ask, &opening->opened);
	return FLOW_WAIT;
}

static enum flow_next
session_brand(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;

	if (opening->call.fault != FAULT_NONE)
		return flow_fail(flow, opening->call.fault, NULL);
	if (strcmp(opening->opened.verdict, "open") != 0) {
		opening->rule = opening->opened.verdict;
		return flow_fail(flow, FAULT_SETTINGS_REFUSED, NULL);
	}
	store_brand_of(&opening->call, opening->visitor.company.text, &opening->brand);
	return FLOW_WAIT;
}

static enum flow_next
session_complete(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;

	if (opening->call.fault != FAULT_NONE)
		return flow_fail(flow, opening->call.fault, NULL);
	install_brand_complete(&opening->brand);
	return FLOW_ON;
}

static enum flow_next
session_reply(struct flow *flow)
{
	struct opening		*opening = (struct opening *)flow;
	struct install_session	 session;

	session.fault = flow->fault;
	session.rule = opening->rule;
	session.sqlstate = opening->call.sqlstate;
	session.detail = opening->call.detail;
	session.visitor = &opening->visitor;
	session.user_name = opening->user_name;
	session.brand = &opening->brand;
	session.left_ms = opening->opened.left_ms;
	opening->done(opening->arg, &session);
	free(opening);
	return FLOW_END;
}

void
install_session_look(const struct install_visitor *visitor, install_looked_done done, void *arg)
{
	struct looking	*looking;

	looking = calloc(1, sizeof(*looking));
	assert(looking != NULL);
	looking->visitor = *visitor;
	looking->done = done;
	looking->arg = arg;
	looking->call.flow = &looking->flow;
	FLOW_START(&looking->flow, look_steps);
}

static enum flow_next
look_ask(struct flow *flow)
{
	struct looking			*looking = (struct looking *)flow;
	struct store_settings_ask	 ask = { .lives_ms = INSTALL_SESSION_MS };

	ask.digest = looking->visitor.payload;
	ask.company = looking->visitor.company.text;
	ask.location = looking->visitor.location.text;
	ask.user = looking->visitor.user.text;
	store_settings_look(&looking->call, &ask, &looking->stands);
	return FLOW_WAIT;
}

static enum flow_next
look_reply(struct flow *flow)
{
	struct looking		*looking = (struct looking *)flow;
	struct install_looked	 looked = { looking->call.fault, looking->call.sqlstate };

	if (looked.fault == FAULT_NONE && !looking->stands)
		looked.fault = FAULT_SETTINGS_EXPIRED;
	looking->done(looking->arg, &looked);
	free(looking);
	return FLOW_END;
}

/* NULL, or the rule that it breaks. */
static const char *
payload_take(struct slice payload, struct opening *opening)
{
	const struct settings	*settings = install_settings();
	struct sso_keys		 keys = {
		slice_of(settings->sso_key), slice_of(settings->sso_key_old)
	};
	struct json		*json;
	bool			 reads;

	if (keys.now.len == 0)
		return "no_key";
	json = sso_read(&keys, payload);
	if (json == NULL || !sso_name(payload, opening->visitor.payload)) {
		json_free(json);
		return "not_decrypted";
	}
	reads = visitor_read(json_root(json), opening);
	json_free(json);
	return reads ? NULL : "not_understood";
}

/*
 * Nothing protects the payload from being changed but that what is in it still has to be as it should: ids are
 * checked to the letter, and whoever is not plainly an administrator only looks.
 */
static bool
visitor_read(const struct json_value *root, struct opening *opening)
{
	struct install_visitor	*visitor = &opening->visitor;
	struct slice		 role;

	if (!json_text(json_member(root, "role"), &role) ||
	    !reference_take(root, "companyId", &visitor->company) ||
	    !reference_take(root, "userId", &visitor->user) ||
	    reference_is_empty(&visitor->company) || reference_is_empty(&visitor->user) ||
	    !reference_take(root, "activeLocation", &visitor->location))
		return false;
	visitor->is_admin = slice_is(role, ROLE_ADMIN);
	(void)json_member_copy(root, "userName", opening->user_name, sizeof(opening->user_name));
	return true;
}

/* Absent and null are the same: there is none. */
static bool
reference_take(const struct json_value *root, const char *member, struct reference *reference)
{
	const struct json_value	*value = json_member(root, member);
	struct slice		 text;

	reference->text[0] = '\0';
	if (json_kind(value) == JSON_ABSENT || json_kind(value) == JSON_NULL)
		return true;
	return json_text(value, &text) && reference_read(text, reference);
}
