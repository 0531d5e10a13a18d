/*
 * The token endpoint and minting.  Both casings of an answer are read (contract §6.5); what is not there, or is
 * longer than anything we keep, makes an answer that cannot be read.
 */
#include "platform/platform_oauth.h"

#include <string.h>

#include "base/base64url.h"
#include "base/integer.h"
#include "base/uri.h"
#include "platform/platform_call.h"
#include "platform/platform_internal.h"

#define FORM_MAX	8192
#define CLAIMS_MAX	(PLATFORM_TOKEN_SIZE / 4 * 3)	/* bytes of a token's payload: all that fit */
#define LIFE_MAX_S	31536000

static void	form_put(struct buf *, const char *, const char *);
static void	grant_ask(const struct platform_ask *, struct platform_grant *);
static void	grant_done(void *, const struct platform_answer *);
static bool	grant_read(const struct json_value *, struct platform_grant *);
static void	consent_read(const struct json_value *, struct platform_grant *);
static bool	either_text(const struct json_value *, const char *const[2], struct slice *);
static bool	user_type_read(const struct json_value *, struct platform_grant *);
static bool	class_of_token(const char *, enum platform_user *);

void
platform_code_exchange(const struct platform_code_ask *ask, struct platform_grant *grant)
{
	struct platform_ask	call = { .method = "POST", .path = "/oauth/token" };
	struct buf		form;

	buf_init(&form, FORM_MAX);
	form_put(&form, "client_id", platform_options()->client_id);
	form_put(&form, "client_secret", platform_options()->client_secret);
	form_put(&form, "grant_type", "authorization_code");
	form_put(&form, "code", ask->code);
	form_put(&form, "redirect_uri", ask->redirect);
	call.form = &form;
	grant_ask(&call, grant);
	buf_wipe(&form);
}

void
platform_token_refresh(const struct platform_refresh_ask *ask, struct platform_grant *grant)
{
	struct platform_ask	call = { .method = "POST", .path = "/oauth/token" };
	struct buf		form;

	buf_init(&form, FORM_MAX);
	form_put(&form, "client_id", platform_options()->client_id);
	form_put(&form, "client_secret", platform_options()->client_secret);
	form_put(&form, "grant_type", "refresh_token");
	form_put(&form, "refresh_token", ask->token);
	form_put(&form, "user_type", ask->user_type == PLATFORM_COMPANY ? "Company" : "Location");
	call.form = &form;
	grant_ask(&call, grant);
	buf_wipe(&form);
}

void
platform_location_token(const struct platform_mint_ask *ask, struct platform_grant *grant)
{
	struct platform_ask	call = { .method = "POST", .path = "/oauth/locationToken",
				    .token = ask->token, .resource = ask->company, .repeats = true };
	struct buf		form;

	buf_init(&form, FORM_MAX);
	form_put(&form, "companyId", ask->company);
	form_put(&form, "locationId", ask->location);
	call.form = &form;
	grant_ask(&call, grant);
	buf_wipe(&form);
}

void
platform_grant_wipe(struct platform_grant *grant)
{
	explicit_bzero(grant->access_token, sizeof(grant->access_token));
	explicit_bzero(grant->refresh_token, sizeof(grant->refresh_token));
}

static void
form_put(struct buf *form, const char *name, const char *value)
{
	buf_printf(form, "%s%s=", form->len == 0 ? "" : "&", name);
	uri_put(form, slice_of(value));
}

static void
grant_ask(const struct platform_ask *call, struct platform_grant *grant)
{
	platform_grant_wipe(grant);
	platform_call(call, grant_done, grant);
}

static void
grant_done(void *arg, const struct platform_answer *answer)
{
	struct platform_grant	*grant = arg;

	grant->verdict = answer->verdict;
	grant->detail = answer->detail;
	/* An answer that cannot be read may hide a pair that was given: nobody knows. */
	if (grant->verdict == PLATFORM_DONE && !grant_read(answer->root, grant)) {
		grant->verdict = PLATFORM_UNKNOWN;
		grant->detail = "platform's answer has no readable token";
	}
	flow_wake(grant->flow);
}

static bool
grant_read(const struct json_value *root, struct platform_grant *grant)
{
	static const char *const	access[] = { "access_token", "accessToken" };
	static const char *const	refresh[] = { "refresh_token", "refreshToken" };
	static const char *const	company[] = { "companyId", "company_id" };
	static const char *const	location[] = { "locationId", "location_id" };
	static const char *const	user[] = { "userId", "user_id" };
	const struct json_value		*life = json_member(root, "expires_in");
	struct slice			 text;

	if (!either_text(root, access, &text) || text.len == 0 ||
	    !slice_copy(text, grant->access_token, sizeof(grant->access_token)))
		return false;
	if (either_text(root, refresh, &text) &&
	    !slice_copy(text, grant->refresh_token, sizeof(grant->refresh_token)))
		return false;
	if (life == NULL)
		life = json_member(root, "expiresIn");
	if (!json_number(life, &text) || !integer_read(text, &grant->expires_in_s) ||
	    grant->expires_in_s < 1 || grant->expires_in_s > LIFE_MAX_S)
		return false;
	memset(&grant->company, 0, sizeof(grant->company));
	memset(&grant->location, 0, sizeof(grant->location));
	if (either_text(root, company, &text) && !reference_read(text, &grant->company))
		return false;
	if (either_text(root, location, &text) && !reference_read(text, &grant->location))
		return false;
	grant->user.text[0] = grant->plan.text[0] = grant->version.text[0] = '\0';
	if (either_text(root, user, &text))
		(void)reference_read(text, &grant->user);
	if (json_text(json_member(root, "planId"), &text))
		(void)reference_read(text, &grant->plan);
	if (json_text(json_member(root, "versionId"), &text))
		(void)reference_read(text, &grant->version);
	grant->scope[0] = '\0';
	if (json_text(json_member(root, "scope"), &text))
		(void)slice_copy(text, grant->scope, sizeof(grant->scope));
	consent_read(root, grant);
	return user_type_read(root, grant);
}

/* What was installed, and where: all of it optional. */
static void
consent_read(const struct json_value *root, struct platform_grant *grant)
{
	const struct json_value	*approved = json_member(root, "approvedLocations");
	struct slice		 text;

	grant->is_bulk = json_kind(json_member(root, "isBulkInstallation")) == JSON_TRUE;
	grant->installs_future =
	    json_kind(json_member(root, "installToFutureLocations")) == JSON_TRUE;
	grant->approves_all = json_kind(json_member(root, "approveAllLocations")) == JSON_TRUE;
	grant->approved_count = 0;
	if (json_kind(approved) != JSON_ARRAY)
		return;
	for (size_t i = 0; i < json_count(approved); i++) {
		struct reference	*one = &grant->approved[grant->approved_count];

		if (grant->approved_count == INSTALLATION_APPROVED_MAX)
			break;
		if (json_text(json_item(approved, i), &text) && text.len > 0 &&
		    reference_read(text, one))
			grant->approved_count++;
	}
}

static bool
either_text(const struct json_value *root, const char *const names[2], struct slice *text)
{
	return json_text(json_member(root, names[0]), text) ||
	    json_text(json_member(root, names[1]), text);
}

/* A location's token names its company too: only the class tells them apart (contract §6.2). */
static bool
user_type_read(const struct json_value *root, struct platform_grant *grant)
{
	static const char *const	names[] = { "userType", "user_type" };
	struct slice			type;

	if (either_text(root, names, &type)) {
		if (!slice_is(type, "Company") && !slice_is(type, "Location"))
			return false;
		grant->user_type = slice_is(type, "Company") ? PLATFORM_COMPANY : PLATFORM_LOCATION;
	} else if (!class_of_token(grant->access_token, &grant->user_type)) {
		return false;
	}
	return !reference_is_empty(grant->user_type == PLATFORM_COMPANY ? &grant->company :
	    &grant->location);
}

/* "authClass" in the payload of the JWT; its signature is the platform's business. */
static bool
class_of_token(const char *token, enum platform_user *type)
{
	uint8_t			 bytes[CLAIMS_MAX];
	struct base64url_bytes	 payload = { bytes, sizeof(bytes), 0 };
	const char		*begin = strchr(token, '.');
	struct json		*json = NULL;
	struct slice		 class = { "", 0 };
	bool			 is_known;

	if (begin == NULL || !base64url_read((struct slice){ begin + 1, strcspn(begin + 1, ".") },
	    &payload) || json_parse((struct slice){ (const char *)bytes, payload.len }, &json) !=
	    FAULT_NONE)
		return false;
	(void)json_text(json_member(json_root(json), "authClass"), &class);
	is_known = slice_is(class, "Company") || slice_is(class, "Location");
	*type = slice_is(class, "Company") ? PLATFORM_COMPANY : PLATFORM_LOCATION;
	json_free(json);
	return is_known;
}
