/*
 * The flow behind the question.  A caller who leaves does not stop it.
 */
#include "simulator/contact_methods.h"

#include <assert.h>
#include <stdlib.h>

#include "io/flow.h"
#include "io/row.h"
#include "simulator/contact.h"
#include "simulator/contact_store.h"
#include "simulator/method.h"
#include "simulator/query.h"
#include "simulator/simulator.h"

struct methods {
	struct flow		 flow;
	struct serve_request	*request;
	struct reference	 contact_id;
	struct query		 query;
	enum fault		 fault;		/* what a wait brought */
};

static enum flow_next	methods_begin(struct flow *);
static enum flow_next	methods_send(struct flow *);
static enum flow_next	methods_keep(struct flow *);
static enum flow_next	methods_kept(struct flow *);
static enum flow_next	methods_reply(struct flow *);

static const struct flow_step methods_steps[] = {
	STEP(methods_begin),	/* has the query kept, which is under way from now on */
	STEP(methods_send),	/* asks the provider */
	STEP(methods_keep),	/* has the answer kept */
	STEP(methods_kept),
	STEP(methods_reply),	/* the only step that answers, if someone listens */
};

static enum flow_next	 methods_wait(struct methods *, enum fault);
static void		 begun(void *, const struct pool_answer *);
static void		 ended(void *, const struct pool_answer *);
static void		 put_answer(const struct query *, struct json_write *);

void
contact_methods_ask(struct serve_request *request)
{
	struct reference	 contact_id;
	struct methods		*methods;
	struct json		*json;
	enum dialect		 dialect;
	bool			 read;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	contact_id_take(request, &contact_id);
	read = contact_dialect_read(json_root(json), &dialect);
	json_free(json);
	if (!read) {
		serve_fault(request, FAULT_FIELD_INVALID, "dialect is live or brief");
		return;
	}
	methods = calloc(1, sizeof(*methods));
	assert(methods != NULL);
	methods->request = request;
	methods->contact_id = contact_id;
	query_init(&methods->query, &methods->flow);
	methods->query.question.kind = QUESTION_METHODS;
	methods->query.question.dialect = dialect;
	methods->query.question.contact_id = methods->contact_id.text;
	methods->query.question.location_id = simulator_settings()->location_id;
	FLOW_START(&methods->flow, methods_steps);
}

static enum flow_next
methods_begin(struct flow *flow)
{
	struct methods	*methods = (struct methods *)flow;
	struct buf	 request;
	enum fault	 fault;

	buf_init(&request, SIMULATOR_BODY_MAX);
	query_put_shown(&methods->query.question, &request);
	fault = contact_store_query_begin(methods->contact_id.text, buf_text(&request), begun,
	    methods);
	buf_release(&request);
	return methods_wait(methods, fault);
}

static enum flow_next
methods_send(struct flow *flow)
{
	struct methods	*methods = (struct methods *)flow;

	if (methods->fault != FAULT_NONE)
		return flow_fail(flow, methods->fault, NULL);
	return query_ask(&methods->query);
}

static enum flow_next
methods_keep(struct flow *flow)
{
	struct methods	*methods = (struct methods *)flow;

	return methods_wait(methods, contact_store_query_end(methods->contact_id.text,
	    &methods->query, ended, methods));
}

static enum flow_next
methods_kept(struct flow *flow)
{
	struct methods	*methods = (struct methods *)flow;

	return methods->fault == FAULT_NONE ? FLOW_ON : flow_fail(flow, methods->fault, NULL);
}

static enum flow_next
methods_reply(struct flow *flow)
{
	struct methods		*methods = (struct methods *)flow;
	struct log_entry	*note = serve_note(methods->request);
	struct json_write	 write;
	struct buf		 body;

	if (flow->fault != FAULT_NONE) {
		serve_fault(methods->request, flow->fault, flow->detail);
	} else {
		note->dialect = dialect_label(methods->query.question.dialect);
		note->outcome = verdict_outcome_label(methods->query.verdict.outcome);
		buf_init(&body, SIMULATOR_ANSWER_MAX);
		json_write_init(&write, &body);
		json_open_object(&write);
		put_answer(&methods->query, &write);
		json_close_object(&write);
		simulator_answer(methods->request, 200, &body);
	}
	query_release(&methods->query);
	free(methods);
	return FLOW_END;
}

/* ${fault} is what asking answered: a question that was not taken will bring no call. */
static enum flow_next
methods_wait(struct methods *methods, enum fault fault)
{
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(&methods->flow, fault, NULL);
}

static void
begun(void *arg, const struct pool_answer *answer)
{
	struct methods	*methods = arg;

	methods->fault = answer->fault;
	if (answer->fault == FAULT_NONE)
		methods->query.event_id = row_integer(answer->rows, 0, 0);
	flow_wake(&methods->flow);
}

static void
ended(void *arg, const struct pool_answer *answer)
{
	struct methods	*methods = arg;

	methods->fault = answer->fault;
	flow_wake(&methods->flow);
}

/* The cards are read from what is shown, in which the key is hidden. */
static void
put_answer(const struct query *query, struct json_write *write)
{
	const struct json_value	*list = NULL;
	struct json		*json = NULL;
	const char		*flaw;

	json_name(write, "httpStatus");
	if (query->http_status == 0)
		json_put_null(write);
	else
		json_put_integer(write, query->http_status);
	json_name(write, "answer");
	if (query_answer(query) == NULL)
		json_put_null(write);
	else
		json_put_raw(write, slice_of(query_answer(query)));
	if (query->verdict.outcome == VERDICT_LISTED &&
	    json_parse(buf_slice(&query->answer), &json) == FAULT_NONE)
		list = method_list_find(query->question.dialect, json_root(json), &flaw);
	json_name(write, "methods");
	method_put_list(query->question.dialect, list, write);
	json_text_member(write, "reason", query->verdict.reason);
	json_name(write, "query");
	query_put(query, write);
	json_free(json);
}
