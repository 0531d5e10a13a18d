/*
 * One company after the other is asked, until one mints: most often there is one.
 */
#include "install/install_mint.h"

#include <assert.h>
#include <stdlib.h>

#include "install/install_token.h"
#include "store/store_installation.h"

struct minting {
	struct flow		 flow;		/* first: steps get this */
	struct install_mint_ask	 ask;
	struct platform_grant	*grant;		/* the caller's */
	struct flow		*caller;	/* whom ${grant} belonged to */
	install_mint_done	 done;
	void			*arg;
	struct store_call	 call;
	struct reference	 hosts[STORE_COMPANIES_MAX];
	int			 at;
	bool			 is_second;	/* the host's token was renewed already */
	int64_t			 serial;
	enum fault		 fault;
	const char		*detail;
};

static enum flow_next	mint_hosts(struct flow *);
static enum flow_next	mint_host(struct flow *);
static enum flow_next	mint_answer(struct flow *);
static enum flow_next	mint_judge(struct flow *);
static enum flow_next	mint_reply(struct flow *);
static void		host_token(void *, const struct install_token *);

static const struct flow_step	mint_steps[] = {
	STEP(mint_hosts),		/* asks the books which companies may                  */
	STEP(mint_host),		/* gets its token, and asks the platform with it        */
	STEP(mint_answer),		/* what the platform said                              */
	STEP(mint_judge),		/* minted; or the next company, or the same once more  */
	STEP(mint_reply),		/* the only step that answers                          */
};

/* From the next host on. */
#define NEXT_STEPS	(mint_steps + 1)
#define NEXT_COUNT	(sizeof(mint_steps) / sizeof(mint_steps[0]) - 1)

void
install_mint(const struct install_mint_ask *ask, struct platform_grant *grant,
    install_mint_done done, void *arg)
{
	struct minting	*minting;

	minting = calloc(1, sizeof(*minting));
	assert(minting != NULL);
	minting->ask = *ask;
	minting->grant = grant;
	minting->caller = grant->flow;
	minting->done = done;
	minting->arg = arg;
	minting->call.flow = &minting->flow;
	minting->fault = FAULT_INSTALLATION_DEAD;
	minting->detail = "no company's installation can make a token for this location";
	grant->flow = &minting->flow;
	FLOW_START(&minting->flow, mint_steps);
}

static enum flow_next
mint_hosts(struct flow *flow)
{
	struct minting	*minting = (struct minting *)flow;

	store_installation_hosts(&minting->call, minting->ask.company.text, minting->hosts);
	return FLOW_WAIT;
}

static enum flow_next
mint_host(struct flow *flow)
{
	struct minting			*minting = (struct minting *)flow;
	struct install_token_ask	 ask = { .kind = INSTALLATION_COMPANY };

	if (minting->call.fault != FAULT_NONE)
		return flow_fail(flow, minting->call.fault, NULL);
	if (minting->at >= minting->call.rows)
		return flow_fail(flow, minting->fault, minting->detail);
	ask.reference = minting->hosts[minting->at];
	ask.refused = minting->is_second ? minting->serial : 0;
	install_token(&ask, host_token, minting);
	return FLOW_WAIT;
}

static void
host_token(void *arg, const struct install_token *host)
{
	struct minting	*minting = arg;

	minting->serial = host->serial;
	minting->grant->verdict = PLATFORM_RETRY;
	minting->fault = host->fault;
	minting->detail = host->detail;
	if (host->fault == FAULT_NONE)
		platform_location_token(&(struct platform_mint_ask){ host->token,
		    minting->hosts[minting->at].text, minting->ask.location.text }, minting->grant);
	else
		flow_wake(&minting->flow);
}

/* The wait of mint_host() ended with the host's fault, or with the platform's answer. */
static enum flow_next
mint_answer(struct flow *flow)
{
	struct minting	*minting = (struct minting *)flow;

	if (minting->fault != FAULT_NONE)
		return FLOW_ON;
	minting->detail = minting->grant->detail;
	switch (minting->grant->verdict) {
	case PLATFORM_DONE:
		return FLOW_ON;
	case PLATFORM_EXPIRED:
	case PLATFORM_RETRY:
	case PLATFORM_UNKNOWN:
		minting->fault = FAULT_PLATFORM_UNAVAILABLE;
		break;
	case PLATFORM_PAUSED:
		minting->fault = FAULT_INSTALLATION_PAUSED;
		break;
	case PLATFORM_ABSENT:
		/* Right after an installation the platform may not know it yet (contract §6.4). */
		minting->fault = FAULT_INSTALLATION_UNKNOWN;
		break;
	default:
		minting->fault = FAULT_PLATFORM_REFUSED;
		break;
	}
	return FLOW_ON;
}

static enum flow_next
mint_judge(struct flow *flow)
{
	struct minting	*minting = (struct minting *)flow;

	if (minting->fault == FAULT_NONE)
		return FLOW_END;
	/* An access token that has expired before its time: renewed once. */
	if (minting->grant->verdict == PLATFORM_EXPIRED && !minting->is_second) {
		minting->is_second = true;
		return FLOW_END;
	}
	minting->is_second = false;
	minting->at++;
	if (minting->at >= minting->call.rows)
		return flow_fail(flow, minting->fault, minting->detail);
	return FLOW_END;
}

static enum flow_next
mint_reply(struct flow *flow)
{
	struct minting		*minting = (struct minting *)flow;
	struct install_minted	 answer = { flow->fault, flow->detail };

	if (flow->fault == FAULT_NONE && minting->fault != FAULT_NONE) {
		flow_start(flow, NEXT_STEPS, NEXT_COUNT);
		return FLOW_END;
	}
	minting->grant->flow = minting->caller;
	minting->done(minting->arg, &answer);
	free(minting);
	return FLOW_END;
}
