/*
 * The flow behind "the token of this location".  Started by whoever calls the platform, and by the job
 * that renews tokens ahead of their end.
 */
#include "install/install_token.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/seal.h"
#include "install/install_grant.h"
#include "install/install_mint.h"
#include "io/loop.h"
#include "platform/platform_oauth.h"
#include "store/store_installation.h"

#define ALIVE_MS	60000	/* a token that lives shorter is renewed first */
#define AGAIN_MS	100	/* how often it is looked whether somebody else has renewed it */
#define AGAIN_MAX	100
#define LEASE_SLACK_MS	10000	/* of a claim, beyond the time limits of what is asked */

/* How a new pair is got. */
enum token_way {
	TOKEN_REFRESH,	/* with the refresh token, which leaves once and never again */
	TOKEN_MINT,	/* a location's, with its company's token */
	TOKEN_NOWAY
};

struct tokening {
	struct flow			 flow;		/* first: steps get this */
	struct install_token_ask	 ask;
	install_token_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_installation	 found;
	struct id			 claim;
	enum store_claim		 verdict;
	enum token_way			 way;
	struct platform_grant		 grant;
	bool				 has_grant, is_unspent, is_kept, is_again;
	const char			*state;		/* what it comes to without one; NULL: as it is */
	enum fault			 fault;		/* and what the caller is told */
	const char			*detail;
	int				 rounds;
	int64_t				 began;		/* serial of the pair at first sight */
	struct buf			 token;
};

static enum flow_next	token_find(struct flow *);
static enum flow_next	token_choose(struct flow *);
static enum flow_next	token_claimed(struct flow *);
static enum flow_next	token_refresh(struct flow *);
static enum flow_next	token_refreshed(struct flow *);
static enum flow_next	token_mint(struct flow *);
static enum flow_next	token_keep(struct flow *);
static enum flow_next	token_kept(struct flow *);
static enum flow_next	token_reply(struct flow *);
static enum flow_next	token_is_alive(struct tokening *);
static void		claim_ask(struct tokening *, bool);
static void		token_again(void *);
static void		minted(void *, const struct install_minted *);
static enum fault	token_open(struct tokening *, const char *, const char *);
static bool		grant_is_ours(struct tokening *);
static void		grant_lost(struct tokening *);
static enum flow_next	give_up(struct tokening *);

static const struct flow_step	token_steps[] = {
	STEP(token_find),		/* asks the books for the installation                 */
	STEP(token_choose),		/* alive: that is all; else asks the books for the claim */
	STEP(token_claimed),		/* busy: again later; spent: claims it for minting     */
	STEP(token_refresh),		/* asks the platform, once, with the refresh token     */
	STEP(token_refreshed),		/* the new pair, or whether there is another way       */
	STEP(token_mint),		/* asks the platform with the company's token          */
	STEP(token_keep),		/* asks the books to keep the new pair, or gives up    */
	STEP(token_kept),		/* what the books made of it                           */
	STEP(token_reply),		/* the only step that answers                          */
};

void
install_token(const struct install_token_ask *ask, install_token_done done, void *arg)
{
	struct tokening	*tokening;

	tokening = calloc(1, sizeof(*tokening));
	assert(tokening != NULL);
	tokening->ask = *ask;
	tokening->done = done;
	tokening->arg = arg;
	tokening->call.flow = &tokening->flow;
	tokening->grant.flow = &tokening->flow;
	buf_init(&tokening->token, SEAL_PLAIN_MAX);
	FLOW_START(&tokening->flow, token_steps);
}

static enum flow_next
token_find(struct flow *flow)
{
	struct tokening	*tokening = (struct tokening *)flow;

	tokening->is_again = false;
	store_installation_of(&tokening->call, tokening->ask.kind, tokening->ask.reference.text,
	    &tokening->found);
	return FLOW_WAIT;
}

static enum flow_next
token_choose(struct flow *flow)
{
	struct tokening				*tokening = (struct tokening *)flow;
	const struct store_installation		*found = &tokening->found;

	if (tokening->call.fault != FAULT_NONE)
		return flow_fail(flow, tokening->call.fault, NULL);
	if (tokening->call.rows == 0 || found->state == INSTALLATION_UNINSTALLED)
		return flow_fail(flow, FAULT_INSTALLATION_UNKNOWN, NULL);
	if (found->state == INSTALLATION_ACTIVE && found->access_left_ms > ALIVE_MS &&
	    found->serial != tokening->ask.refused && !tokening->ask.ahead)
		return token_is_alive(tokening);
	/* Who asked to renew it ahead, and finds it renewed, has what he wanted. */
	if (tokening->rounds == 0)
		tokening->began = found->serial;
	else if (tokening->ask.ahead && found->serial != tokening->began)
		return token_is_alive(tokening);
	tokening->way = TOKEN_NOWAY;
	if (found->state == INSTALLATION_DEAD)
		tokening->way = found->kind == INSTALLATION_LOCATION ? TOKEN_MINT : TOKEN_NOWAY;
	else if (found->refresh_sealed[0] != '\0' && !found->refresh_is_spent)
		tokening->way = TOKEN_REFRESH;
	else if (found->kind == INSTALLATION_LOCATION)
		tokening->way = TOKEN_MINT;
	/* A company's token has no second way; until its end the old one serves. */
	if (tokening->way == TOKEN_NOWAY && found->state == INSTALLATION_DEAD)
		return flow_fail(flow, FAULT_INSTALLATION_DEAD, NULL);
	claim_ask(tokening, tokening->way == TOKEN_REFRESH);
	return FLOW_WAIT;
}

static enum flow_next
token_claimed(struct flow *flow)
{
	struct tokening	*tokening = (struct tokening *)flow;

	if (tokening->call.fault != FAULT_NONE)
		return flow_fail(flow, tokening->call.fault, NULL);
	switch (tokening->verdict) {
	case STORE_CLAIM_MINE:
		return FLOW_ON;
	case STORE_CLAIM_SPENT:
		tokening->way = tokening->found.kind == INSTALLATION_LOCATION ? TOKEN_MINT : TOKEN_NOWAY;
		claim_ask(tokening, false);
		return FLOW_WAIT;
	case STORE_CLAIM_GONE:
		return flow_fail(flow, FAULT_INSTALLATION_UNKNOWN, NULL);
	default:
		break;
	}
	/* Somebody else is about to, or has: look again. */
	if (tokening->rounds++ >= AGAIN_MAX)
		return flow_fail(flow, FAULT_PLATFORM_UNAVAILABLE, "token is being renewed by another caller");
	tokening->is_again = true;
	return FLOW_END;
}

static enum flow_next
token_refresh(struct flow *flow)
{
	struct tokening	*tokening = (struct tokening *)flow;
	enum fault	 fault;

	/* The second claim of token_claimed() may have been too late. */
	if (tokening->call.fault != FAULT_NONE)
		return flow_fail(flow, tokening->call.fault, NULL);
	if (tokening->verdict != STORE_CLAIM_MINE)
		return flow_fail(flow, FAULT_PLATFORM_UNAVAILABLE, "token is being renewed by another caller");
	if (tokening->way != TOKEN_REFRESH)
		return FLOW_ON;
	crash_point("token_after_intent");
	fault = token_open(tokening, tokening->found.refresh_sealed, "refresh");
	if (fault != FAULT_NONE) {
		tokening->is_unspent = true;
		tokening->fault = fault;
		tokening->way = TOKEN_NOWAY;
		return FLOW_ON;
	}
	platform_token_refresh(&(struct platform_refresh_ask){ buf_text(&tokening->token),
	    tokening->found.kind == INSTALLATION_COMPANY ? PLATFORM_COMPANY : PLATFORM_LOCATION },
	    &tokening->grant);
	buf_wipe(&tokening->token);
	buf_init(&tokening->token, SEAL_PLAIN_MAX);
	crash_point("token_after_send");
	return FLOW_WAIT;
}

/* Contract §6.3: what an answer means for the one refresh token that we have. */
static enum flow_next
token_refreshed(struct flow *flow)
{
	struct tokening	*tokening = (struct tokening *)flow;

	if (tokening->way != TOKEN_REFRESH)
		return FLOW_ON;
	crash_point("token_after_answer");
	tokening->has_grant = grant_is_ours(tokening);
	if (!tokening->has_grant)
		grant_lost(tokening);
	return FLOW_ON;
}

/* For whom we asked, and nobody else. */
static bool
grant_is_ours(struct tokening *tokening)
{
	if (tokening->grant.verdict == PLATFORM_DONE &&
	    !install_grant_is_for(tokening->found.kind, &tokening->ask.reference, &tokening->grant)) {
		tokening->grant.verdict = PLATFORM_UNKNOWN;
		tokening->grant.detail = "platform gave a token for somebody else";
	}
	return tokening->grant.verdict == PLATFORM_DONE;
}

/* What becomes of the claim without a new pair, and whether the company may help. */
static void
grant_lost(struct tokening *tokening)
{
	struct install_lost	lost;

	install_grant_lost(&tokening->grant, tokening->found.access_left_ms > ALIVE_MS, &lost);
	tokening->detail = tokening->grant.detail;
	tokening->fault = lost.fault;
	tokening->is_unspent = lost.is_unspent;
	tokening->state = lost.state;
	tokening->way = lost.may_mint && tokening->found.kind == INSTALLATION_LOCATION ? TOKEN_MINT :
	    TOKEN_NOWAY;
}

static enum flow_next
token_mint(struct flow *flow)
{
	struct tokening		*tokening = (struct tokening *)flow;
	struct install_mint_ask	 ask;

	if (tokening->way != TOKEN_MINT)
		return FLOW_ON;
	ask.company = tokening->found.company;
	ask.location = tokening->found.location;
	install_mint(&ask, &tokening->grant, minted, tokening);
	return FLOW_WAIT;
}

static void
minted(void *arg, const struct install_minted *result)
{
	struct tokening	*tokening = arg;

	tokening->has_grant = result->fault == FAULT_NONE && grant_is_ours(tokening);
	if (!tokening->has_grant && tokening->state == NULL) {
		tokening->fault = result->fault != FAULT_NONE ? result->fault : FAULT_PLATFORM_REFUSED;
		tokening->detail = result->fault != FAULT_NONE ? result->detail : tokening->grant.detail;
	}
	flow_wake(&tokening->flow);
}

static enum flow_next
token_keep(struct flow *flow)
{
	struct tokening		*tokening = (struct tokening *)flow;
	struct buf		 access, refresh;
	struct store_renew_ask	 renew;

	if (tokening->has_grant)
		tokening->fault = install_grant_seal(tokening->found.kind, &tokening->grant, &access,
		    &refresh);
	if (!tokening->has_grant || tokening->fault != FAULT_NONE)
		return give_up(tokening);
	renew.installation_id = tokening->found.installation_id;
	renew.claim = tokening->claim.text;
	renew.access_sealed = buf_text(&access);
	renew.refresh_sealed = buf_text(&refresh);
	renew.lives_ms = tokening->grant.expires_in_s * 1000;
	renew.ahead_ms = install_settings()->token_ahead_ms;
	crash_point("token_before_keep");
	store_token_renew(&tokening->call, &renew, &tokening->is_kept);
	buf_release(&access);
	buf_release(&refresh);
	return FLOW_WAIT;
}

static enum flow_next
give_up(struct tokening *tokening)
{
	struct store_give_up_ask	ask;

	if (tokening->fault == FAULT_NONE)
		tokening->fault = FAULT_INSTALLATION_DEAD;
	/* No way at all and the old token at its end: who installed it has to do so again. */
	if (tokening->way == TOKEN_NOWAY && tokening->state == NULL && !tokening->is_unspent &&
	    tokening->found.access_left_ms <= ALIVE_MS)
		tokening->state = "dead";
	ask.installation_id = tokening->found.installation_id;
	ask.claim = tokening->claim.text;
	ask.is_unspent = tokening->is_unspent;
	ask.state = tokening->state;
	ask.reason = tokening->detail != NULL ? tokening->detail : "";
	store_token_give_up(&tokening->call, &ask);
	return FLOW_WAIT;
}

static enum flow_next
token_kept(struct flow *flow)
{
	struct tokening	*tokening = (struct tokening *)flow;

	install_grant_log(&(struct install_grant_log){ tokening->found.installation_id,
	    tokening->way == TOKEN_MINT ? "minted" : "refreshed", tokening->state != NULL,
	    tokening->fault != FAULT_NONE ? tokening->fault : tokening->call.fault, tokening->detail });
	if (!tokening->has_grant || tokening->fault != FAULT_NONE)
		return flow_fail(flow, tokening->fault, tokening->detail);
	if (tokening->call.fault != FAULT_NONE)
		return flow_fail(flow, tokening->call.fault, NULL);
	crash_point("token_after_keep");
	if (!tokening->is_kept)
		return flow_fail(flow, FAULT_PLATFORM_UNAVAILABLE, "installation changed meanwhile");
	tokening->found.serial++;
	buf_puts(&tokening->token, tokening->grant.access_token);
	return FLOW_END;
}

static enum flow_next
token_reply(struct flow *flow)
{
	struct tokening		*tokening = (struct tokening *)flow;
	struct install_token	 answer;

	if (tokening->is_again) {
		loop_after(AGAIN_MS, token_again, tokening);
		return FLOW_END;
	}
	answer.fault = flow->fault;
	answer.detail = flow->detail;
	answer.installation_id = tokening->found.installation_id;
	answer.token = buf_text(&tokening->token);
	answer.serial = tokening->found.serial;
	answer.company = &tokening->found.company;
	tokening->done(tokening->arg, &answer);
	platform_grant_wipe(&tokening->grant);
	buf_wipe(&tokening->token);
	free(tokening);
	return FLOW_END;
}

static void
token_again(void *arg)
{
	struct tokening	*tokening = arg;

	FLOW_START(&tokening->flow, token_steps);
}

static enum flow_next
token_is_alive(struct tokening *tokening)
{
	enum fault	fault;

	fault = token_open(tokening, tokening->found.access_sealed, "access");
	return fault == FAULT_NONE ? FLOW_END : flow_fail(&tokening->flow, fault, NULL);
}

static void
claim_ask(struct tokening *tokening, bool spends)
{
	const struct settings	*settings = install_settings();
	struct store_claim_ask	 ask;

	if (tokening->claim.text[0] == '\0')
		id_make("claim", &tokening->claim);
	ask.installation_id = tokening->found.installation_id;
	ask.serial = tokening->found.serial;
	ask.claim = tokening->claim.text;
	ask.spends = spends;
	ask.lease_ms = 3 * settings->platform_timeout_ms + 3 * settings->database_timeout_ms +
	    LEASE_SLACK_MS;
	crash_point("token_before_intent");
	store_token_claim(&tokening->call, &ask, &tokening->verdict);
}

static enum fault
token_open(struct tokening *tokening, const char *sealed, const char *what)
{
	struct install_seal	seal = {
		tokening->found.kind, tokening->ask.reference.text, what
	};

	return install_token_open(&seal, slice_of(sealed), &tokening->token);
}
