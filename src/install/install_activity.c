/*
 * The flows that list.  Used by web_settings_activity.c.
 */
#include "install/install_activity.h"

#include <assert.h>
#include <stdlib.h>

#include "install/install_state.h"

struct listing {
	struct flow			 flow;		/* first: steps get this */
	struct install_activity_ask	 ask;
	install_activity_done		 done;
	void				*arg;
	struct store_call		 call;
	enum fault			 fault;
	char				 account_id[ID_SIZE];	/* "" when there is none yet */
	struct store_activity_charge	 charges[STORE_ACTIVITY_MAX];
	struct store_activity_refund	 refunds[STORE_ACTIVITY_MAX];
	struct store_activity_webhook	 webhooks[STORE_ACTIVITY_MAX];
	struct store_activity_money	 money[STORE_MONEY_MAX];
	struct install_activity		 activity;
};

static enum flow_next	list_account(struct flow *);
static enum flow_next	list_charges(struct flow *);
static enum flow_next	list_refunds(struct flow *);
static enum flow_next	list_webhooks(struct flow *);
static enum flow_next	list_end(struct flow *);
static enum flow_next	list_money(struct flow *);
static enum flow_next	list_money_end(struct flow *);
static enum flow_next	list_reply(struct flow *);
static struct listing	*listing_new(const struct install_activity_ask *, install_activity_done, void *);
static void		with_state(void *, const struct install_state *);
static enum fault	call_read(struct listing *, size_t *);

static const struct flow_step	activity_steps[] = {
	STEP(list_account),		/* asks the books whose account it is                  */
	STEP(list_charges),		/* asks the books                                      */
	STEP(list_refunds),		/* asks the books                                      */
	STEP(list_webhooks),		/* asks the books                                      */
	STEP(list_end),
	STEP(list_reply),		/* the only step that answers                          */
};

static const struct flow_step	money_steps[] = {
	STEP(list_account),		/* asks the books whose account it is                  */
	STEP(list_money),		/* asks the books for sums                             */
	STEP(list_money_end),
	STEP(list_reply),		/* the only step that answers                          */
};

void
install_activity(const struct install_activity_ask *ask, install_activity_done done, void *arg)
{
	struct listing	*listing = listing_new(ask, done, arg);

	FLOW_START(&listing->flow, activity_steps);
}

void
install_money(const struct install_activity_ask *ask, install_activity_done done, void *arg)
{
	struct listing	*listing = listing_new(ask, done, arg);

	FLOW_START(&listing->flow, money_steps);
}

static enum flow_next
list_account(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	install_state(listing->ask.location.text, with_state, listing);
	return FLOW_WAIT;
}

static void
with_state(void *arg, const struct install_state *state)
{
	struct listing	*listing = arg;

	listing->fault = state->fault;
	(void)slice_copy(slice_of(state->sqlstate), listing->call.sqlstate,
	    sizeof(listing->call.sqlstate));
	(void)slice_copy(slice_of(state->modes[listing->ask.mode == MODE_TEST ? 0 : 1].account_id),
	    listing->account_id, sizeof(listing->account_id));
	flow_wake(&listing->flow);
}

static enum flow_next
list_charges(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	if (listing->fault != FAULT_NONE)
		return flow_fail(flow, listing->fault, NULL);
	store_activity_charges(&listing->call, listing->account_id, listing->charges);
	return FLOW_WAIT;
}

static enum flow_next
list_refunds(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;
	enum fault	 fault = call_read(listing, &listing->activity.charge_count);

	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	store_activity_refunds(&listing->call, listing->account_id, listing->refunds);
	return FLOW_WAIT;
}

static enum flow_next
list_webhooks(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;
	enum fault	 fault = call_read(listing, &listing->activity.refund_count);

	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	store_activity_webhooks(&listing->call, listing->ask.location.text, listing->webhooks);
	return FLOW_WAIT;
}

static enum flow_next
list_end(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;
	enum fault	 fault = call_read(listing, &listing->activity.webhook_count);

	return fault == FAULT_NONE ? FLOW_ON : flow_fail(flow, fault, NULL);
}

static enum flow_next
list_money(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	if (listing->fault != FAULT_NONE)
		return flow_fail(flow, listing->fault, NULL);
	store_activity_money(&listing->call, listing->account_id, listing->money);
	return FLOW_WAIT;
}

static enum flow_next
list_money_end(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;
	enum fault	 fault = call_read(listing, &listing->activity.money_count);

	return fault == FAULT_NONE ? FLOW_ON : flow_fail(flow, fault, NULL);
}

static enum flow_next
list_reply(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	listing->activity.fault = flow->fault;
	listing->activity.sqlstate = listing->call.sqlstate;
	listing->activity.charges = listing->charges;
	listing->activity.refunds = listing->refunds;
	listing->activity.webhooks = listing->webhooks;
	listing->activity.money = listing->money;
	listing->done(listing->arg, &listing->activity);
	free(listing);
	return FLOW_END;
}

static struct listing *
listing_new(const struct install_activity_ask *ask, install_activity_done done, void *arg)
{
	struct listing	*listing;

	listing = calloc(1, sizeof(*listing));
	assert(listing != NULL);
	listing->ask = *ask;
	listing->done = done;
	listing->arg = arg;
	listing->call.flow = &listing->flow;
	return listing;
}

/* How many rows the last question gave. */
static enum fault
call_read(struct listing *listing, size_t *count)
{
	*count = (size_t)listing->call.rows;
	return listing->call.fault;
}
