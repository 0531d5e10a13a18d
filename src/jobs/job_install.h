/*
 * Jobs of an installation: list, connect, leave, renew.
 */
#ifndef JOB_INSTALL_H
#define JOB_INSTALL_H

#include "jobs/queue.h"

/** job_install(run): The job's account_id is the installation's id. */
void	job_install(struct queue_run *);

#endif /* !JOB_INSTALL_H */
