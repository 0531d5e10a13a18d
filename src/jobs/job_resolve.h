/*
 * The janitor's job: an intent without an end is asked about.
 */
#ifndef JOB_RESOLVE_H
#define JOB_RESOLVE_H

#include "jobs/queue.h"

/** job_resolve(run): For charges, refunds and setups; ends by queue_end(). */
void	job_resolve(struct queue_run *);

#endif /* !JOB_RESOLVE_H */
