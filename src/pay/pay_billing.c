/*
 * The plan, and the flows that open an order and look at it.  Started by web_billing.c.
 */
#include "pay/pay_billing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "pay/pay.h"

struct billing {
	struct flow		flow;		/* first: steps get this */
	struct pay_plan		plan;
	struct billing_payers	payers;
	struct id		order;
	pay_billing_done	done;
	void			*arg;
	struct store_call	call;
	struct pay_billing	result;
};

static enum flow_next	billing_open(struct flow *);
static enum flow_next	billing_look(struct flow *);
static enum flow_next	billing_there(struct flow *);
static enum flow_next	billing_reply(struct flow *);
static struct billing	*billing_new(pay_billing_done, void *);

static const struct flow_step	open_steps[] = {
	STEP(billing_open),		/* asks the books for an order over the plan           */
	STEP(billing_there),
	STEP(billing_reply),		/* the only step that answers                          */
};

static const struct flow_step	look_steps[] = {
	STEP(billing_look),		/* asks the books how it stands                        */
	STEP(billing_there),
	STEP(billing_reply),
};

enum fault
pay_plan_read(const struct settings *settings, struct pay_plan *plan)
{
	const struct currency	*currency = currency_find(slice_of(settings->billing_currency));
	bool			 is_once = strcmp(settings->billing_type, "one_time") == 0;

	*plan = (struct pay_plan){ .name = settings->billing_name };
	if (settings->billing_amount[0] == '\0')
		return FAULT_ROUTE_UNKNOWN;
	plan->account_id = settings->billing_account;
	plan->is_recurring = strcmp(settings->billing_type, "recurring") == 0;
	if (currency == NULL || (!is_once && !plan->is_recurring) ||
	    !id_is(slice_of(settings->billing_account), "acct") || settings->client_id[0] == '\0' ||
	    money_parse(slice_of(settings->billing_amount), currency, &plan->price) != FAULT_NONE ||
	    !money_is_chargeable(plan->price))
		return FAULT_SETTING_INVALID;
	return FAULT_NONE;
}

enum fault
pay_plan_total(const struct pay_plan *plan, const struct billing_payers *payers, struct money *total)
{
	/* Neither is so large that the product could be beyond 64 bits: 10^15 and 251. */
	total->minor = plan->price.minor * (int64_t)billing_payers_count(payers);
	total->currency = plan->price.currency;
	return money_is_chargeable(*total) ? FAULT_NONE : FAULT_AMOUNT_INVALID;
}

void
pay_billing_open(const struct pay_plan *plan, const struct billing_payers *payers, pay_billing_done done,
    void *arg)
{
	struct billing	*billing = billing_new(done, arg);

	billing->plan = *plan;
	billing->payers = *payers;
	id_make(PAY_BILLING_PREFIX, &billing->order);
	FLOW_START(&billing->flow, open_steps);
}

void
pay_billing_look(const char *order_id, pay_billing_done done, void *arg)
{
	struct billing	*billing = billing_new(done, arg);

	(void)slice_copy(slice_of(order_id), billing->order.text, sizeof(billing->order.text));
	FLOW_START(&billing->flow, look_steps);
}

static enum flow_next
billing_open(struct flow *flow)
{
	struct billing			*billing = (struct billing *)flow;
	struct store_billing_ask	 ask;
	struct money			 total;
	enum fault			 fault;

	fault = pay_plan_total(&billing->plan, &billing->payers, &total);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, "for so many the price is more than can be charged at once");
	ask.account_id = billing->plan.account_id;
	ask.order_id = billing->order.text;
	ask.price = billing->plan.price;
	ask.is_recurring = billing->plan.is_recurring;
	ask.payers = &billing->payers;
	store_billing_open(&billing->call, &ask, &billing->result.billing);
	return FLOW_WAIT;
}

static enum flow_next
billing_look(struct flow *flow)
{
	struct billing	*billing = (struct billing *)flow;

	store_billing_read(&billing->call, billing->order.text, &billing->result.billing);
	return FLOW_WAIT;
}

static enum flow_next
billing_there(struct flow *flow)
{
	struct billing	*billing = (struct billing *)flow;

	if (billing->call.fault != FAULT_NONE)
		return flow_fail(flow, billing->call.fault, billing->call.detail);
	/* The operator's account is a setting: nobody can pay to one without a key. */
	if (billing->call.rows == 0 || billing->result.billing.publishable_key[0] == '\0')
		return flow_fail(flow, FAULT_ACCOUNT_UNKNOWN, "KASSA_BILLING_ACCOUNT has no key in use");
	return FLOW_ON;
}

static enum flow_next
billing_reply(struct flow *flow)
{
	struct billing	*billing = (struct billing *)flow;

	billing->result.fault = flow->fault;
	billing->result.detail = flow->detail;
	billing->result.sqlstate = billing->call.sqlstate;
	billing->done(billing->arg, &billing->result);
	free(billing);
	return FLOW_END;
}

static struct billing *
billing_new(pay_billing_done done, void *arg)
{
	struct billing	*billing;

	billing = calloc(1, sizeof(*billing));
	assert(billing != NULL);
	billing->done = done;
	billing->arg = arg;
	billing->call.flow = &billing->flow;
	return billing;
}
