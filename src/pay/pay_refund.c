/*
 * The flow behind refund.  Started by web_query_pay.c; what it leaves behind when it stops in the middle is
 * found and finished by pay_resolve.c.
 */
#include "pay/pay_refund.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/log.h"
#include "pay/pay_ask.h"
#include "pay/pay_metric.h"

#define ASK_PLATFORM_MS	2000	/* the platform waits for our answer while we ask it */

struct refunding {
	struct flow			 flow;		/* first: steps get this */
	struct pay_refund_ask		 ask;
	pay_refund_done			 done;
	void				*arg;
	struct store_call		 call;
	struct store_account		 account;
	struct store_refundable		 charge;
	struct money			 money;
	struct platform_read		 read;
	bool				 was_asked;	/* the platform, and ${read} is its answer */
	const struct processor		*processor;
	struct processor_result		 result;
	struct store_refund_settled	 settled;
	struct pay_refunded		 answer;
};

static enum flow_next	refund_find_account(struct flow *);
static enum flow_next	refund_find_charge(struct flow *);
static enum flow_next	refund_ask_platform(struct flow *);
static enum flow_next	refund_reserve(struct flow *);
static enum flow_next	refund_reserved(struct flow *);
static enum flow_next	refund_settle(struct flow *);
static enum flow_next	refund_settled(struct flow *);
static enum flow_next	refund_reply(struct flow *);
static bool		refund_is_of_another_transaction(const struct refunding *);

static const struct flow_step	refund_steps[] = {
	STEP(refund_find_account),	/* asks the books who this API key is                  */
	STEP(refund_find_charge),	/* asks the books which charge is meant                */
	STEP(refund_ask_platform),	/* asks the platform what it counts as refunded        */
	STEP(refund_reserve),		/* asks the books: intent and limit, committed         */
	STEP(refund_reserved),		/* fresh: asks the processor; else what it came to     */
	STEP(refund_settle),		/* outcome -> books: post, void or leave pending       */
	STEP(refund_settled),		/* what the books made of it                           */
	STEP(refund_reply),		/* the only step that answers                          */
};

void
pay_refund(const struct pay_refund_ask *ask, pay_refund_done done, void *arg)
{
	struct refunding	*refunding;

	refunding = calloc(1, sizeof(*refunding));
	assert(refunding != NULL);
	refunding->ask = *ask;
	refunding->done = done;
	refunding->arg = arg;
	refunding->call.flow = &refunding->flow;
	refunding->read.flow = &refunding->flow;
	refunding->result.flow = &refunding->flow;
	refunding->answer.rule = "";
	FLOW_START(&refunding->flow, refund_steps);
}

static enum flow_next
refund_find_account(struct flow *flow)
{
	struct refunding	*refunding = (struct refunding *)flow;

	store_account_by_api_key(&refunding->call, &refunding->ask.key, &refunding->account);
	return FLOW_WAIT;
}

static enum flow_next
refund_find_charge(struct flow *flow)
{
	struct refunding		*refunding = (struct refunding *)flow;
	struct store_refundable_ask	 ask;
	enum fault			 fault;

	fault = store_account_fault(&refunding->call, &refunding->account, FAULT_API_KEY_INVALID);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	ask.account_id = refunding->account.account_id;
	ask.charge_id = refunding->ask.charge.text;
	ask.transaction = refunding->ask.transaction.text;
	store_refund_charge(&refunding->call, &ask, &refunding->charge);
	return FLOW_WAIT;
}

/*
 * Whether an equal refund is a retry or a second one, only the platform knows: by what it counts already.
 * If it cannot be asked, the books decide by time (design §5); so nothing here is a fault.
 */
static enum flow_next
refund_ask_platform(struct flow *flow)
{
	struct refunding		*refunding = (struct refunding *)flow;
	struct store_refundable		*charge = &refunding->charge;
	struct pay_ask			 ask;

	if (refunding->call.fault != FAULT_NONE)
		return flow_fail(flow, refunding->call.fault, NULL);
	if (refunding->call.rows == 0)
		return flow_fail(flow, FAULT_CHARGE_UNKNOWN, NULL);
	if (refund_is_of_another_transaction(refunding)) {
		refunding->answer.rule = "other_transaction";
		return flow_fail(flow, FAULT_CHARGE_UNKNOWN, NULL);
	}
	if (charge->status != CHARGE_SUCCEEDED)
		return flow_fail(flow, FAULT_CHARGE_STATE_INVALID, NULL);
	if (money_parse(slice_of(refunding->ask.amount), charge->captured.currency,
	    &refunding->money) != FAULT_NONE || !money_is_chargeable(refunding->money))
		return flow_fail(flow, FAULT_AMOUNT_INVALID, NULL);
	if (!pay_ask_can(&refunding->account) || reference_is_empty(&charge->transaction))
		return FLOW_ON;
	refunding->was_asked = true;
	ask.account = &refunding->account;
	ask.transaction = &charge->transaction;
	ask.is_order = false;
	ask.timeout_ms = ASK_PLATFORM_MS;
	pay_ask(&ask, &refunding->read);
	return FLOW_WAIT;
}

/* A charge that both sides name a transaction of is found by both or not at all, as verify finds it. */
static bool
refund_is_of_another_transaction(const struct refunding *refunding)
{
	return !reference_is_empty(&refunding->ask.transaction) &&
	    !reference_is_empty(&refunding->charge.transaction) &&
	    strcmp(refunding->ask.transaction.text, refunding->charge.transaction.text) != 0;
}

static enum flow_next
refund_reserve(struct flow *flow)
{
	struct refunding		*refunding = (struct refunding *)flow;
	const struct platform_read	*read = &refunding->read;
	struct store_refund_ask		 ask;
	struct id			 refund;

	id_make("re", &refund);
	ask.account_id = refunding->account.account_id;
	ask.charge_id = refunding->charge.charge_id;
	ask.refund_id = refund.text;
	ask.money = refunding->money;
	ask.is_counted = refunding->was_asked && read->fault == FAULT_NONE && read->has_refunded &&
	    read->refunded.currency == refunding->money.currency;
	ask.counted_minor = read->refunded.minor;
	ask.window_ms = pay_settings()->repeat_window_ms;
	ask.resolve_after_ms = pay_resolve_after_ms();
	crash_point("refund_before_intent");
	store_refund_reserve(&refunding->call, &ask, &refunding->answer.refund);
	return FLOW_WAIT;
}

/* A fresh refund is sent.  One without an end is asked about.  Everything else has its answer. */
static enum flow_next
refund_reserved(struct flow *flow)
{
	struct refunding	*refunding = (struct refunding *)flow;
	struct store_refund	*refund = &refunding->answer.refund;
	struct processor_refund	 ask;

	if (refunding->call.fault != FAULT_NONE)
		return flow_fail(flow, refunding->call.fault, NULL);
	crash_point("refund_after_intent");
	refunding->answer.rule = refund->rule;
	refunding->processor = processor_find(refund->processor);
	if (refunding->processor == NULL)
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	if (refund->fresh) {
		ask.account_id = refunding->account.account_id;
		ask.key = refund->refund_id;
		ask.charge_key = refunding->charge.charge_id;
		ask.money = refund->money;
		refunding->processor->refund(&ask, &refunding->result);
		crash_point("refund_after_send");
		return FLOW_WAIT;
	}
	if (refund->status != CHARGE_PENDING && refund->status != CHARGE_UNKNOWN)
		return FLOW_END;
	refunding->processor->look_up(refunding->account.account_id, refund->refund_id,
	    &refunding->result);
	return FLOW_WAIT;
}

static enum flow_next
refund_settle(struct flow *flow)
{
	struct refunding		*refunding = (struct refunding *)flow;
	struct store_refund_settle_ask	 ask;

	ask.account_id = refunding->account.account_id;
	ask.refund_id = refunding->answer.refund.refund_id;
	ask.outcome = refunding->result.outcome;
	ask.decline = refunding->result.decline;
	ask.reference = refunding->result.reference;
	ask.minute_ms = pay_settings()->resolve_minute_ms;
	crash_point("refund_after_answer");
	crash_point("refund_before_post");
	store_refund_settle(&refunding->call, &ask, &refunding->settled);
	return FLOW_WAIT;
}

static enum flow_next
refund_settled(struct flow *flow)
{
	struct refunding	*refunding = (struct refunding *)flow;
	struct store_refund	*refund = &refunding->answer.refund;

	crash_point("refund_after_post");
	pay_refund_log(&(struct pay_refund_log){ refunding->account.account_id, refund->refund_id,
	    refunding->processor, &refunding->result, &refunding->call, &refunding->settled });
	/* If the books did not answer, the refund stands as it was read: not known yet. */
	if (refunding->call.fault == FAULT_NONE) {
		refund->status = refunding->settled.status;
		refund->decline = refunding->settled.decline;
		refund->settled_at_us = refunding->settled.settled_at_us;
	}
	return FLOW_ON;
}

static enum flow_next
refund_reply(struct flow *flow)
{
	struct refunding	*refunding = (struct refunding *)flow;
	struct pay_refunded	*answer = &refunding->answer;

	answer->fault = flow->fault;
	answer->sqlstate = refunding->call.sqlstate;
	answer->detail = refunding->call.detail;
	answer->account_id = refunding->account.account_id;
	answer->charge_id = refunding->charge.charge_id;
	answer->transaction = refunding->charge.transaction.text;
	refunding->done(refunding->arg, answer);
	free(refunding);
	return FLOW_END;
}

void
pay_refund_log(const struct pay_refund_log *what)
{
	struct log_entry	entry = { .level = LOG_LEVEL_INFO, .event = "refund_settled" };

	entry.account_id = what->account_id;
	entry.refund_id = what->refund_id;
	entry.outcome = outcome_label(what->result->outcome);
	entry.detail = what->result->detail;
	if (what->result->decline != DECLINE_NONE)
		entry.decline = decline_label(what->result->decline);
	if (what->call->fault != FAULT_NONE) {
		/* Nothing is lost: the intent is in the books, the janitor asks again. */
		entry.level = LOG_LEVEL_WARNING;
		entry.event = "refund_settle_failed";
		entry.fault = fault_info(what->call->fault)->code;
		entry.sqlstate = what->call->sqlstate;
		entry.detail = what->call->detail;
	} else if (what->settled->contradicted) {
		entry.level = LOG_LEVEL_ALERT;
		entry.event = "refund_contradicted";
		entry.detail = "processor now says the opposite of what the books ended with";
	}
	log_write(&entry);
	if (what->call->fault == FAULT_NONE && (what->settled->changed || what->settled->contradicted))
		pay_metric_refund(what->processor, what->result, what->settled->contradicted);
}
