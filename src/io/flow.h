/*
 * A use case with waits in it: a table of steps over one context, read from top to bottom.
 * A flow does not know who started it, and runs to its end when its caller has left.
 */
#ifndef FLOW_H
#define FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

enum flow_next {
	FLOW_ON,	/* go on with the next step now */
	FLOW_WAIT,	/* go on with the next step when flow_wake() is called */
	FLOW_END	/* jump to the last step */
};

struct flow;

struct flow_step {
	const char	*name;
	enum flow_next	(*run)(struct flow *);
};

#define STEP(name) { #name, name }

struct flow {
	const struct flow_step	*steps;
	size_t			 count;
	size_t			 at;
	bool			 running, waiting, woken;
	enum fault		 fault;		/* why it went to its last step; FAULT_NONE when it did well */
	const char		*detail;	/* a sentence for the log; lent, static */
};

/**
 * flow_start(flow, steps, count):
 * Run ${steps} over the context whose first member is ${flow}.  The last step answers and frees the
 * context: nobody may touch ${flow} after it ran, so flow_start() may return with the context gone.
 */
void		flow_start(struct flow *, const struct flow_step *, size_t);

/** flow_wake(flow): What a step waited for is there.  Also right from inside the step that will wait. */
void		flow_wake(struct flow *);

/** flow_fail(flow, fault, detail): Remember ${fault} and return FLOW_END: "return flow_fail(…)". */
enum flow_next	flow_fail(struct flow *, enum fault, const char *);

#define FLOW_START(flow, steps) flow_start((flow), (steps), sizeof(steps) / sizeof((steps)[0]))

#endif /* !FLOW_H */
