/*
 * The flow that opens a checkout session.  Started by web_session.c.
 */
#include "pay/pay_open.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "pay/pay_ask.h"
#include "pay/pay_billing.h"
#include "processor/processor.h"
#include "store/store_account.h"

struct opening {
	struct flow		flow;		/* first: steps get this */
	struct pay_open_ask	ask;
	pay_session_done	done;
	void			*arg;
	struct store_call	call;
	struct store_account	account;
	struct platform_read	read;
	struct store_billing	billing;
	bool			read_back;
	bool			is_billing;	/* read back from our own books */
	struct pay_session	result;
};

static enum flow_next	open_find_account(struct flow *);
static enum flow_next	open_read_back(struct flow *);
static enum flow_next	open_believe(struct flow *);
static enum flow_next	open_bind(struct flow *);
static enum flow_next	open_bound(struct flow *);
static enum flow_next	open_reply(struct flow *);
static enum flow_next	page_amount(struct opening *);
static enum flow_next	billing_amount(struct opening *);

static const struct flow_step	open_steps[] = {
	STEP(open_find_account),	/* asks the books who this publishable key is          */
	STEP(open_read_back),		/* asks the platform what it wants paid; the books, if we want it */
	STEP(open_believe),		/* their amount, or in test mode the page's            */
	STEP(open_bind),		/* asks the books: one session a transaction           */
	STEP(open_bound),		/* row -> session                                      */
	STEP(open_reply),		/* the only step that answers                          */
};

void
pay_open(const struct pay_open_ask *ask, pay_session_done done, void *arg)
{
	struct opening	*opening;

	opening = calloc(1, sizeof(*opening));
	assert(opening != NULL);
	opening->ask = *ask;
	opening->done = done;
	opening->arg = arg;
	opening->call.flow = &opening->flow;
	opening->read.flow = &opening->flow;
	if (reference_is_empty(&opening->ask.transaction))
		opening->ask.transaction = ask->order;
	FLOW_START(&opening->flow, open_steps);
}

static enum flow_next
open_find_account(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;

	if (reference_is_empty(&opening->ask.transaction))
		return flow_fail(flow, FAULT_FIELD_INVALID, "transactionId or orderId is needed");
	store_account_by_publishable_key(&opening->call, opening->ask.publishable_key.text,
	    &opening->account);
	return FLOW_WAIT;
}

static enum flow_next
open_read_back(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;
	struct pay_ask	 ask;
	enum fault	 fault;

	fault = store_account_fault(&opening->call, &opening->account, FAULT_PUBLISHABLE_KEY_INVALID);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	if (processor_for(opening->account.mode) == NULL)
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	if (id_is(slice_of(opening->ask.transaction.text), PAY_BILLING_PREFIX)) {
		opening->read_back = opening->is_billing = true;
		store_billing_read(&opening->call, opening->ask.transaction.text, &opening->billing);
		return FLOW_WAIT;
	}
	if (!pay_ask_can(&opening->account)) {
		if (opening->account.mode == MODE_LIVE)
			return flow_fail(flow, FAULT_READ_BACK_REQUIRED, NULL);
		return FLOW_ON;
	}
	opening->read_back = true;
	ask.account = &opening->account;
	ask.transaction = &opening->ask.transaction;
	ask.is_order = opening->ask.dialect == DIALECT_BRIEF &&
	    strcmp(opening->ask.transaction.text, opening->ask.order.text) == 0;
	ask.timeout_ms = 0;
	pay_ask(&ask, &opening->read);
	return FLOW_WAIT;
}

static enum flow_next
open_believe(struct flow *flow)
{
	struct opening		*opening = (struct opening *)flow;
	struct platform_read	*read = &opening->read;

	if (!opening->read_back)
		return page_amount(opening);
	if (opening->is_billing)
		return billing_amount(opening);
	if (read->fault != FAULT_NONE)
		return flow_fail(flow, read->fault, read->detail);
	if (read->has_mode && read->mode != opening->account.mode)
		return flow_fail(flow, FAULT_MODE_MISMATCH, NULL);
	if (!money_is_chargeable(read->money))
		return flow_fail(flow, FAULT_AMOUNT_INVALID, "platform asks for nothing");
	if (!reference_is_empty(&read->contact))
		opening->ask.contact = read->contact;
	return FLOW_ON;
}

/* Without a token, in test mode, there is nobody to ask: what the page says is what is charged. */
static enum flow_next
page_amount(struct opening *opening)
{
	const struct currency	*currency;

	currency = currency_find(slice_of(opening->ask.currency));
	if (currency == NULL)
		return flow_fail(&opening->flow, FAULT_CURRENCY_INVALID, NULL);
	if (money_parse(slice_of(opening->ask.amount), currency, &opening->read.money) != FAULT_NONE ||
	    !money_is_chargeable(opening->read.money))
		return flow_fail(&opening->flow, FAULT_AMOUNT_INVALID, NULL);
	return FLOW_ON;
}

/* Whoever asks for the payment is ourselves: a page that says another amount was not made by us. */
static enum flow_next
billing_amount(struct opening *opening)
{
	const struct store_billing	*billing = &opening->billing;
	enum fault			 fault = opening->call.fault;

	if (fault == FAULT_BILLING_UNKNOWN || (fault == FAULT_NONE &&
	    strcmp(billing->account_id, opening->account.account_id) != 0))
		return flow_fail(&opening->flow, FAULT_TRANSACTION_UNKNOWN, NULL);
	if (fault != FAULT_NONE)
		return flow_fail(&opening->flow, fault, NULL);
	if (page_amount(opening) == FLOW_END)
		return FLOW_END;
	if (!money_equal(opening->read.money, billing->money))
		return flow_fail(&opening->flow, FAULT_AMOUNT_MISMATCH, NULL);
	/* Nobody's card is kept for a contact that a page names. */
	opening->ask.contact = (struct reference){ .text = "" };
	opening->read.is_paid = billing->state == BILLING_PAID;
	return FLOW_ON;
}

static enum flow_next
open_bind(struct flow *flow)
{
	struct opening		*opening = (struct opening *)flow;
	struct store_session_ask ask;
	struct id		 session;

	id_make_secret("cs", &session);
	ask.account_id = opening->account.account_id;
	ask.session_id = session.text;
	ask.transaction = opening->ask.transaction.text;
	ask.dialect = opening->ask.dialect;
	ask.money = opening->read.money;
	ask.read_back = opening->read_back;
	ask.contact = opening->ask.contact.text;
	ask.order = opening->ask.order.text;
	store_session_open(&opening->call, &ask, &opening->result.session);
	return FLOW_WAIT;
}

static enum flow_next
open_bound(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;

	if (opening->call.fault != FAULT_NONE)
		return flow_fail(flow, opening->call.fault, NULL);
	/* A reload after paying finds its own charge; anybody else's payment closes the page. */
	if (opening->read_back && opening->read.is_paid &&
	    pay_session_standing(&opening->result.session) == PAY_OPEN)
		return flow_fail(flow, FAULT_TRANSACTION_CLOSED, NULL);
	return FLOW_ON;
}

static enum flow_next
open_reply(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;

	opening->result.fault = flow->fault;
	opening->result.detail = flow->detail;
	opening->result.sqlstate = opening->call.sqlstate;
	opening->done(opening->arg, &opening->result);
	free(opening);
	return FLOW_END;
}
