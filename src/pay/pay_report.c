/*
 * The flow that reports.  Started by job_billing.c.
 */
#include "pay/pay_report.h"

#include <assert.h>
#include <stdlib.h>

#include "base/crash.h"
#include "base/log.h"
#include "platform/platform_billing.h"
#include "store/store_billing.h"

struct reporting {
	struct flow		 flow;		/* first: steps get this */
	struct store_job	 job;
	pay_reported_done	 done;
	void			*arg;
	struct store_call	 call;
	struct store_report	 report;
	struct platform_said	 said;
	struct pay_reported	 reported;
};

static enum flow_next	report_find(struct flow *);
static enum flow_next	report_say(struct flow *);
static enum flow_next	report_said(struct flow *);
static enum flow_next	report_written(struct flow *);
static enum flow_next	report_end(struct flow *);
static void		report_log(const struct reporting *);

static const struct flow_step	report_steps[] = {
	STEP(report_find),		/* asks the books what there is to say                 */
	STEP(report_say),		/* tells the platform                                  */
	STEP(report_said),		/* asks the books to keep that it was told, or to put it off */
	STEP(report_written),
	STEP(report_end),		/* tells the job                                       */
};

void
pay_report(const struct store_job *job, pay_reported_done done, void *arg)
{
	struct reporting	*reporting;

	reporting = calloc(1, sizeof(*reporting));
	assert(reporting != NULL);
	reporting->job = *job;
	reporting->done = done;
	reporting->arg = arg;
	reporting->call.flow = &reporting->flow;
	reporting->said.flow = &reporting->flow;
	FLOW_START(&reporting->flow, report_steps);
}

static enum flow_next
report_find(struct flow *flow)
{
	struct reporting	*reporting = (struct reporting *)flow;

	store_billing_report(&reporting->call, &reporting->job, &reporting->report);
	return FLOW_WAIT;
}

static enum flow_next
report_say(struct flow *flow)
{
	struct reporting		*reporting = (struct reporting *)flow;
	const struct store_report	*report = &reporting->report;
	struct platform_bill		 bill;

	if (reporting->call.fault != FAULT_NONE)
		return flow_fail(flow, reporting->call.fault, NULL);
	if (reporting->call.rows == 0) {
		reporting->reported.has_ended = true;
		return FLOW_END;
	}
	bill.user_type = report->is_company ? PLATFORM_COMPANY : PLATFORM_LOCATION;
	bill.reference = report->reference.text;
	bill.subscription = report->is_recurring ? report->order_id : NULL;
	bill.payment = report->charge_id;
	bill.amount = report->price;
	bill.is_paid = report->state == BILLING_PAID;
	bill.is_recurring = report->is_recurring;
	platform_billing_report(&bill, &reporting->said);
	return FLOW_WAIT;
}

static enum flow_next
report_said(struct flow *flow)
{
	struct reporting	*reporting = (struct reporting *)flow;

	crash_point("report_before_told");
	report_log(reporting);
	if (reporting->said.verdict == PLATFORM_DONE)
		store_billing_told(&reporting->call, &reporting->job);
	else
		store_billing_missed(&reporting->call, &reporting->job, &reporting->reported.is_put_off);
	return FLOW_WAIT;
}

static enum flow_next
report_written(struct flow *flow)
{
	struct reporting	*reporting = (struct reporting *)flow;

	if (reporting->call.fault != FAULT_NONE)
		return flow_fail(flow, reporting->call.fault, NULL);
	if (reporting->said.verdict == PLATFORM_DONE)
		reporting->reported.has_ended = true;
	else if (!reporting->reported.is_put_off)
		return flow_fail(flow, platform_verdict_fault(reporting->said.verdict), NULL);
	return FLOW_ON;
}

static enum flow_next
report_end(struct flow *flow)
{
	struct reporting	*reporting = (struct reporting *)flow;

	reporting->reported.fault = flow->fault;
	reporting->done(reporting->arg, &reporting->reported);
	free(reporting);
	return FLOW_END;
}

static void
report_log(const struct reporting *reporting)
{
	bool	is_told = reporting->said.verdict == PLATFORM_DONE;

	log_write(&(struct log_entry){ .level = is_told ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
	    .event = is_told ? "billing_reported" : "billing_not_reported",
	    .account_id = reporting->job.account_id, .subject = reporting->job.subject,
	    .outcome = billing_state_label(reporting->report.state),
	    .fault = is_told ? NULL : fault_info(platform_verdict_fault(reporting->said.verdict))->code,
	    .detail = reporting->said.detail });
}
