/*
 * The operator's job: an account's books are compared with what its processor remembers.
 */
#ifndef JOB_RECONCILE_H
#define JOB_RECONCILE_H

#include "jobs/queue.h"

/** job_reconcile(run): Ends by queue_end(); what stops it is tried again. */
void	job_reconcile(struct queue_run *);

#endif /* !JOB_RECONCILE_H */
