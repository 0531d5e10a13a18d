/*
 * The flow behind list_payment_methods and get_payment_methods.  Started by web_query_pay.c.
 */
#include "pay/pay_methods.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_account.h"

struct listing {
	struct flow		 flow;		/* first: steps get this */
	struct pay_methods_ask	 ask;
	pay_methods_done	 done;
	void			*arg;
	struct store_call	 call;
	struct store_account	 account;
	struct store_method	 methods[STORE_METHODS_MAX];
};

static enum flow_next	list_find_account(struct flow *);
static enum flow_next	list_ask(struct flow *);
static enum flow_next	list_asked(struct flow *);
static enum flow_next	list_reply(struct flow *);

static const struct flow_step	list_steps[] = {
	STEP(list_find_account),	/* asks the books who this API key is                  */
	STEP(list_ask),			/* asks the books what is kept                         */
	STEP(list_asked),
	STEP(list_reply),		/* the only step that answers                          */
};

void
pay_methods(const struct pay_methods_ask *ask, pay_methods_done done, void *arg)
{
	struct listing	*listing;

	listing = calloc(1, sizeof(*listing));
	assert(listing != NULL);
	listing->ask = *ask;
	listing->done = done;
	listing->arg = arg;
	listing->call.flow = &listing->flow;
	FLOW_START(&listing->flow, list_steps);
}

static enum flow_next
list_find_account(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	store_account_by_api_key(&listing->call, &listing->ask.key, &listing->account);
	return FLOW_WAIT;
}

static enum flow_next
list_ask(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;
	enum fault	 fault;

	fault = store_account_fault(&listing->call, &listing->account, FAULT_API_KEY_INVALID);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	if (!reference_is_empty(&listing->ask.location) &&
	    strcmp(listing->ask.location.text, listing->account.location.text) != 0)
		return flow_fail(flow, FAULT_LOCATION_MISMATCH, NULL);
	store_method_list(&listing->call, listing->account.account_id, listing->ask.contact.text,
	    listing->methods);
	return FLOW_WAIT;
}

static enum flow_next
list_asked(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	if (listing->call.fault != FAULT_NONE)
		return flow_fail(flow, listing->call.fault, NULL);
	return FLOW_ON;
}

static enum flow_next
list_reply(struct flow *flow)
{
	struct listing		*listing = (struct listing *)flow;
	struct pay_methods	 answer;

	answer.fault = flow->fault;
	answer.sqlstate = listing->call.sqlstate;
	answer.account_id = listing->account.account_id;
	answer.at = listing->methods;
	answer.count = flow->fault == FAULT_NONE ? (size_t)listing->call.rows : 0;
	listing->done(listing->arg, &answer);
	free(listing);
	return FLOW_END;
}
