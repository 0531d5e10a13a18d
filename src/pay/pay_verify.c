/*
 * The flow behind verify and verify_payment, the hottest path.  Started by web_query.c.
 */
#include "pay/pay_verify.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct verifying {
	struct flow		 flow;		/* first: steps get this */
	struct pay_verify_ask	 ask;
	pay_verify_done		 done;
	void			*arg;
	struct store_call	 call;
	struct store_verified	 verified;
};

static enum flow_next	verify_ask(struct flow *);
static enum flow_next	verify_reply(struct flow *);

static const struct flow_step	verify_steps[] = {
	STEP(verify_ask),		/* asks the books, with the key and both ids           */
	STEP(verify_reply),		/* judges and answers                                  */
};

void
pay_verify(const struct pay_verify_ask *ask, pay_verify_done done, void *arg)
{
	struct verifying	*verifying;

	verifying = calloc(1, sizeof(*verifying));
	assert(verifying != NULL);
	verifying->ask = *ask;
	verifying->done = done;
	verifying->arg = arg;
	verifying->call.flow = &verifying->flow;
	FLOW_START(&verifying->flow, verify_steps);
}

void
pay_verify_judge(const struct pay_verify_ask *ask, const struct store_verified *verified,
    struct pay_verified *result)
{
	struct answer_verify		*verify = &result->verify;
	static const char *const	nothings[] = {
		[STORE_FOUND_NOTHING] = "charge_not_found",
		[STORE_FOUND_SESSION] = "session_open",
		[STORE_FOUND_OTHER_MODE] = "other_mode",
		[STORE_FOUND_OTHER_ACCOUNT] = "other_account",
	};

	verify->verdict = ANSWER_FAILED;
	if (verified->found != STORE_FOUND_CHARGE) {
		if (verified->found == STORE_FOUND_SESSION)
			verify->verdict = ANSWER_PENDING;
		result->rule = nothings[verified->found];
		return;
	}
	if (!reference_is_empty(&ask->transaction) &&
	    strcmp(ask->transaction.text, verified->transaction.text) != 0) {
		result->rule = "other_transaction";
		return;
	}
	if (verified->status == CHARGE_FAILED) {
		result->rule = "charge_failed";
		return;
	}
	verify->verdict = ANSWER_PENDING;
	result->rule = "charge_not_final";
	if (verified->status != CHARGE_SUCCEEDED)
		return;
	if (!money_equal(verified->captured, verified->asked)) {
		verify->verdict = ANSWER_FAILED;
		result->rule = "amount_differs";
		return;
	}
	verify->verdict = ANSWER_PAID;
	verify->charge_id = verified->charge_id;
	verify->money = verified->captured;
	verify->settled_at_us = verified->settled_at_us;
	result->rule = "charge_succeeded";
}

static enum flow_next
verify_ask(struct flow *flow)
{
	struct verifying	*verifying = (struct verifying *)flow;
	struct store_verify_ask	 ask;

	ask.key = &verifying->ask.key;
	ask.charge_id = verifying->ask.charge.text;
	ask.transaction = verifying->ask.transaction.text;
	store_charge_verify(&verifying->call, &ask, &verifying->verified);
	return FLOW_WAIT;
}

static enum flow_next
verify_reply(struct flow *flow)
{
	struct verifying	*verifying = (struct verifying *)flow;
	struct pay_verified	 result = { .rule = "" };

	result.fault = verifying->call.fault;
	if (result.fault == FAULT_NONE && verifying->call.rows == 0)
		result.fault = FAULT_API_KEY_INVALID;
	if (result.fault == FAULT_NONE && verifying->verified.is_inert)
		result.fault = FAULT_ACCOUNT_NOT_SET_UP;
	result.sqlstate = verifying->call.sqlstate;
	result.account_id = verifying->verified.account_id;
	result.charge_id = verifying->verified.charge_id;
	result.transaction = verifying->verified.transaction.text;
	if (result.fault == FAULT_NONE)
		pay_verify_judge(&verifying->ask, &verifying->verified, &result);
	verifying->done(verifying->arg, &result);
	free(verifying);
	return FLOW_END;
}
