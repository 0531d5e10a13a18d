/*
 * The flow that registers and connects a location.  Each of its two calls is an overwrite at the platform, and
 * the digest of what it took is kept: whatever is repeated, once or twice, comes to the same.
 */
#include "install/install_job.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/log.h"
#include "base/seal.h"
#include "install/install.h"
#include "install/install_keys.h"
#include "install/install_token.h"
#include "platform/platform_provider.h"
#include "store/store_brand.h"
#include "store/store_installation.h"
#include "store/store_provider.h"

#define SUPPORTS_SCHEDULES	false	/* subscriptions are answered as not supported */
#define TEXT_MAX	(2 * SETTING_TEXT_SIZE)	/* bytes of an address */

struct connecting {
	struct flow			 flow;		/* first: steps get this */
	struct id			 id;
	install_job_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_installation	 found;
	struct store_brand		 brand;
	struct store_connection		 modes[STORE_MODES];
	struct install_keys		 keys[STORE_MODES];	/* taken if a mode has none */
	struct platform_said		 said;
	char				 digest[DIGEST_HEX];
	bool				 was_sent;
	enum fault			 fault;		/* of the token */
	const char			*detail;
	struct buf			 token;
	int64_t				 serial, refused;
	bool				 is_again;
};

static enum flow_next	connect_find(struct flow *);
static enum flow_next	connect_token(struct flow *);
static enum flow_next	connect_brand(struct flow *);
static enum flow_next	connect_prepare(struct flow *);
static enum flow_next	connect_register(struct flow *);
static enum flow_next	connect_abilities(struct flow *);
static enum flow_next	connect_registered(struct flow *);
static enum flow_next	connect_keys(struct flow *);
static enum flow_next	connect_connected(struct flow *);
static enum flow_next	connect_end(struct flow *);
static enum flow_next	connect_reply(struct flow *);
static void		connect_with_token(void *, const struct install_token *);
static enum flow_next	connect_refused(struct connecting *);
static void		registration_make(struct connecting *, struct platform_registration *,
			    struct buf texts[3]);
static enum fault	keys_open(struct connecting *, struct buf keys[STORE_MODES]);

static const struct flow_step	connect_steps[] = {
	STEP(connect_find),		/* asks the books which location it is                 */
	STEP(connect_token),		/* gets its token, minted if it has none yet           */
	STEP(connect_brand),		/* asks the books what its company calls the provider  */
	STEP(connect_prepare),		/* asks the books for both modes' keys; makes them once */
	STEP(connect_register),		/* asks the platform to take the provider, if it changed */
	STEP(connect_abilities),	/* tells the platform what it can, if it had it before */
	STEP(connect_registered),	/* tells the books that it has                         */
	STEP(connect_keys),		/* asks the platform to take the keys, if they changed */
	STEP(connect_connected),	/* tells the books that it has                         */
	STEP(connect_end),
	STEP(connect_reply),		/* the only step that answers                          */
};

void
install_connect(const char *id, install_job_done done, void *arg)
{
	struct connecting	*connecting;

	connecting = calloc(1, sizeof(*connecting));
	assert(connecting != NULL);
	(void)slice_copy(slice_of(id), connecting->id.text, sizeof(connecting->id.text));
	connecting->done = done;
	connecting->arg = arg;
	connecting->call.flow = &connecting->flow;
	connecting->said.flow = &connecting->flow;
	buf_init(&connecting->token, SEAL_PLAIN_MAX);
	FLOW_START(&connecting->flow, connect_steps);
}

static enum flow_next
connect_find(struct flow *flow)
{
	struct connecting	*connecting = (struct connecting *)flow;

	store_installation_find(&connecting->call, connecting->id.text, &connecting->found);
	return FLOW_WAIT;
}

static enum flow_next
connect_token(struct flow *flow)
{
	struct connecting		*connecting = (struct connecting *)flow;
	struct install_token_ask	 ask = { .kind = INSTALLATION_LOCATION };

	if (connecting->call.fault != FAULT_NONE)
		return flow_fail(flow, connecting->call.fault, NULL);
	/* Uninstalled in between: nothing is left to do. */
	if (connecting->call.rows == 0 || connecting->found.state == INSTALLATION_UNINSTALLED)
		return FLOW_END;
	ask.reference = connecting->found.location;
	ask.refused = connecting->refused;
	install_token(&ask, connect_with_token, connecting);
	return FLOW_WAIT;
}

static void
connect_with_token(void *arg, const struct install_token *token)
{
	struct connecting	*connecting = arg;

	connecting->fault = token->fault;
	connecting->detail = token->detail;
	connecting->serial = token->serial;
	connecting->found.company = *token->company;
	buf_puts(&connecting->token, token->token);
	flow_wake(&connecting->flow);
}

static enum flow_next
connect_brand(struct flow *flow)
{
	struct connecting	*connecting = (struct connecting *)flow;

	if (connecting->fault != FAULT_NONE)
		return flow_fail(flow, connecting->fault, connecting->detail);
	store_brand_of(&connecting->call, connecting->found.company.text, &connecting->brand);
	return FLOW_WAIT;
}

static enum flow_next
connect_prepare(struct flow *flow)
{
	struct connecting		*connecting = (struct connecting *)flow;
	struct store_prepare_ask	 ask;
	struct buf			 sealed[STORE_MODES];
	struct id			 segment;
	enum fault			 fault = FAULT_NONE;

	if (connecting->call.fault != FAULT_NONE)
		return flow_fail(flow, connecting->call.fault, NULL);
	id_make_secret("q", &segment);
	ask.location = connecting->found.location.text;
	ask.segment = segment.text;
	ask.currency = install_settings()->currency;
	for (size_t i = 0; i < STORE_MODES; i++) {
		enum mode	mode = i == 0 ? MODE_TEST : MODE_LIVE;

		buf_init(&sealed[i], STORE_KEY_SEALED_SIZE - 1);
		if (fault == FAULT_NONE)
			fault = install_keys_make(&(struct install_key_seal){ ask.location, mode },
			    &connecting->keys[i], &sealed[i]);
		id_make("acct", &ask.pairs[i].account);
		ask.pairs[i].mode = mode;
		memcpy(ask.pairs[i].key_hash, connecting->keys[i].digest, DIGEST_HEX);
		ask.pairs[i].sealed = buf_text(&sealed[i]);
		memcpy(ask.pairs[i].publishable_key, connecting->keys[i].publishable, APIKEY_SIZE);
	}
	if (fault == FAULT_NONE) {
		crash_point("connect_before_prepare");
		store_provider_prepare(&connecting->call, &ask, connecting->modes);
	}
	for (size_t i = 0; i < STORE_MODES; i++)
		buf_release(&sealed[i]);
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(flow, fault, "keys could not be made");
}

static enum flow_next
connect_register(struct flow *flow)
{
	struct connecting		*connecting = (struct connecting *)flow;
	struct platform_registration	 registration;
	struct buf			 texts[3];

	if (connecting->call.fault != FAULT_NONE)
		return flow_fail(flow, connecting->call.fault, NULL);
	if (connecting->call.rows != STORE_MODES)
		return flow_fail(flow, FAULT_INTERNAL, "location has not both modes");
	crash_point("connect_after_prepare");
	registration_make(connecting, &registration, texts);
	connecting->was_sent = strcmp(connecting->digest, connecting->modes[0].registered_sha256) != 0;
	if (connecting->was_sent)
		platform_provider_register(&registration, &connecting->said);
	for (size_t i = 0; i < 3; i++)
		buf_release(&texts[i]);
	return connecting->was_sent ? FLOW_WAIT : FLOW_ON;
}

/* Whether registering again changes what it can is not documented: that is said in its own call. */
static enum flow_next
connect_abilities(struct flow *flow)
{
	struct connecting		*connecting = (struct connecting *)flow;
	struct platform_location_ask	 ask = { .location = connecting->found.location.text };

	if (!connecting->was_sent)
		return FLOW_ON;
	crash_point("connect_after_register");
	if (connecting->said.verdict != PLATFORM_DONE)
		return connect_refused(connecting);
	if (connecting->modes[0].registered_sha256[0] == '\0')
		return FLOW_ON;
	ask.token = buf_text(&connecting->token);
	platform_provider_capabilities(&ask, SUPPORTS_SCHEDULES, &connecting->said);
	return FLOW_WAIT;
}

static enum flow_next
connect_registered(struct flow *flow)
{
	struct connecting	*connecting = (struct connecting *)flow;

	if (!connecting->was_sent)
		return FLOW_ON;
	/* A word on subscriptions that the platform will not take keeps nobody from paying. */
	if (platform_verdict_fault(connecting->said.verdict) == FAULT_PLATFORM_REFUSED)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING, .event = "capabilities_refused",
		    .account_id = connecting->id.text, .detail = connecting->said.detail });
	else if (connecting->said.verdict != PLATFORM_DONE)
		return connect_refused(connecting);
	/* As the books do: what a registration replaces, its keys included, is not there any more. */
	connecting->modes[0].connected_sha256[0] = '\0';
	store_provider_told(&connecting->call, connecting->found.location.text, connecting->digest,
	    NULL);
	return FLOW_WAIT;
}

static enum flow_next
connect_keys(struct flow *flow)
{
	struct connecting	*connecting = (struct connecting *)flow;
	struct platform_keys	 ask;
	struct buf		 keys[STORE_MODES];
	enum fault		 fault;

	if (connecting->call.fault != FAULT_NONE)
		return flow_fail(flow, connecting->call.fault, NULL);
	fault = keys_open(connecting, keys);
	if (fault == FAULT_NONE) {
		ask.token = buf_text(&connecting->token);
		ask.location = connecting->found.location.text;
		ask.test_api_key = buf_text(&keys[0]);
		ask.test_publishable_key = connecting->modes[0].publishable_key;
		ask.live_api_key = buf_text(&keys[1]);
		ask.live_publishable_key = connecting->modes[1].publishable_key;
		install_keys_digest(&(struct install_pairs){
		    { ask.test_api_key, ask.live_api_key },
		    { ask.test_publishable_key, ask.live_publishable_key } }, connecting->digest);
		connecting->was_sent = strcmp(connecting->digest,
		    connecting->modes[0].connected_sha256) != 0;
		if (connecting->was_sent)
			platform_provider_connect(&ask, &connecting->said);
	}
	for (size_t i = 0; i < STORE_MODES; i++)
		buf_wipe(&keys[i]);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, "sealed keys could not be opened");
	return connecting->was_sent ? FLOW_WAIT : FLOW_ON;
}

static enum flow_next
connect_connected(struct flow *flow)
{
	struct connecting	*connecting = (struct connecting *)flow;

	if (!connecting->was_sent)
		return FLOW_END;
	crash_point("connect_after_connect");
	if (connecting->said.verdict != PLATFORM_DONE)
		return connect_refused(connecting);
	store_provider_told(&connecting->call, connecting->found.location.text, NULL,
	    connecting->digest);
	return FLOW_WAIT;
}

static enum flow_next
connect_end(struct flow *flow)
{
	struct connecting	*connecting = (struct connecting *)flow;

	if (connecting->call.fault != FAULT_NONE)
		return flow_fail(flow, connecting->call.fault, NULL);
	return FLOW_ON;
}

static enum flow_next
connect_reply(struct flow *flow)
{
	struct connecting	*connecting = (struct connecting *)flow;
	struct log_entry	 entry = { .level = LOG_LEVEL_INFO, .event = "location_connected" };

	buf_wipe(&connecting->token);
	if (connecting->is_again) {
		connecting->is_again = false;
		buf_init(&connecting->token, SEAL_PLAIN_MAX);
		FLOW_START(flow, connect_steps);
		return FLOW_END;
	}
	entry.account_id = connecting->id.text;
	if (flow->fault != FAULT_NONE) {
		entry.level = LOG_LEVEL_WARNING;
		entry.event = "location_not_connected";
		entry.fault = fault_info(flow->fault)->code;
		entry.detail = flow->detail;
	}
	log_write(&entry);
	explicit_bzero(connecting->keys, sizeof(connecting->keys));
	connecting->done(connecting->arg, flow->fault);
	free(connecting);
	return FLOW_END;
}

/* An access token that has expired before its time is renewed once, and all is done again. */
static enum flow_next
connect_refused(struct connecting *connecting)
{
	if (connecting->said.verdict == PLATFORM_EXPIRED && connecting->refused == 0) {
		connecting->refused = connecting->serial;
		connecting->is_again = true;
		return FLOW_END;
	}
	return flow_fail(&connecting->flow, platform_verdict_fault(connecting->said.verdict),
	    connecting->said.detail);
}

/* Addresses that the merchant's pages and the platform use for this location. */
static void
registration_make(struct connecting *connecting, struct platform_registration *registration,
    struct buf texts[3])
{
	const struct settings	*settings = install_settings();
	const struct store_brand	*brand = &connecting->brand;
	struct buf		 all;

	for (size_t i = 0; i < 3; i++)
		buf_init(&texts[i], TEXT_MAX);
	install_payments_url(connecting->found.location.text, &texts[0]);
	install_query_url(connecting->modes[0].segment, &texts[1]);
	if (brand->logo_url[0] != '\0')
		buf_puts(&texts[2], brand->logo_url);
	else if (settings->brand_logo_url[0] != '\0')
		buf_puts(&texts[2], settings->brand_logo_url);
	else
		buf_printf(&texts[2], "%s/assets/provider.svg", settings->public_url);
	registration->token = buf_text(&connecting->token);
	registration->location = connecting->found.location.text;
	registration->name = brand->name[0] != '\0' ? brand->name : settings->brand_name;
	registration->description = brand->description[0] != '\0' ? brand->description :
	    settings->brand_description;
	registration->payments_url = buf_text(&texts[0]);
	registration->query_url = buf_text(&texts[1]);
	registration->image_url = buf_text(&texts[2]);
	registration->supports_schedules = SUPPORTS_SCHEDULES;
	buf_init(&all, 4 * TEXT_MAX);
	buf_printf(&all, "%d\n%s\n%s\n%s\n%s\n%s", registration->supports_schedules,
	    registration->name, registration->description, registration->payments_url,
	    registration->query_url, registration->image_url);
	digest_sha256_hex(buf_slice(&all), connecting->digest);
	buf_release(&all);
}

static enum fault
keys_open(struct connecting *connecting, struct buf keys[STORE_MODES])
{
	enum fault	fault = FAULT_NONE;

	for (size_t i = 0; i < STORE_MODES; i++) {
		const struct store_connection	*mode = &connecting->modes[i];

		buf_init(&keys[i], SEAL_PLAIN_MAX);
		if (fault == FAULT_NONE)
			fault = install_key_open(&(struct install_key_seal){
			    connecting->found.location.text, mode->mode }, slice_of(mode->sealed),
			    &keys[i]);
	}
	return fault;
}
