/*
 * Jobs about kept cards: the card of a charge is kept, a removed one is forgotten.
 */
#ifndef JOB_METHOD_H
#define JOB_METHOD_H

#include "jobs/queue.h"

/** job_method_save(run), job_method_forget(run): End by queue_end(). */
void	job_method_save(struct queue_run *);
void	job_method_forget(struct queue_run *);

#endif /* !JOB_METHOD_H */
