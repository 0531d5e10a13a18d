/*
 * Renewing a token ahead of its end: hours before, so that an outage of the platform is none of ours.
 */
#include "install/install_job.h"

#include <assert.h>
#include <stdlib.h>

#include "install/install_token.h"
#include "store/store_installation.h"

struct renewing {
	struct flow			 flow;		/* first: steps get this */
	struct id			 id;
	install_job_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_installation	 found;
	enum fault			 fault;
};

static enum flow_next	renew_find(struct flow *);
static enum flow_next	renew_ask(struct flow *);
static enum flow_next	renew_reply(struct flow *);
static void		renewed(void *, const struct install_token *);

static const struct flow_step	renew_steps[] = {
	STEP(renew_find),		/* asks the books which installation it is             */
	STEP(renew_ask),		/* gets it a new token                                 */
	STEP(renew_reply),		/* the only step that answers                          */
};

void
install_renew(const char *id, install_job_done done, void *arg)
{
	struct renewing	*renewing;

	renewing = calloc(1, sizeof(*renewing));
	assert(renewing != NULL);
	(void)slice_copy(slice_of(id), renewing->id.text, sizeof(renewing->id.text));
	renewing->done = done;
	renewing->arg = arg;
	renewing->call.flow = &renewing->flow;
	FLOW_START(&renewing->flow, renew_steps);
}

static enum flow_next
renew_find(struct flow *flow)
{
	struct renewing	*renewing = (struct renewing *)flow;

	store_installation_find(&renewing->call, renewing->id.text, &renewing->found);
	return FLOW_WAIT;
}

static enum flow_next
renew_ask(struct flow *flow)
{
	struct renewing				*renewing = (struct renewing *)flow;
	const struct store_installation		*found = &renewing->found;
	struct install_token_ask		 ask = { .kind = found->kind, .ahead = true };

	if (renewing->call.fault != FAULT_NONE)
		return flow_fail(flow, renewing->call.fault, NULL);
	if (renewing->call.rows == 0)
		return FLOW_END;
	ask.reference = found->kind == INSTALLATION_COMPANY ? found->company : found->location;
	install_token(&ask, renewed, renewing);
	return FLOW_WAIT;
}

static void
renewed(void *arg, const struct install_token *token)
{
	struct renewing	*renewing = arg;

	renewing->fault = token->fault;
	flow_wake(&renewing->flow);
}

static enum flow_next
renew_reply(struct flow *flow)
{
	struct renewing	*renewing = (struct renewing *)flow;

	renewing->done(renewing->arg, flow->fault != FAULT_NONE ? flow->fault : renewing->fault);
	free(renewing);
	return FLOW_END;
}
