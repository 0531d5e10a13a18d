/*
 * The engine that walks a flow through its table of steps.  A loop, not a recursion: a step that is
 * woken while it runs only leaves a note.
 */
#include "io/flow.h"

#include <assert.h>

static void	flow_walk(struct flow *);

void
flow_start(struct flow *flow, const struct flow_step *steps, size_t count)
{
	assert(count >= 1);
	flow->steps = steps;
	flow->count = count;
	flow->at = 0;
	flow->running = false;
	flow->waiting = false;
	flow->woken = false;
	flow->fault = FAULT_NONE;
	flow->detail = NULL;
	flow_walk(flow);
}

void
flow_wake(struct flow *flow)
{
	if (flow->waiting) {
		flow->waiting = false;
		flow_walk(flow);
		return;
	}
	/* The answer was faster than the step that asked: its WAIT will go straight on. */
	assert(flow->running);
	flow->woken = true;
}

enum flow_next
flow_fail(struct flow *flow, enum fault fault, const char *detail)
{
	assert(fault != FAULT_NONE);
	flow->fault = fault;
	flow->detail = detail;
	return FLOW_END;
}

static void
flow_walk(struct flow *flow)
{
	size_t		last;
	enum flow_next	next;

	last = flow->count - 1;
	flow->running = true;
	while (flow->at < last) {
		next = flow->steps[flow->at].run(flow);
		flow->at = next == FLOW_END ? last : flow->at + 1;
		if (next != FLOW_WAIT)
			continue;
		if (!flow->woken) {
			flow->running = false;
			flow->waiting = true;
			return;
		}
		flow->woken = false;
	}
	/* It frees the context, so nothing of it may be read afterwards. */
	(void)flow->steps[last].run(flow);
}
