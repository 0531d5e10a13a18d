/*
 * The flow behind the janitor.  Started by job_resolve.c.
 */
#include "pay/pay_resolve.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "pay/pay_settle.h"
#include "processor/processor.h"

struct resolving {
	struct flow		 flow;		/* first: steps get this */
	struct store_due	 due;
	void			(*done)(void *);
	void			*arg;
	struct store_call	 call;
	struct processor_result	 result;
	struct store_settled	 settled;
};

static enum flow_next	resolve_look_up(struct flow *);
static enum flow_next	resolve_settle(struct flow *);
static enum flow_next	resolve_settled(struct flow *);
static enum flow_next	resolve_end(struct flow *);

static const struct flow_step	resolve_steps[] = {
	STEP(resolve_look_up),		/* asks the processor what became of the key           */
	STEP(resolve_settle),		/* outcome -> books, by the one completion path        */
	STEP(resolve_settled),		/* logs it                                             */
	STEP(resolve_end),		/* tells the job                                       */
};

void
pay_resolve(const struct store_due *due, void (*done)(void *), void *arg)
{
	struct resolving	*resolving;

	resolving = calloc(1, sizeof(*resolving));
	assert(resolving != NULL);
	resolving->due = *due;
	resolving->done = done;
	resolving->arg = arg;
	resolving->call.flow = &resolving->flow;
	resolving->result.flow = &resolving->flow;
	FLOW_START(&resolving->flow, resolve_steps);
}

static enum flow_next
resolve_look_up(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;
	const struct processor	*processor;

	processor = processor_find(resolving->due.processor);
	if (processor == NULL) {
		log_write(&(struct log_entry){ .level = LOG_LEVEL_ALERT,
		    .event = "charge_unresolvable", .account_id = resolving->due.account_id,
		    .charge_id = resolving->due.charge_id,
		    .detail = "this build has no connector for the charge's processor" });
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	}
	processor->look_up(resolving->due.account_id, resolving->due.charge_id, &resolving->result);
	return FLOW_WAIT;
}

static struct pay_settle_ask
settle_ask(const struct resolving *resolving)
{
	struct pay_settle_ask	ask;

	ask.account_id = resolving->due.account_id;
	ask.charge_id = resolving->due.charge_id;
	ask.result = &resolving->result;
	return ask;
}

static enum flow_next
resolve_settle(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;
	struct pay_settle_ask	 ask = settle_ask(resolving);

	pay_settle(&resolving->call, &ask, &resolving->settled);
	return FLOW_WAIT;
}

static enum flow_next
resolve_settled(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;
	struct pay_settle_ask	 ask = settle_ask(resolving);

	pay_settle_log(&ask, &resolving->call, &resolving->settled);
	return FLOW_ON;
}

static enum flow_next
resolve_end(struct flow *flow)
{
	struct resolving	*resolving = (struct resolving *)flow;

	resolving->done(resolving->arg);
	free(resolving);
	return FLOW_END;
}
