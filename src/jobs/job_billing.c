/*
 * Starts the flow that reports, and tells the queue what came of it.
 */
#include "jobs/job_billing.h"

#include "pay/pay_report.h"

static void	reported(void *, const struct pay_reported *);

void
job_billing(struct queue_run *run)
{
	pay_report(queue_job(run), reported, run);
}

/* One that was said in vain has its own time already (kassa.billing_report_missed). */
static void
reported(void *arg, const struct pay_reported *what)
{
	struct queue_run	*run = arg;

	if (what->has_ended)
		queue_end(run, QUEUE_DONE, FAULT_NONE);
	else if (what->is_put_off)
		queue_end(run, QUEUE_NOT_YET, FAULT_NONE);
	else
		queue_end(run, QUEUE_FAILED, what->fault);
}
