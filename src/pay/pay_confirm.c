/*
 * The flow that charges.  Started by web_session.c; what it leaves behind when it stops in the middle
 * is found and finished by pay_resolve.c.
 */
#include "pay/pay_confirm.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "pay/pay_settle.h"
#include "processor/processor.h"
#include "store/store_charge.h"

struct confirming {
	struct flow		 flow;		/* first: steps get this */
	struct pay_confirm_ask	 ask;
	pay_session_done	 done;
	void			*arg;
	struct store_call	 call;
	struct store_reserved	 reserved;
	const struct processor	*processor;
	struct processor_result	 result;
	struct store_settled	 settled;
	struct pay_session	 answer;
};

static enum flow_next	confirm_look(struct flow *);
static enum flow_next	confirm_looked(struct flow *);
static enum flow_next	confirm_reserve(struct flow *);
static enum flow_next	confirm_reserved(struct flow *);
static enum flow_next	confirm_settle(struct flow *);
static enum flow_next	confirm_settled(struct flow *);
static enum flow_next	confirm_reply(struct flow *);
static enum flow_next	confirm_ask_processor(struct confirming *);
static void		session_update(struct store_session *, const struct store_settled *);
static struct confirming *confirming_new(const struct pay_confirm_ask *, pay_session_done, void *);

static const struct flow_step	confirm_steps[] = {
	STEP(confirm_look),		/* asks the books what the session stands for          */
	STEP(confirm_looked),		/* its mode names the processor                        */
	STEP(confirm_reserve),		/* asks the books: intent and limit, committed         */
	STEP(confirm_reserved),		/* fresh: asks the processor; else says how it stands  */
	STEP(confirm_settle),		/* outcome -> books: post, void or leave pending       */
	STEP(confirm_settled),		/* what the books made of it                           */
	STEP(confirm_reply),		/* the only step that answers                          */
};

static const struct flow_step	look_steps[] = {
	STEP(confirm_look),
	STEP(confirm_looked),
	STEP(confirm_reply),
};

void
pay_confirm(const struct pay_confirm_ask *ask, pay_session_done done, void *arg)
{
	struct confirming	*confirming = confirming_new(ask, done, arg);

	FLOW_START(&confirming->flow, confirm_steps);
}

void
pay_look(const char *session_id, pay_session_done done, void *arg)
{
	struct pay_confirm_ask	ask = { .token = "" };
	struct confirming	*confirming;

	(void)slice_copy(slice_of(session_id), ask.session_id, sizeof(ask.session_id));
	confirming = confirming_new(&ask, done, arg);
	FLOW_START(&confirming->flow, look_steps);
}

static struct confirming *
confirming_new(const struct pay_confirm_ask *ask, pay_session_done done, void *arg)
{
	struct confirming	*confirming;

	confirming = calloc(1, sizeof(*confirming));
	assert(confirming != NULL);
	confirming->ask = *ask;
	confirming->done = done;
	confirming->arg = arg;
	confirming->call.flow = &confirming->flow;
	confirming->result.flow = &confirming->flow;
	return confirming;
}

static enum flow_next
confirm_look(struct flow *flow)
{
	struct confirming	*confirming = (struct confirming *)flow;

	store_session_read(&confirming->call, confirming->ask.session_id,
	    &confirming->answer.session);
	return FLOW_WAIT;
}

static enum flow_next
confirm_looked(struct flow *flow)
{
	struct confirming	*confirming = (struct confirming *)flow;

	if (confirming->call.fault != FAULT_NONE)
		return flow_fail(flow, confirming->call.fault, NULL);
	confirming->processor = processor_for(confirming->answer.session.mode);
	if (confirming->processor == NULL)
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	return FLOW_ON;
}

static enum flow_next
confirm_reserve(struct flow *flow)
{
	struct confirming		*confirming = (struct confirming *)flow;
	struct store_reserve_ask	 ask;
	struct id			 charge;

	/*
	 * Without a token nothing may be begun: this only asks how a begun attempt has ended.  One that was
	 * declined is open again, which others may have heard before the page asks.
	 */
	if (confirming->ask.token[0] == '\0') {
		if (!confirming->answer.session.has_charge)
			return flow_fail(flow, FAULT_TOKEN_INVALID, NULL);
		confirming->reserved.session = confirming->answer.session;
		return FLOW_ON;
	}
	id_make("ch", &charge);
	ask.session_id = confirming->ask.session_id;
	ask.charge_id = charge.text;
	ask.processor = confirming->processor->name;
	ask.saves = confirming->ask.saves;
	ask.client = confirming->ask.client;
	ask.limits = pay_limits();
	ask.resolve_after_ms = pay_resolve_after_ms();
	crash_point("charge_before_intent");
	store_charge_reserve(&confirming->call, &ask, &confirming->reserved);
	return FLOW_WAIT;
}

static enum flow_next
confirm_reserved(struct flow *flow)
{
	struct confirming	*confirming = (struct confirming *)flow;

	if (confirming->call.fault != FAULT_NONE)
		return flow_fail(flow, confirming->call.fault, NULL);
	confirming->answer.session = confirming->reserved.session;
	crash_point("charge_after_intent");
	return confirm_ask_processor(confirming);
}

/* A fresh charge is sent.  A pending one is asked about.  Everything else is somebody else's turn. */
static enum flow_next
confirm_ask_processor(struct confirming *confirming)
{
	const struct store_session	*session = &confirming->answer.session;
	struct processor_charge		 charge;

	if (confirming->reserved.fresh) {
		charge.account_id = session->account_id;
		charge.key = session->charge_id;
		charge.token = confirming->ask.token;
		charge.money = session->money;
		charge.saves = confirming->ask.saves && !reference_is_empty(&session->contact);
		charge.note = (struct processor_note){ session->transaction.text, session->contact.text, "", "" };
		confirming->processor->charge(&charge, &confirming->result);
		crash_point("charge_after_send");
		return FLOW_WAIT;
	}
	if (session->status != CHARGE_PENDING)
		return FLOW_END;
	confirming->processor->look_up(session->account_id, session->charge_id,
	    &confirming->result);
	return FLOW_WAIT;
}

static enum flow_next
confirm_settle(struct flow *flow)
{
	struct confirming	*confirming = (struct confirming *)flow;
	struct pay_settle_ask	 ask;

	ask.account_id = confirming->answer.session.account_id;
	ask.charge_id = confirming->answer.session.charge_id;
	ask.processor = confirming->processor;
	ask.result = &confirming->result;
	crash_point("charge_after_answer");
	crash_point("charge_before_post");
	pay_settle(&confirming->call, &ask, &confirming->settled);
	return FLOW_WAIT;
}

static enum flow_next
confirm_settled(struct flow *flow)
{
	struct confirming	*confirming = (struct confirming *)flow;
	struct pay_settle_ask	 ask;

	ask.account_id = confirming->answer.session.account_id;
	ask.charge_id = confirming->answer.session.charge_id;
	ask.processor = confirming->processor;
	ask.result = &confirming->result;
	crash_point("charge_after_post");
	pay_settle_log(&ask, &confirming->call, &confirming->settled);
	/* If the books did not answer, the charge stands as it was read: still being processed. */
	if (confirming->call.fault == FAULT_NONE)
		session_update(&confirming->answer.session, &confirming->settled);
	return FLOW_ON;
}

static enum flow_next
confirm_reply(struct flow *flow)
{
	struct confirming	*confirming = (struct confirming *)flow;

	confirming->answer.fault = flow->fault;
	confirming->answer.detail = flow->detail;
	confirming->answer.sqlstate = confirming->call.sqlstate;
	confirming->answer.rule = flow->fault == FAULT_ATTEMPTS_LIMITED ? confirming->call.detail : "";
	confirming->done(confirming->arg, &confirming->answer);
	explicit_bzero(confirming->ask.token, sizeof(confirming->ask.token));
	free(confirming);
	return FLOW_END;
}

static void
session_update(struct store_session *session, const struct store_settled *settled)
{
	if (settled->status == CHARGE_FAILED && session->status != CHARGE_FAILED)
		session->failed_count++;
	session->status = settled->status;
	session->decline = settled->decline;
	(void)slice_copy(slice_of(settled->action), session->action, sizeof(session->action));
}
