/*
 * The flow behind the janitor, the same for all kinds of intents.  Started by job_resolve.c.
 */
#include "pay/pay_resolve.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "pay/pay_refund.h"
#include "pay/pay_settle.h"
#include "pay/pay_setup.h"
#include "processor/processor.h"

struct resolving {
	struct flow			 flow;		/* first: steps get this */
	struct store_job		 job;
	pay_resolved_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_intent		 intent;
	const struct processor		*processor;
	struct processor_saved		 saved;		/* its first member is all that charges and refunds use */
	struct store_settled		 charge;
	struct store_refund_settled	 refund;
	struct store_setup		 setup;
	struct pay_resolved		 resolved;
};

static enum flow_next	resolve_find(struct flow *);
static enum flow_next	resolve_look_up(struct flow *);
static enum flow_next	resolve_settle(struct flow *);
static enum flow_next	resolve_settled(struct flow *);
static enum flow_next	resolve_end(struct flow *);
static void		charge_look_up(struct resolving *);
static void		charge_settle(struct resolving *);
static bool		charge_settled(struct resolving *);
static void		refund_settle(struct resolving *);
static bool		refund_settled(struct resolving *);
static void		setup_look_up(struct resolving *);
static void		setup_settle(struct resolving *);
static bool		setup_settled(struct resolving *);

static const struct flow_step	resolve_steps[] = {
	STEP(resolve_find),		/* asks the books which processor has it               */
	STEP(resolve_look_up),		/* asks the processor what became of the key           */
	STEP(resolve_settle),		/* outcome -> books, by the one completion path        */
	STEP(resolve_settled),		/* logs it                                             */
	STEP(resolve_end),		/* tells the job                                       */
};

/* What differs between the kinds. */
static const struct {
	void	(*look_up)(struct resolving *);
	void	(*settle)(struct resolving *);
	bool	(*settled)(struct resolving *);		/* logs; says whether it has ended */
} kinds[JOB_KIND_COUNT] = {
	[JOB_CHARGE_RESOLVE] = { charge_look_up, charge_settle, charge_settled },
	[JOB_REFUND_RESOLVE] = { charge_look_up, refund_settle, refund_settled },
	[JOB_SETUP_RESOLVE] = { setup_look_up, setup_settle, setup_settled },
};

void
pay_resolve(const struct store_job *job, pay_resolved_done done, void *arg)
{
	struct resolving	*resolving;

	assert(kinds[job->kind].look_up != NULL);
	resolving = calloc(1, sizeof(*resolving));
	assert(resolving != NULL);
	resolving->job = *job;
	resolving->done = done;
	resolving->arg = arg;
	resolving->call.flow = &resolving->flow;
	resolving->saved.result.flow = &resolving->flow;
	FLOW_START(&resolving->flow, resolve_steps);
}

static enum flow_next
resolve_find(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;

	store_job_intent(&resolving->call, &resolving->job, &resolving->intent);
	return FLOW_WAIT;
}

static enum flow_next
resolve_look_up(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;

	if (resolving->call.fault != FAULT_NONE)
		return flow_fail(flow, resolving->call.fault, NULL);
	resolving->processor = processor_find(resolving->intent.processor);
	if (resolving->processor == NULL) {
		log_write(&(struct log_entry){ .level = LOG_LEVEL_ALERT,
		    .event = "intent_unresolvable", .account_id = resolving->job.account_id,
		    .operation = store_job_label(resolving->job.kind),
		    .detail = "this build has no connector for its processor" });
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	}
	kinds[resolving->job.kind].look_up(resolving);
	return FLOW_WAIT;
}

static enum flow_next
resolve_settle(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;

	kinds[resolving->job.kind].settle(resolving);
	return FLOW_WAIT;
}

static enum flow_next
resolve_settled(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;

	resolving->resolved.has_ended = kinds[resolving->job.kind].settled(resolving);
	if (resolving->call.fault != FAULT_NONE)
		return flow_fail(flow, resolving->call.fault, NULL);
	return FLOW_ON;
}

static enum flow_next
resolve_end(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;

	resolving->resolved.fault = flow->fault;
	resolving->done(resolving->arg, &resolving->resolved);
	free(resolving);
	return FLOW_END;
}

/* --- charges and refunds -------------------------------------------------------------------------- */

static void
charge_look_up(struct resolving *resolving)
{
	resolving->processor->look_up(resolving->job.account_id, resolving->job.subject,
	    &resolving->saved.result);
}

static struct pay_settle_ask
settle_ask(const struct resolving *resolving)
{
	struct pay_settle_ask	ask;

	ask.account_id = resolving->job.account_id;
	ask.charge_id = resolving->job.subject;
	ask.result = &resolving->saved.result;
	ask.processor = resolving->processor;
	return ask;
}

static void
charge_settle(struct resolving *resolving)
{
	struct pay_settle_ask	ask = settle_ask(resolving);

	pay_settle(&resolving->call, &ask, &resolving->charge);
}

static bool
charge_settled(struct resolving *resolving)
{
	struct pay_settle_ask	ask = settle_ask(resolving);

	pay_settle_log(&ask, &resolving->call, &resolving->charge);
	return charge_is_final(resolving->charge.status);
}

static void
refund_settle(struct resolving *resolving)
{
	const struct processor_result	*result = &resolving->saved.result;
	struct store_refund_settle_ask	 ask;

	ask.account_id = resolving->job.account_id;
	ask.refund_id = resolving->job.subject;
	ask.outcome = result->outcome;
	ask.decline = result->decline;
	ask.reference = result->reference;
	ask.minute_ms = pay_settings()->resolve_minute_ms;
	store_refund_settle(&resolving->call, &ask, &resolving->refund);
}

static bool
refund_settled(struct resolving *resolving)
{
	pay_refund_log(&(struct pay_refund_log){ resolving->job.account_id, resolving->job.subject,
	    resolving->processor, &resolving->saved.result, &resolving->call, &resolving->refund });
	return charge_is_final(resolving->refund.status);
}

/* --- setups ----------------------------------------------------------------------------------------- */

static void
setup_look_up(struct resolving *resolving)
{
	char	key[PAY_SETUP_KEY_SIZE];

	pay_setup_key(resolving->job.subject, resolving->intent.attempt, key);
	resolving->processor->look_up_saved(resolving->job.account_id, key, &resolving->saved);
}

static void
setup_settle(struct resolving *resolving)
{
	struct pay_setup_attempt	attempt;

	attempt.setup_id = resolving->job.subject;
	attempt.attempt = resolving->intent.attempt;
	pay_setup_settle(&resolving->call, &resolving->saved, &attempt, &resolving->setup);
}

static bool
setup_settled(struct resolving *resolving)
{
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "setup_settled",
	    .account_id = resolving->job.account_id, .session_id = resolving->job.subject,
	    .outcome = outcome_label(resolving->saved.result.outcome),
	    .detail = resolving->saved.result.detail });
	return resolving->setup.status == SETUP_SUCCEEDED || resolving->setup.status == SETUP_FAILED;
}
