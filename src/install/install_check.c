/*
 * The flow that walks the chain.  A step that fails breaks its link and goes on: what stands behind it is
 * looked at as far as it can be known without it.
 */
#include "install/install_check.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/seal.h"
#include "install/install.h"
#include "install/install_state.h"
#include "install/install_token.h"
#include "platform/platform_provider.h"
#include "platform/platform_reach.h"

#define REACH_MS	3000
#define LATELY_US	(30 * 24 * 60 * 60 * INT64_C(1000000))	/* a query that says what is set today */
#define ADDRESS_MAX	1024	/* bytes */

struct checking {
	struct flow			 flow;		/* first: steps get this */
	struct reference		 location;
	install_checked_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_settings_mode	 modes[STORE_MODES];
	bool				 is_connected;	/* say the books */
	struct install_link		 links[INSTALL_LINK_COUNT];
	enum fault			 fault;		/* of the state, then of the token */
	struct buf			 token;
	int64_t				 serial, refused;
	struct platform_provider	 provider;
	bool				 was_asked, is_again, has_lost;
	struct platform_reach		 reach;
};

static enum flow_next	check_state(struct flow *);
static enum flow_next	check_token(struct flow *);
static enum flow_next	check_provider(struct flow *);
static enum flow_next	check_reach(struct flow *);
static enum flow_next	check_repair(struct flow *);
static enum flow_next	check_queries(struct flow *);
static enum flow_next	check_reply(struct flow *);
static void		with_state(void *, const struct install_state *);
static void		with_token(void *, const struct install_token *);
static void		links_begin(struct checking *);
static void		link_set(struct checking *, int, enum install_link_state, const char *);
static const char	*token_reason(const struct checking *);
static void		provider_judge(struct checking *);
static void		modes_judge(struct checking *);
static bool		provider_is_ours(const struct checking *);

static const struct flow_step	check_steps[] = {
	STEP(check_state),		/* asks the books how both modes stand                 */
	STEP(check_token),		/* gets the location's token: alive?                   */
	STEP(check_provider),		/* asks the platform what it has of us                 */
	STEP(check_reach),		/* asks our own public address                         */
	STEP(check_repair),		/* asks the books for a job, if the platform lost something */
	STEP(check_queries),		/* when the platform has asked: the books said it      */
	STEP(check_reply),		/* the only step that answers                          */
};

const char *
install_link_state_label(enum install_link_state state)
{
	static const char *const	labels[] = {
		[INSTALL_LINK_OK] = "ok",
		[INSTALL_LINK_BROKEN] = "broken",
		[INSTALL_LINK_UNKNOWN] = "unknown",
		[INSTALL_LINK_SKIPPED] = "skipped",
	};

	return labels[state];
}

void
install_check(const struct reference *location, install_checked_done done, void *arg)
{
	struct checking	*checking;

	checking = calloc(1, sizeof(*checking));
	assert(checking != NULL);
	checking->location = *location;
	checking->done = done;
	checking->arg = arg;
	checking->call.flow = &checking->flow;
	checking->provider.flow = &checking->flow;
	checking->reach.flow = &checking->flow;
	buf_init(&checking->token, SEAL_PLAIN_MAX);
	links_begin(checking);
	FLOW_START(&checking->flow, check_steps);
}

static enum flow_next
check_state(struct flow *flow)
{
	struct checking	*checking = (struct checking *)flow;

	install_state(checking->location.text, with_state, checking);
	return FLOW_WAIT;
}

static void
with_state(void *arg, const struct install_state *state)
{
	struct checking	*checking = arg;

	checking->fault = state->fault;
	checking->is_connected = state->is_connected;
	(void)slice_copy(slice_of(state->sqlstate), checking->call.sqlstate,
	    sizeof(checking->call.sqlstate));
	memcpy(checking->modes, state->modes, sizeof(checking->modes));
	flow_wake(&checking->flow);
}

static enum flow_next
check_token(struct flow *flow)
{
	struct checking			*checking = (struct checking *)flow;
	struct install_token_ask	 ask = { .kind = INSTALLATION_LOCATION };

	if (checking->fault != FAULT_NONE)
		return flow_fail(flow, checking->fault, NULL);
	ask.reference = checking->location;
	ask.refused = checking->refused;
	install_token(&ask, with_token, checking);
	return FLOW_WAIT;
}

static void
with_token(void *arg, const struct install_token *token)
{
	struct checking	*checking = arg;

	checking->fault = token->fault;
	checking->serial = token->serial;
	buf_clear(&checking->token);
	buf_puts(&checking->token, token->token);
	flow_wake(&checking->flow);
}

static enum flow_next
check_provider(struct flow *flow)
{
	struct checking			*checking = (struct checking *)flow;
	struct platform_location_ask	 ask;

	checking->was_asked = checking->fault == FAULT_NONE;
	if (!checking->was_asked) {
		link_set(checking, INSTALL_LINK_TOKEN, INSTALL_LINK_BROKEN, token_reason(checking));
		return FLOW_ON;
	}
	link_set(checking, INSTALL_LINK_TOKEN, INSTALL_LINK_OK, NULL);
	ask.token = buf_text(&checking->token);
	ask.location = checking->location.text;
	ask.timeout_ms = install_settings()->platform_timeout_ms;
	platform_provider_read(&ask, &checking->provider);
	return FLOW_WAIT;
}

static enum flow_next
check_reach(struct flow *flow)
{
	struct checking	*checking = (struct checking *)flow;

	/* An access token that has expired before its time is renewed once, and all is done again. */
	if (checking->was_asked && checking->provider.verdict == PLATFORM_EXPIRED &&
	    checking->refused == 0) {
		checking->refused = checking->serial;
		checking->is_again = true;
		return FLOW_END;
	}
	if (checking->was_asked)
		provider_judge(checking);
	platform_reach(install_settings()->public_url, REACH_MS, &checking->reach);
	return FLOW_WAIT;
}

static enum flow_next
check_repair(struct flow *flow)
{
	struct checking	*checking = (struct checking *)flow;

	link_set(checking, INSTALL_LINK_REACHABLE, checking->reach.is_reached ? INSTALL_LINK_OK :
	    INSTALL_LINK_BROKEN, checking->reach.is_reached ? NULL : "unreachable");
	if (!checking->has_lost)
		return FLOW_ON;
	store_settings_repair(&checking->call, checking->location.text,
	    checking->links[INSTALL_LINK_REGISTERED].state == INSTALL_LINK_OK);
	return FLOW_WAIT;
}

/* A real query says more than any look from here: whoever asked found us, and had us as the default. */
static enum flow_next
check_queries(struct flow *flow)
{
	struct checking	*checking = (struct checking *)flow;
	int64_t		 now_us = clock_now_us();

	if (checking->has_lost && checking->call.fault != FAULT_NONE)
		return flow_fail(flow, checking->call.fault, NULL);
	for (int i = 0; i < STORE_MODES; i++) {
		int64_t		 asked_at_us = checking->modes[i].asked_at_us;
		bool		 is_late = now_us - asked_at_us > LATELY_US;
		bool		 is_open = checking->links[INSTALL_LINK_CONNECTED + i].state == INSTALL_LINK_OK;
		enum install_link_state	otherwise = is_open ? INSTALL_LINK_UNKNOWN :
				    INSTALL_LINK_SKIPPED;

		checking->links[INSTALL_LINK_QUERIED + i].seen_at_us = asked_at_us;
		link_set(checking, INSTALL_LINK_QUERIED + i, asked_at_us > 0 ? INSTALL_LINK_OK :
		    otherwise, NULL);
		link_set(checking, INSTALL_LINK_DEFAULT + i, asked_at_us > 0 && !is_late ?
		    INSTALL_LINK_OK : otherwise, NULL);
	}
	return FLOW_ON;
}

static enum flow_next
check_reply(struct flow *flow)
{
	struct checking		*checking = (struct checking *)flow;
	struct install_checked	 checked;

	if (checking->is_again) {
		checking->is_again = false;
		FLOW_START(flow, check_steps);
		return FLOW_END;
	}
	checked.fault = flow->fault;
	checked.sqlstate = checking->call.sqlstate;
	checked.links = checking->links;
	buf_wipe(&checking->token);
	checking->done(checking->arg, &checked);
	free(checking);
	return FLOW_END;
}

/* All skipped, until it is known better. */
static void
links_begin(struct checking *checking)
{
	static const struct {
		const char	*id;
		bool		 has_mode;
	} chain[] = {
		{ "token", false }, { "registered", false }, { "connected", true },
		{ "reachable", false }, { "queried", true }, { "default", true },
	};
	struct install_link	*link = checking->links;

	for (size_t i = 0; i < sizeof(chain) / sizeof(chain[0]); i++) {
		for (int mode = 0; mode < (chain[i].has_mode ? STORE_MODES : 1); mode++, link++) {
			link->id = chain[i].id;
			link->mode = chain[i].has_mode ? mode_label((enum mode)mode) : NULL;
			link->state = INSTALL_LINK_SKIPPED;
		}
	}
	assert(link == checking->links + INSTALL_LINK_COUNT);
}

static void
link_set(struct checking *checking, int link, enum install_link_state state, const char *reason)
{
	checking->links[link].state = state;
	checking->links[link].reason = reason;
}

static const char *
token_reason(const struct checking *checking)
{
	switch (checking->fault) {
	case FAULT_INSTALLATION_PAUSED:
		return "paused";
	case FAULT_INSTALLATION_UNKNOWN:
		return "uninstalled";
	case FAULT_INSTALLATION_DEAD:
	case FAULT_SEAL_INVALID:
		return "dead";
	case FAULT_PLATFORM_REFUSED:
		return "refused";
	default:
		return checking->modes[0].state == INSTALLATION_WANTED ? "wanted" : "away";
	}
}

static void
provider_judge(struct checking *checking)
{
	switch (checking->provider.verdict) {
	case PLATFORM_DONE:
		if (provider_is_ours(checking)) {
			link_set(checking, INSTALL_LINK_REGISTERED, INSTALL_LINK_OK, NULL);
			modes_judge(checking);
			return;
		}
		link_set(checking, INSTALL_LINK_REGISTERED, INSTALL_LINK_BROKEN, "other");
		checking->has_lost = true;
		return;
	case PLATFORM_ABSENT:
		link_set(checking, INSTALL_LINK_REGISTERED, INSTALL_LINK_BROKEN, "absent");
		checking->has_lost = true;
		return;
	case PLATFORM_PAUSED:
		link_set(checking, INSTALL_LINK_TOKEN, INSTALL_LINK_BROKEN, "paused");
		return;
	case PLATFORM_EXPIRED:
	case PLATFORM_DEAD:
	case PLATFORM_REFUSED:
		link_set(checking, INSTALL_LINK_TOKEN, INSTALL_LINK_BROKEN, "refused");
		return;
	default:
		link_set(checking, INSTALL_LINK_REGISTERED, INSTALL_LINK_UNKNOWN, "away");
		return;
	}
}

static void
modes_judge(struct checking *checking)
{
	const bool	has[STORE_MODES] = { checking->provider.has_test, checking->provider.has_live };

	for (int i = 0; i < STORE_MODES; i++) {
		int	link = INSTALL_LINK_CONNECTED + i;

		if (!has[i]) {
			link_set(checking, link, INSTALL_LINK_BROKEN, "absent");
			checking->has_lost = true;
		} else if (!install_mode_is_set_up(&checking->modes[i])) {
			link_set(checking, link, INSTALL_LINK_BROKEN, "not_set_up");
		} else if (!checking->is_connected) {
			link_set(checking, link, INSTALL_LINK_BROKEN, "stale");
			checking->has_lost = true;
		} else {
			link_set(checking, link, INSTALL_LINK_OK, NULL);
		}
	}
}

/* What the platform does not say is not held against it. */
static bool
provider_is_ours(const struct checking *checking)
{
	const struct platform_provider	*provider = &checking->provider;
	struct buf			 payments, query;
	bool				 is_ours;

	buf_init(&payments, ADDRESS_MAX + SETTING_TEXT_SIZE);
	buf_init(&query, ADDRESS_MAX + SETTING_TEXT_SIZE);
	install_payments_url(checking->location.text, &payments);
	install_query_url(checking->modes[0].segment, &query);
	is_ours = (provider->payments_url[0] == '\0' ||
	    strcmp(provider->payments_url, buf_text(&payments)) == 0) &&
	    (provider->query_url[0] == '\0' || strcmp(provider->query_url, buf_text(&query)) == 0);
	buf_release(&payments);
	buf_release(&query);
	return is_ours;
}
