/*
 * Asks the processor by the flows that know how, and tells the queue what came of it.
 */
#include "jobs/job_method.h"

#include "pay/pay_keep.h"

static void	kept(void *, const struct pay_resolved *);

void
job_method_save(struct queue_run *run)
{
	pay_keep(queue_job(run), kept, run);
}

void
job_method_forget(struct queue_run *run)
{
	pay_forget(queue_job(run), kept, run);
}

static void
kept(void *arg, const struct pay_resolved *what)
{
	queue_end(arg, what->has_ended ? QUEUE_DONE : QUEUE_FAILED, what->fault);
}
