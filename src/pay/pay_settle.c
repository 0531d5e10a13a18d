/*
 * One completion path.  Who uses it: pay_settle.h.
 */
#include "pay/pay_settle.h"

#include "base/log.h"
#include "pay/pay.h"
#include "pay/pay_metric.h"

void
pay_settle(struct store_call *call, const struct pay_settle_ask *ask, struct store_settled *settled)
{
	struct store_settle_ask	settle;

	settle.account_id = ask->account_id;
	settle.charge_id = ask->charge_id;
	settle.outcome = ask->result->outcome;
	settle.decline = ask->result->decline;
	settle.reference = ask->result->reference;
	settle.action = ask->result->action;
	settle.minute_ms = pay_settings()->resolve_minute_ms;
	store_charge_settle(call, &settle, settled);
}

void
pay_settle_log(const struct pay_settle_ask *ask, const struct store_call *call,
    const struct store_settled *settled)
{
	struct log_entry	entry = { .level = LOG_LEVEL_INFO, .event = "charge_settled" };

	entry.account_id = ask->account_id;
	entry.charge_id = ask->charge_id;
	entry.outcome = outcome_label(ask->result->outcome);
	entry.detail = ask->result->detail;
	if (ask->result->decline != DECLINE_NONE)
		entry.decline = decline_label(ask->result->decline);
	if (call->fault != FAULT_NONE) {
		/* Nothing is lost: the intent is in the books, the janitor asks again. */
		entry.level = LOG_LEVEL_WARNING;
		entry.event = "charge_settle_failed";
		entry.fault = fault_info(call->fault)->code;
		entry.sqlstate = call->sqlstate;
		entry.detail = call->detail;
	} else if (settled->contradicted) {
		entry.level = LOG_LEVEL_ALERT;
		entry.event = "charge_contradicted";
		entry.detail = "processor now says the opposite of what the books ended with";
	}
	log_write(&entry);
	if (call->fault == FAULT_NONE && (settled->changed || settled->contradicted))
		pay_metric_charge(ask->processor, ask->result, settled->contradicted);
}

struct store_card
pay_saved_card(const struct processor_saved *saved)
{
	struct store_card	card;

	card.token = saved->method;
	card.fingerprint = saved->fingerprint;
	card.brand = saved->brand;
	card.last4 = saved->last4;
	card.expiry_month = saved->expiry_month;
	card.expiry_year = saved->expiry_year;
	return card;
}
