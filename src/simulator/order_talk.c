/*
 * The flow behind a message and behind "ask verify again".  A caller who leaves does not stop it:
 * the query is sent, its answer is kept, and the order moves.
 */
#include "simulator/order_talk.h"

#include <assert.h>
#include <stdlib.h>

#include "io/flow.h"
#include "io/row.h"
#include "simulator/message.h"
#include "simulator/order_find.h"
#include "simulator/order_store.h"
#include "simulator/query.h"
#include "simulator/simulator.h"

struct talk {
	struct flow		 flow;
	struct serve_request	*request;
	struct order_find	 find;

	/* The message, if it began with one; json is NULL otherwise. */
	struct json		*json;
	bool			 received;		/* came out of the frame */
	struct message		 message;
	int64_t			 message_id;

	/* What a wait brought. */
	enum fault		 fault;
	int64_t			 event_id;

	struct query		 query;		/* not in the books when none was asked */
};

static enum flow_next	talk_find(struct flow *);
static enum flow_next	talk_found(struct flow *);
static enum flow_next	talk_take(struct flow *);
static enum flow_next	talk_taken(struct flow *);
static enum flow_next	talk_ask(struct flow *);
static enum flow_next	talk_send(struct flow *);
static enum flow_next	talk_judge(struct flow *);
static enum flow_next	talk_judged(struct flow *);
static enum flow_next	talk_reply(struct flow *);

static const struct flow_step message_steps[] = {
	STEP(talk_find),	/* asks the store for the order */
	STEP(talk_found),
	STEP(talk_take),	/* reads the message in the order's dialect, has it kept */
	STEP(talk_taken),	/* anything but a success from the frame ends here */
	STEP(talk_ask),		/* has the query kept, which is under way from now on */
	STEP(talk_send),	/* asks the provider */
	STEP(talk_judge),	/* has answer and verdict kept, and the order moved */
	STEP(talk_judged),
	STEP(talk_reply),	/* the only step that answers, if someone listens */
};

static const struct flow_step again_steps[] = {
	STEP(talk_find),
	STEP(talk_found),
	STEP(talk_ask),
	STEP(talk_send),
	STEP(talk_judge),
	STEP(talk_judged),
	STEP(talk_reply),
};

static struct talk	*talk_new(struct serve_request *);
static enum flow_next	 talk_wait(struct talk *, enum fault);
static void		 event_done(void *, const struct pool_answer *);
static void		 status_done(void *, const struct pool_answer *);

void
order_talk_message(struct serve_request *request)
{
	const struct json_value	*object;
	struct json		*json;
	struct talk		*talk;
	bool			 received;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	object = json_root(json);
	if (!message_read_direction(object, &received) || json_member(object, "message") == NULL) {
		json_free(json);
		serve_fault(request, FAULT_FIELD_INVALID,
		    "direction is received or sent, message is what was posted");
		return;
	}
	talk = talk_new(request);
	talk->json = json;
	talk->received = received;
	FLOW_START(&talk->flow, message_steps);
}

void
order_talk_verify(struct serve_request *request)
{
	struct talk	*talk;

	talk = talk_new(request);
	FLOW_START(&talk->flow, again_steps);
}

static enum flow_next
talk_find(struct flow *flow)
{
	struct talk	*talk = (struct talk *)flow;

	return order_find_ask(&talk->find, serve_capture(talk->request, 0));
}

static enum flow_next
talk_found(struct flow *flow)
{
	struct talk	*talk = (struct talk *)flow;

	return order_find_take(&talk->find);
}

static enum flow_next
talk_take(struct flow *flow)
{
	struct talk			*talk = (struct talk *)flow;
	struct order_store_message	 keep;
	struct buf			 body;
	enum fault			 fault;

	talk->message.kind = MESSAGE_OTHER;
	talk->message.note = "";
	if (talk->received)
		message_read(talk->find.order.dialect,
		    json_member(json_root(talk->json), "message"), &talk->message);
	buf_init(&body, SIMULATOR_BODY_MAX);
	buf_put(&body, serve_body(talk->request));
	keep.order_id = talk->find.order.order_id;
	keep.direction = talk->received ? "received" : "sent";
	keep.body = buf_text(&body);
	keep.note = talk->message.note;
	keep.charge_id = talk->message.charge_id;
	fault = buf_ok(&body) ? order_store_message(&keep, event_done, talk) : FAULT_INTERNAL;
	buf_release(&body);
	return talk_wait(talk, fault);
}

static enum flow_next
talk_taken(struct flow *flow)
{
	struct talk	*talk = (struct talk *)flow;

	if (talk->fault != FAULT_NONE)
		return flow_fail(flow, talk->fault, NULL);
	talk->message_id = talk->event_id;
	if (talk->message.kind != MESSAGE_SUCCESS)
		return FLOW_END;
	if (!order_is_paid(&talk->find.order) && talk->message.charge_id[0] != '\0')
		(void)slice_copy(slice_of(talk->message.charge_id), talk->find.order.charge_id,
		    sizeof(talk->find.order.charge_id));
	return FLOW_ON;
}

static enum flow_next
talk_ask(struct flow *flow)
{
	struct talk	*talk = (struct talk *)flow;
	struct order	*order = &talk->find.order;
	struct buf	 request;
	enum fault	 fault;

	/* The live question names the transaction too; the brief's has nothing else to go by. */
	if (order->dialect == DIALECT_BRIEF && order->charge_id[0] == '\0')
		return flow_fail(flow, FAULT_CHARGE_STATE_INVALID, "nobody has named a "
		    "chargeId yet, and this dialect asks by nothing else");
	talk->query.question.kind = QUESTION_VERIFY;
	talk->query.question.dialect = order->dialect;
	talk->query.question.order = order;
	buf_init(&request, SIMULATOR_BODY_MAX);
	query_put_shown(&talk->query.question, &request);
	fault = order_store_query_begin(order->order_id, buf_text(&request), event_done, talk);
	buf_release(&request);
	return talk_wait(talk, fault);
}

static enum flow_next
talk_send(struct flow *flow)
{
	struct talk	*talk = (struct talk *)flow;

	if (talk->fault != FAULT_NONE)
		return flow_fail(flow, talk->fault, NULL);
	talk->query.event_id = talk->event_id;
	return query_ask(&talk->query);
}

static enum flow_next
talk_judge(struct flow *flow)
{
	struct talk	*talk = (struct talk *)flow;

	return talk_wait(talk, order_store_query_end(talk->find.order.order_id, &talk->query,
	    status_done, talk));
}

static enum flow_next
talk_judged(struct flow *flow)
{
	struct talk	*talk = (struct talk *)flow;

	if (talk->fault != FAULT_NONE)
		return flow_fail(flow, talk->fault, NULL);
	return FLOW_ON;
}

static enum flow_next
talk_reply(struct flow *flow)
{
	struct talk		*talk = (struct talk *)flow;
	struct log_entry	*note = serve_note(talk->request);
	struct json_write	 write;
	struct buf		 body;

	if (flow->fault != FAULT_NONE) {
		serve_fault(talk->request, flow->fault, flow->detail);
	} else {
		note->transaction_id = talk->find.order.transaction_id;
		note->dialect = dialect_label(talk->find.order.dialect);
		note->outcome = order_status_label(talk->find.order.status);
		buf_init(&body, SIMULATOR_ANSWER_MAX);
		json_write_init(&write, &body);
		json_open_object(&write);
		json_text_member(&write, "status", order_status_label(talk->find.order.status));
		json_name(&write, "message");
		if (talk->json == NULL)
			json_put_null(&write);
		else
			message_put(&talk->message, talk->message_id, &write);
		json_name(&write, "query");
		query_put(&talk->query, &write);
		json_close_object(&write);
		simulator_answer(talk->request, talk->json != NULL ? 201 : 200, &body);
	}
	json_free(talk->json);
	query_release(&talk->query);
	free(talk);
	return FLOW_END;
}

static struct talk *
talk_new(struct serve_request *request)
{
	struct talk	*talk;

	talk = calloc(1, sizeof(*talk));
	assert(talk != NULL);
	talk->request = request;
	talk->find.flow = &talk->flow;
	query_init(&talk->query, &talk->flow);
	return talk;
}

/* ${fault} is what asking answered: a question that was not taken will bring no call. */
static enum flow_next
talk_wait(struct talk *talk, enum fault fault)
{
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(&talk->flow, fault, NULL);
}

static void
event_done(void *arg, const struct pool_answer *answer)
{
	struct talk	*talk = arg;

	talk->fault = answer->fault;
	if (answer->fault == FAULT_NONE)
		talk->event_id = row_integer(answer->rows, 0, 0);
	flow_wake(&talk->flow);
}

static void
status_done(void *arg, const struct pool_answer *answer)
{
	struct talk	*talk = arg;

	talk->fault = answer->fault;
	if (answer->fault == FAULT_NONE)
		(void)order_status_find(row_slice(answer->rows, 0, 0), &talk->find.order.status);
	flow_wake(&talk->flow);
}
