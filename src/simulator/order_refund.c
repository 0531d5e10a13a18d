/*
 * The flow behind a refund.  A caller who leaves does not stop it.
 */
#include "simulator/order_refund.h"

#include <assert.h>
#include <stdlib.h>

#include "io/flow.h"
#include "io/row.h"
#include "simulator/order_find.h"
#include "simulator/query.h"
#include "simulator/refund_store.h"
#include "simulator/simulator.h"

struct refund {
	struct flow		 flow;
	struct serve_request	*request;
	struct json		*json;
	bool			 counts;	/* false: the platform will have lost the answer */
	char			 amount[MONEY_TEXT_SIZE];
	struct order_find	 find;
	struct query		 query;

	/* What a wait brought. */
	enum fault		 fault;
	struct buf		 shown;		/* members of the answer, from the books */
};

static enum flow_next	refund_find(struct flow *);
static enum flow_next	refund_check(struct flow *);
static enum flow_next	refund_begin(struct flow *);
static enum flow_next	refund_send(struct flow *);
static enum flow_next	refund_count(struct flow *);
static enum flow_next	refund_counted(struct flow *);
static enum flow_next	refund_reply(struct flow *);

static const struct flow_step refund_steps[] = {
	STEP(refund_find),	/* asks the store for the order */
	STEP(refund_check),	/* it was paid, and the amount is one of its currency */
	STEP(refund_begin),	/* has refund and query kept, which are under way from now on */
	STEP(refund_send),	/* asks the provider */
	STEP(refund_count),	/* has answer and verdict kept, and the amount counted */
	STEP(refund_counted),
	STEP(refund_reply),	/* the only step that answers, if someone listens */
};

static bool		 counts_read(const struct json_value *, bool *);
static enum flow_next	 refund_wait(struct refund *, enum fault);
static void		 begun(void *, const struct pool_answer *);
static void		 ended(void *, const struct pool_answer *);

void
order_refund_make(struct serve_request *request)
{
	struct refund	*refund;
	struct json	*json;
	bool		 counts;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	if (!counts_read(json_root(json), &counts)) {
		json_free(json);
		serve_fault(request, FAULT_FIELD_INVALID, "count is true or false");
		return;
	}
	refund = calloc(1, sizeof(*refund));
	assert(refund != NULL);
	refund->request = request;
	refund->json = json;
	refund->counts = counts;
	refund->find.flow = &refund->flow;
	query_init(&refund->query, &refund->flow);
	buf_init(&refund->shown, SIMULATOR_BODY_MAX);
	FLOW_START(&refund->flow, refund_steps);
}

static enum flow_next
refund_find(struct flow *flow)
{
	struct refund	*refund = (struct refund *)flow;

	return order_find_ask(&refund->find, serve_capture(refund->request, 0));
}

static enum flow_next
refund_check(struct flow *flow)
{
	struct refund		*refund = (struct refund *)flow;
	const struct order	*order = &refund->find.order;
	const char		*detail = NULL;
	enum flow_next		 next;
	enum fault		 fault;

	next = order_find_take(&refund->find);
	if (next != FLOW_ON)
		return next;
	fault = order_read_amount(json_member(json_root(refund->json), "amount"),
	    currency_find(slice_of(order->currency)), refund->amount, &detail);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, detail);
	if (!order_is_paid(order))
		return flow_fail(flow, FAULT_CHARGE_STATE_INVALID,
		    "only an order that was paid can be refunded");
	if (order->dialect == DIALECT_BRIEF && order->charge_id[0] == '\0')
		return flow_fail(flow, FAULT_CHARGE_STATE_INVALID, "the order has no chargeId, and "
		    "this dialect refunds by nothing else");
	return FLOW_ON;
}

static enum flow_next
refund_begin(struct flow *flow)
{
	struct refund		*refund = (struct refund *)flow;
	struct question		*question = &refund->query.question;
	struct refund_store_new	 keep;
	struct buf		 request;
	enum fault		 fault;

	question->kind = QUESTION_REFUND;
	question->dialect = refund->find.order.dialect;
	question->order = &refund->find.order;
	question->amount = refund->amount;
	buf_init(&request, SIMULATOR_BODY_MAX);
	query_put_shown(question, &request);
	keep.order_id = refund->find.order.order_id;
	keep.amount = refund->amount;
	keep.request = buf_text(&request);
	fault = refund_store_begin(&keep, begun, refund);
	buf_release(&request);
	return refund_wait(refund, fault);
}

static enum flow_next
refund_send(struct flow *flow)
{
	struct refund	*refund = (struct refund *)flow;

	if (refund->fault != FAULT_NONE)
		return flow_fail(flow, refund->fault, NULL);
	return query_ask(&refund->query);
}

static enum flow_next
refund_count(struct flow *flow)
{
	struct refund		*refund = (struct refund *)flow;
	struct refund_store_end	 keep;

	keep.order_id = refund->find.order.order_id;
	keep.amount = refund->amount;
	keep.query = &refund->query;
	keep.counted = refund->query.verdict.outcome == VERDICT_REFUNDED && refund->counts;
	if (!refund->counts)
		verdict_explain(&refund->query.verdict,
		    "the platform has lost this answer, so nothing is counted");
	return refund_wait(refund, refund_store_end(&keep, ended, refund));
}

static enum flow_next
refund_counted(struct flow *flow)
{
	struct refund	*refund = (struct refund *)flow;

	return refund->fault == FAULT_NONE ? FLOW_ON : flow_fail(flow, refund->fault, NULL);
}

static enum flow_next
refund_reply(struct flow *flow)
{
	struct refund		*refund = (struct refund *)flow;
	struct log_entry	*note = serve_note(refund->request);

	if (flow->fault != FAULT_NONE) {
		serve_fault(refund->request, flow->fault, flow->detail);
	} else {
		note->transaction_id = refund->find.order.transaction_id;
		note->dialect = dialect_label(refund->find.order.dialect);
		note->outcome = verdict_outcome_label(refund->query.verdict.outcome);
		simulator_answer(refund->request, 201, &refund->shown);
	}
	json_free(refund->json);
	query_release(&refund->query);
	buf_release(&refund->shown);
	free(refund);
	return FLOW_END;
}

static bool
counts_read(const struct json_value *object, bool *counts)
{
	enum json_kind	kind = json_kind(json_member(object, "count"));

	*counts = kind != JSON_FALSE;
	return kind == JSON_ABSENT || kind == JSON_TRUE || kind == JSON_FALSE;
}

/* ${fault} is what asking answered: a question that was not taken will bring no call. */
static enum flow_next
refund_wait(struct refund *refund, enum fault fault)
{
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(&refund->flow, fault, NULL);
}

static void
begun(void *arg, const struct pool_answer *answer)
{
	struct refund	*refund = arg;

	refund->fault = answer->fault;
	if (answer->fault == FAULT_NONE)
		refund->query.event_id = row_integer(answer->rows, 0, 0);
	flow_wake(&refund->flow);
}

static void
ended(void *arg, const struct pool_answer *answer)
{
	struct refund		*refund = arg;
	struct json_write	 write;

	refund->fault = answer->fault;
	if (answer->fault == FAULT_NONE) {
		json_write_init(&write, &refund->shown);
		json_open_object(&write);
		json_slice_member(&write, "status", row_slice(answer->rows, 0, 0));
		json_raw_member(&write, "refundedAmount", row_slice(answer->rows, 0, 1));
		json_raw_member(&write, "refundableAmount", row_slice(answer->rows, 0, 2));
		json_raw_member(&write, "refund", row_slice(answer->rows, 0, 3));
		json_name(&write, "query");
		query_put(&refund->query, &write);
		json_close_object(&write);
	}
	flow_wake(&refund->flow);
}
