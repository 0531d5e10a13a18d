/*
 * The flow engine: order, waits, early and late wakes, failing.
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "io/flow.h"

#define TRACE_SIZE	32
#define WAITS		100000

struct walk {
	struct flow	flow;		/* first: the steps get it */
	char		trace[TRACE_SIZE];
};

static char	ended[TRACE_SIZE];	/* the trace of the walk that ended last */
static unsigned	ends;
static unsigned	waits;

static void
mark(struct flow *flow, char letter)
{
	struct walk	*walk = (struct walk *)flow;
	size_t		 len;

	len = strlen(walk->trace);
	assert_true(len + 1 < sizeof(walk->trace));
	walk->trace[len] = letter;
}

static enum flow_next
step_on(struct flow *flow)
{
	mark(flow, 'o');
	return FLOW_ON;
}

static enum flow_next
step_wait(struct flow *flow)
{
	mark(flow, 'w');
	return FLOW_WAIT;
}

static enum flow_next
step_wake_and_wait(struct flow *flow)
{
	mark(flow, 'W');
	flow_wake(flow);
	return FLOW_WAIT;
}

static enum flow_next
step_wake_and_go(struct flow *flow)
{
	mark(flow, 'g');
	flow_wake(flow);
	return FLOW_ON;
}

static enum flow_next
step_fail(struct flow *flow)
{
	mark(flow, 'f');
	return flow_fail(flow, FAULT_STORE_BUSY, "too much");
}

static enum flow_next
step_end(struct flow *flow)
{
	mark(flow, 'e');
	return FLOW_END;
}

/* Wakes itself and stays where it is, as often as it takes to overflow a stack. */
static enum flow_next
step_again(struct flow *flow)
{
	if (++waits < WAITS) {
		flow->at--;
		flow_wake(flow);
	}
	return waits < WAITS ? FLOW_WAIT : FLOW_ON;
}

static enum flow_next
step_last(struct flow *flow)
{
	struct walk	*walk = (struct walk *)flow;

	mark(flow, flow->fault == FAULT_NONE ? '.' : '!');
	memcpy(ended, walk->trace, sizeof(ended));
	ends++;
	free(walk);
	return FLOW_END;
}

static struct walk *
walk_new(void)
{
	struct walk	*walk;

	walk = malloc(sizeof(*walk));
	assert_non_null(walk);
	/* What was there before must not matter to flow_start(). */
	memset(walk, 0xa5, sizeof(*walk));
	memset(walk->trace, 0, sizeof(walk->trace));
	memset(ended, 0, sizeof(ended));
	ends = 0;
	waits = 0;
	return walk;
}

static void
flow_start_runs_steps_in_order(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_on), STEP(step_on), STEP(step_last) };

	(void)state;
	FLOW_START(&walk_new()->flow, steps);
	assert_int_equal(ends, 1);
	assert_string_equal(ended, "oo.");
}

static void
flow_start_with_one_step_only_answers(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_last) };

	(void)state;
	FLOW_START(&walk_new()->flow, steps);
	assert_string_equal(ended, ".");
}

static void
flow_wake_after_wait_goes_on_once(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_wait), STEP(step_wait),
	    STEP(step_last) };
	struct walk			*walk;

	(void)state;
	walk = walk_new();
	FLOW_START(&walk->flow, steps);
	assert_string_equal(walk->trace, "w");
	flow_wake(&walk->flow);
	assert_string_equal(walk->trace, "ww");
	assert_int_equal(ends, 0);
	flow_wake(&walk->flow);
	assert_string_equal(ended, "ww.");
}

static void
flow_wake_inside_step_makes_its_wait_go_on(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_wake_and_wait), STEP(step_on),
	    STEP(step_last) };

	(void)state;
	FLOW_START(&walk_new()->flow, steps);
	assert_string_equal(ended, "Wo.");
}

static void
flow_wake_inside_step_is_remembered_until_a_wait(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_wake_and_go), STEP(step_wait),
					    STEP(step_wait), STEP(step_last) };
	struct walk			*walk;

	(void)state;
	walk = walk_new();
	FLOW_START(&walk->flow, steps);
	/* One wake pays for one wait. */
	assert_string_equal(walk->trace, "gww");
	flow_wake(&walk->flow);
	assert_string_equal(ended, "gww.");
}

static void
flow_fail_jumps_to_the_last_step_with_its_fault(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_on), STEP(step_fail), STEP(step_on),
					    STEP(step_last) };

	(void)state;
	FLOW_START(&walk_new()->flow, steps);
	assert_string_equal(ended, "of!");
	assert_int_equal(ends, 1);
}

static void
flow_fail_after_a_wait_jumps_as_well(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_wait), STEP(step_fail), STEP(step_on),
					    STEP(step_last) };
	struct walk			*walk;

	(void)state;
	walk = walk_new();
	FLOW_START(&walk->flow, steps);
	flow_wake(&walk->flow);
	assert_string_equal(ended, "wf!");
}

static void
flow_end_jumps_to_the_last_step_without_a_fault(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_end), STEP(step_on),
	    STEP(step_last) };

	(void)state;
	FLOW_START(&walk_new()->flow, steps);
	assert_string_equal(ended, "e.");
}

static void
flow_wake_inside_steps_does_not_deepen_the_stack(void **state)
{
	static const struct flow_step	steps[] = { STEP(step_on), STEP(step_again),
	    STEP(step_last) };

	(void)state;
	FLOW_START(&walk_new()->flow, steps);
	assert_int_equal(waits, WAITS);
	assert_string_equal(ended, "o.");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(flow_start_runs_steps_in_order),
		cmocka_unit_test(flow_start_with_one_step_only_answers),
		cmocka_unit_test(flow_wake_after_wait_goes_on_once),
		cmocka_unit_test(flow_wake_inside_step_makes_its_wait_go_on),
		cmocka_unit_test(flow_wake_inside_step_is_remembered_until_a_wait),
		cmocka_unit_test(flow_fail_jumps_to_the_last_step_with_its_fault),
		cmocka_unit_test(flow_fail_after_a_wait_jumps_as_well),
		cmocka_unit_test(flow_end_jumps_to_the_last_step_without_a_fault),
		cmocka_unit_test(flow_wake_inside_steps_does_not_deepen_the_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
