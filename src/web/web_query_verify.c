/*
 * "Is it paid", and what nobody serves.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pay/pay_verify.h"
#include "store/store_account.h"
#include "web/web_asking.h"

/* An operation without a use case: only the key is looked at. */
struct unsupported {
	struct flow		 flow;		/* first: steps get this */
	struct web_asking	*asking;
	struct store_call	 call;
	struct store_account	 account;
};

static void		verified(void *, const struct pay_verified *);
static enum flow_next	unsupported_authenticate(struct flow *);
static enum flow_next	unsupported_reply(struct flow *);

static const struct flow_step	unsupported_steps[] = {
	STEP(unsupported_authenticate),	/* a key that is wrong is told so, whatever it asks    */
	STEP(unsupported_reply),	/* the only step that answers                          */
};

void
web_asking_verify(struct web_asking *asking)
{
	struct pay_verify_ask	ask;

	ask.key = asking->key;
	ask.charge = asking->query.charge;
	ask.transaction = asking->query.transaction;
	pay_verify(&ask, verified, asking);
}

static void
verified(void *arg, const struct pay_verified *result)
{
	struct web_asking	*asking = arg;
	struct log_entry	*note = serve_note(asking->request);
	struct buf		 body;

	note->account_id = result->account_id;
	note->charge_id = result->charge_id;
	note->transaction_id = result->transaction;
	note->rule = result->rule;
	note->sqlstate = result->sqlstate;
	if (result->fault != FAULT_NONE) {
		web_asking_refuse(asking, result->fault, NULL);
		return;
	}
	buf_init(&body, WEB_ANSWER_MAX);
	answer_verify(asking->query.dialect, &result->verify, &body);
	web_asking_answer(asking, &body);
	buf_release(&body);
}

void
web_asking_unsupported(struct web_asking *asking)
{
	struct unsupported	*unsupported;

	unsupported = calloc(1, sizeof(*unsupported));
	assert(unsupported != NULL);
	unsupported->asking = asking;
	unsupported->call.flow = &unsupported->flow;
	FLOW_START(&unsupported->flow, unsupported_steps);
}

static enum flow_next
unsupported_authenticate(struct flow *flow)
{
	struct unsupported	*unsupported = (struct unsupported *)flow;

	store_account_by_api_key(&unsupported->call, &unsupported->asking->key,
	    &unsupported->account);
	return FLOW_WAIT;
}

static enum flow_next
unsupported_reply(struct flow *flow)
{
	struct unsupported	*unsupported = (struct unsupported *)flow;
	struct log_entry	*note = serve_note(unsupported->asking->request);
	struct buf		 body;
	enum fault		 fault;

	note->account_id = unsupported->account.account_id;
	note->sqlstate = unsupported->call.sqlstate;
	fault = store_account_fault(&unsupported->call, &unsupported->account,
	    FAULT_API_KEY_INVALID);
	if (fault != FAULT_NONE) {
		web_asking_refuse(unsupported->asking, fault, NULL);
	} else {
		note->rule = "operation_unsupported";
		buf_init(&body, WEB_ANSWER_MAX);
		answer_unsupported(&body);
		web_asking_answer(unsupported->asking, &body);
		buf_release(&body);
	}
	free(unsupported);
	return FLOW_END;
}
