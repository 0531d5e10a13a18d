/*
 * Asks the processor by the flow that knows how, and tells the queue what came of it.
 */
#include "jobs/job_resolve.h"

#include "pay/pay_resolve.h"

static void	resolved(void *, const struct pay_resolved *);

void
job_resolve(struct queue_run *run)
{
	pay_resolve(queue_job(run), resolved, run);
}

static void
resolved(void *arg, const struct pay_resolved *what)
{
	struct queue_run	*run = arg;

	if (what->fault != FAULT_NONE)
		queue_end(run, QUEUE_FAILED, what->fault);
	else
		queue_end(run, what->has_ended ? QUEUE_DONE : QUEUE_NOT_YET, FAULT_NONE);
}
