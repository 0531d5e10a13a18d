/*
 * Runs the flow that knows how, and tells the queue what came of it.
 */
#include "jobs/job_reconcile.h"

#include "pay/pay_reconcile.h"

static void	reconciled(void *, enum fault);

void
job_reconcile(struct queue_run *run)
{
	pay_reconcile(queue_job(run), reconciled, run);
}

static void
reconciled(void *arg, enum fault fault)
{
	queue_end(arg, fault == FAULT_NONE ? QUEUE_DONE : QUEUE_FAILED, fault);
}
