/*
 * Starts the flow of install/ that does it, and tells the queue what came of it.
 */
#include "jobs/job_install.h"

#include "install/install_job.h"

static void	installed(void *, enum fault);
static void	renewed(void *, enum fault);

void
job_install(struct queue_run *run)
{
	const struct store_job	*job = queue_job(run);

	switch (job->kind) {
	case JOB_COMPANY_LIST:
		install_list(job->account_id, installed, run);
		break;
	case JOB_LOCATION_CONNECT:
		install_connect(job->account_id, installed, run);
		break;
	case JOB_LOCATION_LEAVE:
		install_leave(job->account_id, installed, run);
		break;
	default:
		install_renew(job->account_id, renewed, run);
		break;
	}
}

static void
installed(void *arg, enum fault fault)
{
	struct queue_run	*run = arg;

	queue_end(run, fault == FAULT_NONE ? QUEUE_DONE : QUEUE_FAILED, fault);
}

/*
 * A new pair has put this very job to its own time, and so has a pause (kassa.token_put, token_give_up).  Where no
 * token can be got any more, the installation says so; asking again would change nothing.
 */
static void
renewed(void *arg, enum fault fault)
{
	struct queue_run	*run = arg;

	if (fault == FAULT_NONE || fault == FAULT_INSTALLATION_PAUSED)
		queue_end(run, QUEUE_NOT_YET, FAULT_NONE);
	else if (fault == FAULT_INSTALLATION_UNKNOWN || fault == FAULT_INSTALLATION_DEAD)
		queue_end(run, QUEUE_DONE, FAULT_NONE);
	else
		queue_end(run, QUEUE_FAILED, fault);
}
