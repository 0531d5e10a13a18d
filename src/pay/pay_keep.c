/*
 * The flows that keep and forget.  Started by job_method.c.
 */
#include "pay/pay_keep.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "pay/pay_settle.h"
#include "processor/processor.h"
#include "store/store_kept.h"

struct keeping {
	struct flow		 flow;		/* first: steps get this */
	struct store_job	 job;
	pay_resolved_done	 done;
	void			*arg;
	struct store_call	 call;
	struct store_intent	 intent;
	const struct processor	*processor;
	struct processor_saved	 saved;
	struct id		 method;
	struct pay_resolved	 resolved;
};

static enum flow_next	keep_find(struct flow *);
static enum flow_next	keep_look_up(struct flow *);
static enum flow_next	keep_write(struct flow *);
static enum flow_next	keep_written(struct flow *);
static enum flow_next	forget_tell(struct flow *);
static enum flow_next	forget_told(struct flow *);
static enum flow_next	keep_end(struct flow *);
static struct keeping	*keeping_new(const struct store_job *, pay_resolved_done, void *);
static bool		 processor_is_there(struct keeping *);

static const struct flow_step	keep_steps[] = {
	STEP(keep_find),		/* asks the books which processor has the charge       */
	STEP(keep_look_up),		/* asks it which card it keeps                         */
	STEP(keep_write),		/* asks the books to keep it for the contact           */
	STEP(keep_written),
	STEP(keep_end),			/* tells the job                                       */
};

static const struct flow_step	forget_steps[] = {
	STEP(keep_find),		/* asks the books which processor has the card         */
	STEP(forget_tell),		/* tells it                                            */
	STEP(forget_told),
	STEP(keep_end),
};

void
pay_keep(const struct store_job *job, pay_resolved_done done, void *arg)
{
	struct keeping	*keeping = keeping_new(job, done, arg);

	FLOW_START(&keeping->flow, keep_steps);
}

void
pay_forget(const struct store_job *job, pay_resolved_done done, void *arg)
{
	struct keeping	*keeping = keeping_new(job, done, arg);

	FLOW_START(&keeping->flow, forget_steps);
}

static struct keeping *
keeping_new(const struct store_job *job, pay_resolved_done done, void *arg)
{
	struct keeping	*keeping;

	keeping = calloc(1, sizeof(*keeping));
	assert(keeping != NULL);
	keeping->job = *job;
	keeping->done = done;
	keeping->arg = arg;
	keeping->call.flow = &keeping->flow;
	keeping->saved.result.flow = &keeping->flow;
	return keeping;
}

static enum flow_next
keep_find(struct flow *flow)
{
	struct keeping	*keeping = (struct keeping *)flow;

	store_job_intent(&keeping->call, &keeping->job, &keeping->intent);
	return FLOW_WAIT;
}

static bool
processor_is_there(struct keeping *keeping)
{
	keeping->processor = processor_find(keeping->intent.processor);
	return keeping->call.rows == 1 && keeping->processor != NULL;
}

static enum flow_next
keep_look_up(struct flow *flow)
{
	struct keeping	*keeping = (struct keeping *)flow;

	if (keeping->call.fault != FAULT_NONE)
		return flow_fail(flow, keeping->call.fault, NULL);
	if (!processor_is_there(keeping))
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	keeping->processor->look_up_saved(keeping->job.account_id, keeping->job.subject,
	    &keeping->saved);
	return FLOW_WAIT;
}

static enum flow_next
keep_write(struct flow *flow)
{
	struct keeping		*keeping = (struct keeping *)flow;
	struct processor_saved	*saved = &keeping->saved;
	struct store_keep_ask	 ask;

	if (saved->result.outcome != OUTCOME_SUCCEEDED)
		return flow_fail(flow, FAULT_PROCESSOR_UNAVAILABLE, NULL);
	if (saved->method[0] == '\0') {
		/* Agreed, charged, but not kept: nothing more can be done, and nobody lost money. */
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING, .event = "card_not_kept",
		    .account_id = keeping->job.account_id, .charge_id = keeping->job.subject });
		keeping->resolved.has_ended = true;
		return FLOW_END;
	}
	ask.account_id = keeping->job.account_id;
	ask.charge_id = keeping->job.subject;
	ask.card = pay_saved_card(saved);
	store_kept_keep(&keeping->call, &ask, &keeping->method);
	return FLOW_WAIT;
}

static enum flow_next
keep_written(struct flow *flow)
{
	struct keeping	*keeping = (struct keeping *)flow;

	if (keeping->call.fault != FAULT_NONE)
		return flow_fail(flow, keeping->call.fault, NULL);
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "card_kept",
	    .account_id = keeping->job.account_id, .charge_id = keeping->job.subject,
	    .subject = keeping->method.text });
	keeping->resolved.has_ended = true;
	return FLOW_ON;
}

static enum flow_next
forget_tell(struct flow *flow)
{
	struct keeping	*keeping = (struct keeping *)flow;

	if (keeping->call.fault != FAULT_NONE)
		return flow_fail(flow, keeping->call.fault, NULL);
	if (keeping->call.rows == 0) {
		/* Saved again in the meantime: its token is a new one, and wanted. */
		keeping->resolved.has_ended = true;
		return FLOW_END;
	}
	if (!processor_is_there(keeping))
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	keeping->processor->forget(keeping->job.account_id, keeping->intent.token,
	    &keeping->saved.result);
	return FLOW_WAIT;
}

static enum flow_next
forget_told(struct flow *flow)
{
	struct keeping	*keeping = (struct keeping *)flow;

	if (keeping->saved.result.outcome != OUTCOME_SUCCEEDED)
		return flow_fail(flow, FAULT_PROCESSOR_UNAVAILABLE, NULL);
	keeping->resolved.has_ended = true;
	return FLOW_ON;
}

static enum flow_next
keep_end(struct flow *flow)
{
	struct keeping	*keeping = (struct keeping *)flow;

	keeping->resolved.fault = flow->fault;
	keeping->done(keeping->arg, &keeping->resolved);
	free(keeping);
	return FLOW_END;
}
