/*
 * The flow behind charge_payment and charge_payment_method.  Started by web_query_pay.c; what it leaves
 * behind when it stops in the middle is found and finished by pay_resolve.c.
 */
#include "pay/pay_charge.h"

#include <assert.h>
#include <stdlib.h>

#include "base/crash.h"
#include "pay/pay_settle.h"
#include "processor/processor.h"
#include "store/store_account.h"

#define CANONICAL_MAX	512	/* bytes of the canonical request */

struct charging {
	struct flow		 flow;		/* first: steps get this */
	struct pay_charge_ask	 ask;
	pay_charge_done		 done;
	void			*arg;
	struct store_call	 call;
	struct store_account	 account;
	char			 digest[DIGEST_HEX];	/* of the canonical request */
	const struct processor	*processor;
	struct processor_result	 result;
	struct store_settled	 settled;
	struct pay_charged	 answer;
};

static enum flow_next	charge_find_account(struct flow *);
static enum flow_next	charge_reserve(struct flow *);
static enum flow_next	charge_reserved(struct flow *);
static enum flow_next	charge_settle(struct flow *);
static enum flow_next	charge_settled(struct flow *);
static enum flow_next	charge_reply(struct flow *);
static void		request_digest(const struct pay_charge_ask *, struct money, char[DIGEST_HEX]);

static const struct flow_step	charge_steps[] = {
	STEP(charge_find_account),	/* asks the books who this API key is                  */
	STEP(charge_reserve),		/* asks the books: intent and limit, committed         */
	STEP(charge_reserved),		/* fresh: asks the processor; else what it came to     */
	STEP(charge_settle),		/* outcome -> books: post, void or leave pending       */
	STEP(charge_settled),		/* what the books made of it                           */
	STEP(charge_reply),		/* the only step that answers                          */
};

void
pay_charge(const struct pay_charge_ask *ask, pay_charge_done done, void *arg)
{
	struct charging	*charging;

	charging = calloc(1, sizeof(*charging));
	assert(charging != NULL);
	charging->ask = *ask;
	charging->done = done;
	charging->arg = arg;
	charging->call.flow = &charging->flow;
	charging->result.flow = &charging->flow;
	charging->answer.rule = "";
	FLOW_START(&charging->flow, charge_steps);
}

static enum flow_next
charge_find_account(struct flow *flow)
{
	struct charging	*charging = (struct charging *)flow;

	store_account_by_api_key(&charging->call, &charging->ask.key, &charging->account);
	return FLOW_WAIT;
}

static enum flow_next
charge_reserve(struct flow *flow)
{
	struct charging		*charging = (struct charging *)flow;
	const struct pay_charge_ask *ask = &charging->ask;
	struct store_kept_ask	 kept;
	struct money		 money;
	struct id		 charge;
	enum fault		 fault;

	fault = store_account_fault(&charging->call, &charging->account, FAULT_API_KEY_INVALID);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	money.currency = currency_find(slice_of(ask->currency));
	if (money.currency == NULL)
		return flow_fail(flow, FAULT_CURRENCY_INVALID, NULL);
	if (money_parse(slice_of(ask->amount), money.currency, &money) != FAULT_NONE ||
	    !money_is_chargeable(money))
		return flow_fail(flow, FAULT_AMOUNT_INVALID, NULL);
	id_make("ch", &charge);
	request_digest(ask, money, charging->digest);
	kept.account_id = charging->account.account_id;
	kept.charge_id = charge.text;
	kept.payment_method_id = ask->payment_method.text;
	kept.contact_id = ask->contact.text;
	kept.transaction = ask->transaction.text;
	kept.money = money;
	kept.request_sha256 = charging->digest;
	kept.description = ask->description;
	kept.window_ms = pay_settings()->repeat_window_ms;
	kept.resolve_after_ms = pay_resolve_after_ms();
	crash_point("kept_before_intent");
	store_kept_reserve(&charging->call, &kept, &charging->answer.charge);
	return FLOW_WAIT;
}

/* A fresh charge is sent.  One without an end is asked about.  Everything else has its answer. */
static enum flow_next
charge_reserved(struct flow *flow)
{
	struct charging		*charging = (struct charging *)flow;
	struct store_kept	*kept = &charging->answer.charge;
	struct processor_charge	 charge;

	if (charging->call.fault != FAULT_NONE)
		return flow_fail(flow, charging->call.fault, NULL);
	crash_point("kept_after_intent");
	charging->answer.rule = kept->fresh ? "charge_fresh" : "charge_repeated";
	charging->processor = processor_find(kept->processor);
	if (charging->processor == NULL)
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	if (kept->fresh) {
		charge.account_id = charging->account.account_id;
		charge.key = kept->charge_id;
		charge.token = kept->token;
		charge.money = kept->money;
		charge.saves = false;
		charge.note = (struct processor_note){ charging->ask.transaction.text,
		    charging->ask.contact.text, charging->ask.payment_method.text, charging->digest };
		charging->processor->charge_saved(&charge, &charging->result);
		crash_point("kept_after_send");
		return FLOW_WAIT;
	}
	if (kept->status != CHARGE_PENDING && kept->status != CHARGE_UNKNOWN)
		return FLOW_END;
	charging->processor->look_up(charging->account.account_id, kept->charge_id,
	    &charging->result);
	return FLOW_WAIT;
}

static struct pay_settle_ask
settle_ask(const struct charging *charging)
{
	struct pay_settle_ask	ask;

	ask.account_id = charging->account.account_id;
	ask.charge_id = charging->answer.charge.charge_id;
	ask.result = &charging->result;
	ask.processor = charging->processor;
	return ask;
}

static enum flow_next
charge_settle(struct flow *flow)
{
	struct charging		*charging = (struct charging *)flow;
	struct pay_settle_ask	 ask = settle_ask(charging);

	crash_point("kept_after_answer");
	crash_point("kept_before_post");
	pay_settle(&charging->call, &ask, &charging->settled);
	return FLOW_WAIT;
}

static enum flow_next
charge_settled(struct flow *flow)
{
	struct charging		*charging = (struct charging *)flow;
	struct pay_settle_ask	 ask = settle_ask(charging);
	struct store_kept	*kept = &charging->answer.charge;

	crash_point("kept_after_post");
	pay_settle_log(&ask, &charging->call, &charging->settled);
	/* If the books did not answer, the charge stands as it was read: not known yet. */
	if (charging->call.fault == FAULT_NONE) {
		kept->status = charging->settled.status;
		kept->decline = charging->settled.decline;
		kept->settled_at_us = charging->settled.settled_at_us;
	}
	return FLOW_ON;
}

static enum flow_next
charge_reply(struct flow *flow)
{
	struct charging	*charging = (struct charging *)flow;

	charging->answer.fault = flow->fault;
	charging->answer.sqlstate = charging->call.sqlstate;
	charging->answer.detail = charging->call.detail;
	charging->answer.account_id = charging->account.account_id;
	charging->done(charging->arg, &charging->answer);
	free(charging);
	return FLOW_END;
}

/* What makes two requests the same: everything that decides whose money moves, and how much. */
static void
request_digest(const struct pay_charge_ask *ask, struct money money, char digest[DIGEST_HEX])
{
	char		amount[MONEY_TEXT_SIZE];
	struct buf	text;

	money_print(money, amount);
	buf_init(&text, CANONICAL_MAX);
	buf_printf(&text, "charge\n%s\n%s\n%s\n%s\n%s\n", ask->payment_method.text, ask->contact.text,
	    ask->transaction.text, amount, money.currency->code);
	assert(buf_ok(&text));
	digest_sha256_hex(buf_slice(&text), digest);
	buf_release(&text);
}
