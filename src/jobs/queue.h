/*
 * The queue runner: in each worker of each node, takes jobs that are due, runs them side by side, and tells
 * the books what came of them.  A job that is taken and never ends comes back when its lease is over.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "base/settings.h"
#include "store/store_job.h"

/* How a job can end for the queue. */
enum queue_end {
	QUEUE_DONE,		/* nothing is left to do; the row may be gone already */
	QUEUE_NOT_YET,		/* asked, no end: on to the next step of its schedule */
	QUEUE_FAILED		/* could not be done: again after a while */
};

struct queue_run;		/* one job under way */

/** queue_job(run): Which job; lent until queue_end(). */
const struct store_job	*queue_job(const struct queue_run *);

/** queue_end(run, end, fault): The job has come to this; ${fault} with QUEUE_FAILED.  Once a run. */
void			 queue_end(struct queue_run *, enum queue_end, enum fault);

/** queue_start(settings): Once a worker; from then on it looks every jobs_poll_ms, and when woken. */
void			 queue_start(const struct settings *);

/** queue_wake(): Something is due now (LISTEN on STORE_JOB_CHANNEL). */
void			 queue_wake(void);

/** queue_stop(): Take no job any more; those that run go on. */
void			 queue_stop(void);

/** queue_running(): Jobs that are taken and have not come to their end here. */
unsigned		 queue_running(void);

/**
 * queue_leave():
 * This process ends: give back what runs, so that others need not wait for the end of its lease.  What
 * it has begun may still come to its effect, as when a worker dies: effects have keys of their own.
 */
void			 queue_leave(void);

#endif /* !QUEUE_H */
