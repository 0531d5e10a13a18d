/*
 * A simple loop: take what is due (no two workers take the same), resolve it, look again.
 * The queue of jobs will take its place.
 */
#include "jobs/job_resolve.h"

#include "base/log.h"
#include "io/loop.h"
#include "pay/pay_resolve.h"
#include "store/store_charge.h"

#define DUE_MAX	16	/* resolved side by side; the rest waits for the next round */

/* One round at a time in a process. */
static struct {
	struct flow		 flow;		/* first: steps get this */
	const struct settings	*settings;
	struct store_call	 call;
	struct store_due	 due[DUE_MAX];
	int			 under_way;
} janitor;

static enum flow_next	round_take(struct flow *);
static enum flow_next	round_resolve(struct flow *);
static enum flow_next	round_end(struct flow *);
static void		round_begin(void *);
static void		round_resolved(void *);

static const struct flow_step	round_steps[] = {
	STEP(round_take),		/* asks the books what is due, and takes it            */
	STEP(round_resolve),		/* starts one flow for each, waits for all             */
	STEP(round_end),		/* sets the clock for the next round                   */
};

void
job_resolve_start(const struct settings *settings)
{
	janitor.settings = settings;
	janitor.call.flow = &janitor.flow;
	loop_after((uint64_t)settings->resolve_every_ms, round_begin, NULL);
}

static void
round_begin(void *arg)
{
	(void)arg;
	FLOW_START(&janitor.flow, round_steps);
}

static enum flow_next
round_take(struct flow *flow)
{
	(void)flow;
	store_charge_take_due(&janitor.call, janitor.settings->processor_timeout_ms +
	    janitor.settings->resolve_after_ms, janitor.due, DUE_MAX);
	return FLOW_WAIT;
}

static enum flow_next
round_resolve(struct flow *flow)
{
	if (janitor.call.fault != FAULT_NONE) {
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING,
		    .event = "resolve_failed", .fault = fault_info(janitor.call.fault)->code,
		    .sqlstate = janitor.call.sqlstate, .detail = janitor.call.detail });
		return flow_fail(flow, janitor.call.fault, NULL);
	}
	janitor.under_way = janitor.call.rows;
	for (int i = 0; i < janitor.call.rows; i++)
		pay_resolve(&janitor.due[i], round_resolved, NULL);
	return janitor.call.rows == 0 ? FLOW_ON : FLOW_WAIT;
}

static void
round_resolved(void *arg)
{
	(void)arg;
	if (--janitor.under_way == 0)
		flow_wake(&janitor.flow);
}

static enum flow_next
round_end(struct flow *flow)
{
	(void)flow;
	loop_after((uint64_t)janitor.settings->resolve_every_ms, round_begin, NULL);
	return FLOW_END;
}
