/*
 * Taking, running, giving back.  What each kind of job does is in a file of its own (job_<kind>.c).
 */
#include "jobs/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "io/loop.h"
#include "jobs/job_billing.h"
#include "jobs/job_install.h"
#include "jobs/job_method.h"
#include "jobs/job_reconcile.h"
#include "jobs/job_resolve.h"

#define RUNS_MAX		16	/* jobs side by side in one worker; the rest waits */
#define TRIES_MAX		10	/* taken so often without getting anywhere: dead */
#define LEASE_SLACK_MS		10000	/* beyond the time limits of what a job asks */
#define BACKOFF_FIRST_MS	1000
#define BACKOFF_MOST_MS		300000

struct queue_run {
	struct flow		 flow;		/* first: steps get this */
	struct store_job	 job;
	struct store_call	 call;
	enum queue_end		 end;
	enum fault		 fault;
	bool			 is_dead;
	bool			 is_reporting;
};

/* A job that is given back; ${running} counts it until the books know. */
struct queue_return {
	struct flow		 flow;		/* first: steps get this */
	struct store_job	 job;
	struct store_call	 call;
};

/* One taking at a time in a process. */
static struct {
	struct flow		 flow;		/* first: steps get this */
	const struct settings	*settings;
	struct store_call	 call;
	struct store_job	 jobs[RUNS_MAX];
	int			 wanted;	/* how many were asked for */
	struct queue_run	*runs[RUNS_MAX];	/* those under way, in no order */
	int			 running;
	int			 returning;
	bool			 is_taking, is_woken, is_stopped;
} queue;

static enum flow_next	queue_take(struct flow *);
static enum flow_next	queue_taken(struct flow *);
static enum flow_next	queue_rest(struct flow *);
static enum flow_next	run_begin(struct flow *);
static enum flow_next	run_report(struct flow *);
static enum flow_next	run_end(struct flow *);
static enum flow_next	return_ask(struct flow *);
static enum flow_next	return_end(struct flow *);
static void		queue_poll(void *);
static void		run_start(const struct store_job *);
static void		run_remove(const struct queue_run *);
static void		return_start(const struct store_job *);
static int64_t		backoff_ms(int);
static void		dead_log(const struct store_job *, enum fault);

static const struct flow_step	take_steps[] = {
	STEP(queue_take),		/* asks the books what is due, and takes it            */
	STEP(queue_taken),		/* starts one run for each                             */
	STEP(queue_rest),
};

static const struct flow_step	run_steps[] = {
	STEP(run_begin),		/* starts the job, waits for queue_end()               */
	STEP(run_report),		/* tells the books what came of it                     */
	STEP(run_end),
};

static const struct flow_step	return_steps[] = {
	STEP(return_ask),		/* tells the books that anybody may take it            */
	STEP(return_end),
};

/* Which file does which kind. */
static void	(*const starts[JOB_KIND_COUNT])(struct queue_run *) = {
	[JOB_CHARGE_RESOLVE] = job_resolve,
	[JOB_REFUND_RESOLVE] = job_resolve,
	[JOB_SETUP_RESOLVE] = job_resolve,
	[JOB_METHOD_SAVE] = job_method_save,
	[JOB_METHOD_FORGET] = job_method_forget,
	[JOB_COMPANY_LIST] = job_install,
	[JOB_LOCATION_CONNECT] = job_install,
	[JOB_LOCATION_LEAVE] = job_install,
	[JOB_TOKEN_REFRESH] = job_install,
	[JOB_BILLING_REPORT] = job_billing,
	[JOB_PROCESSOR_RECONCILE] = job_reconcile,
};

void
queue_start(const struct settings *settings)
{
	queue.settings = settings;
	queue.call.flow = &queue.flow;
	loop_after((uint64_t)settings->jobs_poll_ms, queue_poll, NULL);
}

void
queue_wake(void)
{
	if (queue.settings == NULL || queue.is_stopped)
		return;
	if (queue.is_taking || queue.running == RUNS_MAX) {
		queue.is_woken = true;	/* looks again as soon as it can */
		return;
	}
	queue.is_taking = true;
	queue.is_woken = false;
	FLOW_START(&queue.flow, take_steps);
}

const struct store_job *
queue_job(const struct queue_run *run)
{
	return &run->job;
}

void
queue_end(struct queue_run *run, enum queue_end end, enum fault fault)
{
	run->end = end;
	run->fault = fault;
	flow_wake(&run->flow);
}

void
queue_stop(void)
{
	queue.is_stopped = true;
}

unsigned
queue_running(void)
{
	return (unsigned)(queue.running + queue.returning) + (queue.is_taking ? 1 : 0);
}

void
queue_leave(void)
{
	/* From behind, since each that goes is replaced by the last.  One that reports is given its time. */
	for (int i = queue.running - 1; i >= 0; i--) {
		if (!queue.runs[i]->is_reporting) {
			return_start(&queue.runs[i]->job);
			run_remove(queue.runs[i]);
		}
	}
}

static void
queue_poll(void *arg)
{
	(void)arg;
	queue_wake();
	loop_after((uint64_t)queue.settings->jobs_poll_ms, queue_poll, NULL);
}

static enum flow_next
queue_take(struct flow *flow)
{
	struct store_job_take_ask	ask;

	(void)flow;
	ask.lease_ms = queue.settings->processor_timeout_ms + 3 * queue.settings->database_timeout_ms +
	    LEASE_SLACK_MS;
	ask.tries_max = TRIES_MAX;
	queue.wanted = RUNS_MAX - queue.running;
	ask.limit = queue.wanted;
	store_job_take(&queue.call, &ask, queue.jobs);
	return FLOW_WAIT;
}

static enum flow_next
queue_taken(struct flow *flow)
{
	if (queue.call.fault != FAULT_NONE) {
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING,
		    .event = "jobs_not_taken", .fault = fault_info(queue.call.fault)->code,
		    .sqlstate = queue.call.sqlstate, .detail = queue.call.detail });
		return flow_fail(flow, queue.call.fault, NULL);
	}
	for (int i = 0; i < queue.call.rows; i++) {
		crash_point("job_after_take");
		if (queue.jobs[i].is_dead)
			dead_log(&queue.jobs[i], FAULT_NONE);
		else if (queue.is_stopped)
			return_start(&queue.jobs[i]);	/* SIGTERM came while it was taken */
		else
			run_start(&queue.jobs[i]);
	}
	/* As many as were asked for: there may be more. */
	if (queue.call.rows == queue.wanted)
		queue.is_woken = true;
	return FLOW_ON;
}

static enum flow_next
queue_rest(struct flow *flow)
{
	(void)flow;
	queue.is_taking = false;
	if (queue.is_woken && queue.call.fault == FAULT_NONE && queue.running < RUNS_MAX)
		queue_wake();
	return FLOW_END;
}

static void
run_start(const struct store_job *job)
{
	struct queue_run	*run;

	run = calloc(1, sizeof(*run));
	assert(run != NULL);
	run->job = *job;
	run->call.flow = &run->flow;
	queue.runs[queue.running++] = run;
	FLOW_START(&run->flow, run_steps);
}

static enum flow_next
run_begin(struct flow *flow)
{
	struct queue_run	*run = (struct queue_run *)flow;

	starts[run->job.kind](run);
	return FLOW_WAIT;
}

static enum flow_next
run_report(struct flow *flow)
{
	struct queue_run		*run = (struct queue_run *)flow;
	struct store_job_fail_ask	 ask;

	crash_point("job_before_end");
	run->is_reporting = true;
	if (run->end == QUEUE_NOT_YET && run->job.is_planned) {
		run->fault = FAULT_NONE;
		store_job_move(&run->call, &run->job, queue.settings->resolve_minute_ms, &run->is_dead);
		return FLOW_WAIT;
	}
	if (run->end == QUEUE_FAILED) {
		ask.fault = fault_info(run->fault)->code;
		ask.after_ms = backoff_ms(run->job.tries);
		ask.tries_max = TRIES_MAX;
		store_job_fail(&run->call, &run->job, &ask, &run->is_dead);
		return FLOW_WAIT;
	}
	/* One that had no plan when it was taken got one from the answer itself (kassa.job_plan). */
	if (run->end == QUEUE_NOT_YET)
		return FLOW_END;
	store_job_done(&run->call, &run->job);
	return FLOW_WAIT;
}

static enum flow_next
run_end(struct flow *flow)
{
	struct queue_run	*run = (struct queue_run *)flow;

	if (run->call.fault != FAULT_NONE) {
		/* Its lease brings it back. */
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING, .event = "job_not_reported",
		    .account_id = run->job.account_id, .operation = store_job_label(run->job.kind),
		    .fault = fault_info(run->call.fault)->code, .sqlstate = run->call.sqlstate,
		    .detail = run->call.detail });
	} else if (run->is_dead) {
		dead_log(&run->job, run->fault);
	}
	run_remove(run);
	free(run);
	if (queue.is_woken && !queue.is_taking)
		queue_wake();
	return FLOW_END;
}

static void
run_remove(const struct queue_run *run)
{
	for (int i = 0; i < queue.running; i++) {
		if (queue.runs[i] == run) {
			queue.runs[i] = queue.runs[--queue.running];
			return;
		}
	}
}

static void
return_start(const struct store_job *job)
{
	struct queue_return	*give;

	give = calloc(1, sizeof(*give));
	assert(give != NULL);
	give->job = *job;
	give->call.flow = &give->flow;
	queue.returning++;
	FLOW_START(&give->flow, return_steps);
}

static enum flow_next
return_ask(struct flow *flow)
{
	struct queue_return	*give = (struct queue_return *)flow;

	store_job_return(&give->call, &give->job);
	return FLOW_WAIT;
}

/* When the books cannot be told, its lease brings it back. */
static enum flow_next
return_end(struct flow *flow)
{
	struct queue_return	*give = (struct queue_return *)flow;

	if (give->call.fault != FAULT_NONE)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING, .event = "job_not_returned",
		    .account_id = give->job.account_id, .operation = store_job_label(give->job.kind),
		    .fault = fault_info(give->call.fault)->code, .sqlstate = give->call.sqlstate });
	queue.returning--;
	free(give);
	return FLOW_END;
}

/* Doubles with each try; half of it is jitter, so that workers do not come back in step. */
static int64_t
backoff_ms(int tries)
{
	int64_t	ms = BACKOFF_FIRST_MS;

	for (int i = 1; i < tries && ms < BACKOFF_MOST_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MOST_MS)
		ms = BACKOFF_MOST_MS;
	return ms / 2 + clock_now_us() % (ms / 2);
}

/* The operator has to look: kassactl jobs dead. */
static void
dead_log(const struct store_job *job, enum fault fault)
{
	struct log_entry	entry = { .level = LOG_LEVEL_ALERT, .event = "job_dead" };

	entry.account_id = job->account_id;
	entry.operation = store_job_label(job->kind);
	entry.count = job->job_id;
	entry.fault = fault != FAULT_NONE ? fault_info(fault)->code : NULL;
	entry.detail = "given up: see kassactl jobs dead";
	/* A setup's id is a capability. */
	if (job->kind == JOB_SETUP_RESOLVE)
		entry.session_id = job->subject;
	else
		entry.subject = job->subject;
	log_write(&entry);
}
