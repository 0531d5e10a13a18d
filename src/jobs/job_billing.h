/*
 * The job of external billing: one report to the platform.
 */
#ifndef JOB_BILLING_H
#define JOB_BILLING_H

#include "jobs/queue.h"

/** job_billing(run): The job's subject names the report. */
void	job_billing(struct queue_run *);

#endif /* !JOB_BILLING_H */
