/*
 * The platform's questions about kept cards, and its orders to charge one or to give money back.
 * What cannot be done is an answer, not an error: nothing was charged, and the merchant reads why.  Only what
 * says nothing about this payment (a key, a form, a conflict with another request) is refused by its status.
 */
#include <string.h>

#include "pay/pay_charge.h"
#include "pay/pay_methods.h"
#include "pay/pay_refund.h"
#include "platform/answer.h"
#include "web/web_asking.h"

#define METHODS_MAX	65536	/* bytes of a list */

static void	methods_listed(void *, const struct pay_methods *);
static void	charged(void *, const struct pay_charged *);
static void	charge_write(struct web_asking *, const struct answer_charge *);
static bool	charge_was_impossible(enum fault);
static void	refunded(void *, const struct pay_refunded *);
static bool	refund_was_impossible(enum fault);
static enum answer_verdict verdict_of(enum charge_status);

void
web_asking_methods(struct web_asking *asking)
{
	struct pay_methods_ask	ask;

	ask.key = asking->key;
	ask.contact = asking->query.contact;
	ask.location = asking->query.location;
	pay_methods(&ask, methods_listed, asking);
}

static void
methods_listed(void *arg, const struct pay_methods *result)
{
	struct web_asking	*asking = arg;
	struct answer_method	 methods[STORE_METHODS_MAX];
	struct answer_methods	 answer;
	struct buf		 body;

	serve_note(asking->request)->account_id = result->account_id;
	serve_note(asking->request)->sqlstate = result->sqlstate;
	if (result->fault != FAULT_NONE) {
		web_asking_refuse(asking, result->fault, NULL);
		return;
	}
	for (size_t i = 0; i < result->count; i++) {
		const struct store_method	*kept = &result->at[i];

		methods[i] = (struct answer_method){ kept->payment_method_id, kept->contact_id,
		    kept->brand, kept->last4, kept->expiry_month, kept->expiry_year,
		    kept->is_expired };
	}
	answer.at = methods;
	answer.count = result->count;
	answer.public_url = web_settings()->public_url;
	buf_init(&body, METHODS_MAX);
	answer_methods(asking->query.dialect, &answer, &body);
	web_asking_answer(asking, &body);
	buf_release(&body);
}

void
web_asking_charge(struct web_asking *asking)
{
	const struct query	*query = &asking->query;
	struct pay_charge_ask	 ask;

	ask.key = asking->key;
	ask.payment_method = query->payment_method;
	ask.contact = query->contact;
	ask.transaction = query->transaction;
	(void)slice_copy(slice_of(query->amount), ask.amount, sizeof(ask.amount));
	(void)slice_copy(slice_of(query->currency), ask.currency, sizeof(ask.currency));
	(void)slice_copy(slice_of(query->description), ask.description, sizeof(ask.description));
	pay_charge(&ask, charged, asking);
}

static void
charged(void *arg, const struct pay_charged *result)
{
	struct web_asking	*asking = arg;
	struct log_entry	*note = serve_note(asking->request);
	const struct store_kept	*kept = &result->charge;
	struct answer_charge	 answer = { .verdict = ANSWER_FAILED };
	char			 reason[ANSWER_REASON_SIZE];

	note->account_id = result->account_id;
	note->sqlstate = result->sqlstate;
	note->rule = result->rule;
	if (result->fault != FAULT_NONE && !charge_was_impossible(result->fault)) {
		note->detail = result->detail;
		web_asking_refuse(asking, result->fault, NULL);
		return;
	}
	if (result->fault != FAULT_NONE) {
		note->fault = fault_info(result->fault)->code;
		answer_reason(fault_info(result->fault)->message, reason);
		answer.reason = reason;
	} else {
		note->charge_id = kept->charge_id;
		note->outcome = charge_status_label(kept->status);
		note->decline = decline_label(kept->decline);
		answer.verdict = verdict_of(kept->status);
		answer.charge_id = kept->charge_id;
		answer.reason = decline_merchant_text(kept->decline);
		answer.money = kept->money;
		answer.settled_at_us = kept->settled_at_us;
	}
	charge_write(asking, &answer);
}

static void
charge_write(struct web_asking *asking, const struct answer_charge *answer)
{
	struct buf	body;

	buf_init(&body, WEB_ANSWER_MAX);
	answer_charge(asking->query.dialect, answer, &body);
	web_asking_answer(asking, &body);
	buf_release(&body);
}

/* Nothing was charged for this transaction, and never will be by this request. */
static bool
charge_was_impossible(enum fault fault)
{
	return fault == FAULT_CURRENCY_INVALID || fault == FAULT_AMOUNT_INVALID ||
	    fault == FAULT_METHOD_UNKNOWN || fault == FAULT_METHOD_EXPIRED ||
	    fault == FAULT_PROCESSOR_UNSUPPORTED;
}

void
web_asking_refund(struct web_asking *asking)
{
	struct pay_refund_ask	ask;

	ask.key = asking->key;
	ask.charge = asking->query.charge;
	ask.transaction = asking->query.transaction;
	(void)slice_copy(slice_of(asking->query.amount), ask.amount, sizeof(ask.amount));
	pay_refund(&ask, refunded, asking);
}

static void
refunded(void *arg, const struct pay_refunded *result)
{
	struct web_asking		*asking = arg;
	struct log_entry		*note = serve_note(asking->request);
	const struct store_refund	*refund = &result->refund;
	struct answer_refund		 answer = { .verdict = ANSWER_FAILED };
	char				 reason[ANSWER_REASON_SIZE];
	struct buf			 body;

	note->account_id = result->account_id;
	note->charge_id = result->charge_id;
	note->transaction_id = result->transaction;
	note->sqlstate = result->sqlstate;
	note->rule = result->rule;
	if (result->fault != FAULT_NONE && !refund_was_impossible(result->fault)) {
		note->detail = result->detail;
		web_asking_refuse(asking, result->fault, NULL);
		return;
	}
	if (result->fault != FAULT_NONE) {
		note->fault = fault_info(result->fault)->code;
		answer_reason(fault_info(result->fault)->message, reason);
	} else {
		note->refund_id = refund->refund_id;
		note->outcome = charge_status_label(refund->status);
		note->decline = decline_label(refund->decline);
		answer.verdict = verdict_of(refund->status);
		answer.refund_id = refund->refund_id;
		answer.money = refund->money;
		answer.settled_at_us = refund->settled_at_us;
		answer_reason("processor refused the refund", reason);
	}
	answer.reason = reason;
	buf_init(&body, WEB_ANSWER_MAX);
	answer_refund(&answer, &body);
	web_asking_answer(asking, &body);
	buf_release(&body);
}

/* No money went back by this request, and none will. */
static bool
refund_was_impossible(enum fault fault)
{
	return fault == FAULT_CHARGE_UNKNOWN || fault == FAULT_CHARGE_STATE_INVALID ||
	    fault == FAULT_AMOUNT_INVALID || fault == FAULT_REFUND_EXCEEDS_CHARGE ||
	    fault == FAULT_PROCESSOR_UNSUPPORTED;
}

/* Unknown is pending (design §2.1). */
static enum answer_verdict
verdict_of(enum charge_status status)
{
	if (status == CHARGE_SUCCEEDED)
		return ANSWER_PAID;
	return status == CHARGE_FAILED ? ANSWER_FAILED : ANSWER_PENDING;
}
