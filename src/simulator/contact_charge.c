/*
 * The flow behind a charge.  A caller who leaves does not stop it.
 */
#include "simulator/contact_charge.h"

#include <assert.h>
#include <stdlib.h>

#include "io/flow.h"
#include "io/row.h"
#include "simulator/contact.h"
#include "simulator/contact_store.h"
#include "simulator/order_api.h"
#include "simulator/order_find.h"
#include "simulator/order_store.h"
#include "simulator/query.h"
#include "simulator/simulator.h"

struct charge {
	struct flow		 flow;
	struct serve_request	*request;
	struct reference	 contact_id;
	struct json		*json;
	struct order_find	 find;		/* its order: first as wished, then as kept */
	struct query		 query;
	enum fault		 fault;		/* what a wait brought */
};

static enum flow_next	charge_read(struct flow *);
static enum flow_next	charge_found(struct flow *);
static enum flow_next	charge_begin(struct flow *);
static enum flow_next	charge_send(struct flow *);
static enum flow_next	charge_judge(struct flow *);
static enum flow_next	charge_judged(struct flow *);
static enum flow_next	charge_reply(struct flow *);

static const struct flow_step charge_steps[] = {
	STEP(charge_read),	/* has a new order kept, or asks for the one to be repeated */
	STEP(charge_found),	/* an order of this contact, with a card */
	STEP(charge_begin),	/* has the query kept, which is under way from now on */
	STEP(charge_send),	/* asks the provider */
	STEP(charge_judge),	/* has answer and verdict kept, and the order moved */
	STEP(charge_judged),
	STEP(charge_reply),	/* the only step that answers, if someone listens */
};

static enum fault	 wish_read(struct charge *, const char **);
static enum flow_next	 charge_wait(struct charge *, enum fault);
static void		 event_done(void *, const struct pool_answer *);

void
contact_charge_make(struct serve_request *request)
{
	struct reference	 contact_id;
	struct charge		*charge;
	struct json		*json;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	contact_id_take(request, &contact_id);
	charge = calloc(1, sizeof(*charge));
	assert(charge != NULL);
	charge->request = request;
	charge->contact_id = contact_id;
	charge->json = json;
	charge->find.flow = &charge->flow;
	query_init(&charge->query, &charge->flow);
	FLOW_START(&charge->flow, charge_steps);
}

static enum flow_next
charge_read(struct flow *flow)
{
	struct charge			*charge = (struct charge *)flow;
	const struct json_value		*order_id;
	struct slice			 text = { "", 0 };
	const char			*detail = NULL;
	enum fault			 fault;

	order_id = json_member(json_root(charge->json), "orderId");
	if (order_id != NULL) {
		(void)json_text(order_id, &text);
		return order_find_ask(&charge->find, text);
	}
	fault = wish_read(charge, &detail);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, detail);
	return charge_wait(charge, contact_store_charge(&charge->find.order, order_find_done,
	    &charge->find));
}

static enum flow_next
charge_found(struct flow *flow)
{
	struct charge		*charge = (struct charge *)flow;
	const struct order	*order = &charge->find.order;
	enum flow_next		 next;

	next = order_find_take(&charge->find);
	if (next != FLOW_ON)
		return next;
	if (order->payment_method_id[0] == '\0' ||
	    !slice_is(slice_of(order->contact.id.text), charge->contact_id.text))
		return flow_fail(flow, FAULT_CHARGE_UNKNOWN,
		    "no order of this contact was charged to a saved card by this id");
	return FLOW_ON;
}

static enum flow_next
charge_begin(struct flow *flow)
{
	struct charge	*charge = (struct charge *)flow;
	struct question	*question = &charge->query.question;
	struct buf	 request;
	enum fault	 fault;

	question->kind = QUESTION_CHARGE;
	question->dialect = charge->find.order.dialect;
	question->order = &charge->find.order;
	buf_init(&request, SIMULATOR_BODY_MAX);
	query_put_shown(question, &request);
	fault = order_store_query_begin(charge->find.order.order_id, buf_text(&request),
	    event_done, charge);
	buf_release(&request);
	return charge_wait(charge, fault);
}

static enum flow_next
charge_send(struct flow *flow)
{
	struct charge	*charge = (struct charge *)flow;

	if (charge->fault != FAULT_NONE)
		return flow_fail(flow, charge->fault, NULL);
	return query_ask(&charge->query);
}

static enum flow_next
charge_judge(struct flow *flow)
{
	struct charge	*charge = (struct charge *)flow;

	return charge_wait(charge, contact_store_charge_end(charge->find.order.order_id,
	    &charge->query, order_find_done, &charge->find));
}

static enum flow_next
charge_judged(struct flow *flow)
{
	struct charge	*charge = (struct charge *)flow;

	return order_find_take(&charge->find);
}

static enum flow_next
charge_reply(struct flow *flow)
{
	struct charge		*charge = (struct charge *)flow;
	const struct order	*order = &charge->find.order;
	struct log_entry	*note = serve_note(charge->request);
	struct json_write	 write;
	struct buf		 body;

	if (flow->fault != FAULT_NONE) {
		serve_fault(charge->request, flow->fault, flow->detail);
	} else {
		note->transaction_id = order->transaction_id;
		note->dialect = dialect_label(order->dialect);
		note->outcome = order_status_label(order->status);
		buf_init(&body, SIMULATOR_ANSWER_MAX);
		json_write_init(&write, &body);
		json_open_object(&write);
		order_put(order, &write);
		order_api_put_url(order, &write);
		json_name(&write, "query");
		query_put(&charge->query, &write);
		json_close_object(&write);
		simulator_answer(charge->request, 201, &body);
	}
	json_free(charge->json);
	query_release(&charge->query);
	free(charge);
	return FLOW_END;
}

/* An order as wished for, and what only an order without a checkout has. */
static enum fault
wish_read(struct charge *charge, const char **detail)
{
	const struct json_value	*object = json_root(charge->json);
	struct order		*order = &charge->find.order;
	struct slice		 product = slice_of("Charge of a saved card");
	enum fault		 fault;

	fault = order_read(object, order, detail);
	if (fault != FAULT_NONE)
		return fault;
	if (!json_member_copy(object, "paymentMethodId", order->payment_method_id,
	    sizeof(order->payment_method_id))) {
		*detail = "paymentMethodId is a text of up to 200 bytes";
		return FAULT_FIELD_INVALID;
	}
	if ((json_member(object, "description") != NULL &&
	    !json_text(json_member(object, "description"), &product)) ||
	    !slice_copy(product, order->product, sizeof(order->product))) {
		*detail = "description is a text of up to 200 bytes";
		return FAULT_FIELD_INVALID;
	}
	order->contact.id = charge->contact_id;
	(void)reference_read(slice_of(simulator_settings()->location_id), &order->location);
	return FAULT_NONE;
}

/* ${fault} is what asking answered: a question that was not taken will bring no call. */
static enum flow_next
charge_wait(struct charge *charge, enum fault fault)
{
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(&charge->flow, fault, NULL);
}

static void
event_done(void *arg, const struct pool_answer *answer)
{
	struct charge	*charge = arg;

	charge->fault = answer->fault;
	if (answer->fault == FAULT_NONE)
		charge->query.event_id = row_integer(answer->rows, 0, 0);
	flow_wake(&charge->flow);
}
