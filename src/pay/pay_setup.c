/*
 * The flows of a setup.  Started by web_setup.c; what they leave behind when they stop in the middle is found
 * and finished by pay_resolve.c.
 */
#include "pay/pay_setup.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/log.h"
#include "pay/pay_settle.h"
#include "store/store_account.h"

struct setting_up {
	struct flow			 flow;		/* first: steps get this */
	struct pay_setup_open_ask	 open;
	struct pay_setup_confirm_ask	 ask;
	pay_setup_done			 done;
	void				*arg;
	struct store_call		 call;
	struct store_account		 account;
	const struct processor		*processor;
	struct processor_saved		 saved;
	struct store_setup		 setup;
};

static enum flow_next	setup_find_account(struct flow *);
static enum flow_next	setup_open(struct flow *);
static enum flow_next	setup_opened(struct flow *);
static enum flow_next	setup_look(struct flow *);
static enum flow_next	setup_reserve(struct flow *);
static enum flow_next	setup_reserved(struct flow *);
static enum flow_next	setup_settle(struct flow *);
static enum flow_next	setup_settled(struct flow *);
static enum flow_next	setup_reply(struct flow *);
static struct setting_up *setting_up_new(pay_setup_done, void *);

static const struct flow_step	open_steps[] = {
	STEP(setup_find_account),	/* asks the books who this publishable key is          */
	STEP(setup_open),		/* asks the books for a fresh setup                    */
	STEP(setup_opened),
	STEP(setup_reply),		/* the only step that answers                          */
};

static const struct flow_step	confirm_steps[] = {
	STEP(setup_look),		/* asks the books what the setup is                    */
	STEP(setup_reserve),		/* asks the books: intent and limit, committed         */
	STEP(setup_reserved),		/* fresh: asks the processor; else says how it stands  */
	STEP(setup_settle),		/* outcome -> books: the card is kept, or is not       */
	STEP(setup_settled),
	STEP(setup_reply),		/* the only step that answers                          */
};

static const struct flow_step	look_steps[] = {
	STEP(setup_look),
	STEP(setup_opened),
	STEP(setup_reply),
};

void
pay_setup_open(const struct pay_setup_open_ask *ask, pay_setup_done done, void *arg)
{
	struct setting_up	*setting = setting_up_new(done, arg);

	setting->open = *ask;
	FLOW_START(&setting->flow, open_steps);
}

void
pay_setup_confirm(const struct pay_setup_confirm_ask *ask, pay_setup_done done, void *arg)
{
	struct setting_up	*setting = setting_up_new(done, arg);

	setting->ask = *ask;
	FLOW_START(&setting->flow, confirm_steps);
}

void
pay_setup_look(const char *setup_id, pay_setup_done done, void *arg)
{
	struct setting_up	*setting = setting_up_new(done, arg);

	(void)slice_copy(slice_of(setup_id), setting->ask.setup_id, sizeof(setting->ask.setup_id));
	FLOW_START(&setting->flow, look_steps);
}

enum pay_standing
pay_setup_standing(const struct store_setup *setup)
{
	switch (setup->status) {
	case SETUP_SUCCEEDED:
		return PAY_SUCCEEDED;
	case SETUP_SENDING:
	case SETUP_UNKNOWN:
		return PAY_PROCESSING;
	case SETUP_FAILED:
		return setup->attempt >= STORE_SETUP_ATTEMPTS_MAX ? PAY_FAILED : PAY_OPEN;
	case SETUP_OPEN:
	case SETUP_STATUS_COUNT:
		break;
	}
	return PAY_OPEN;
}

void
pay_setup_key(const char *setup_id, int attempt, char key[PAY_SETUP_KEY_SIZE])
{
	int	len;

	len = snprintf(key, PAY_SETUP_KEY_SIZE, "%s.%d", setup_id, attempt);
	assert(len > 0 && len < PAY_SETUP_KEY_SIZE);
}

void
pay_setup_settle(struct store_call *call, const struct processor_saved *saved,
    const struct pay_setup_attempt *attempt, struct store_setup *setup)
{
	struct store_setup_settle_ask	ask;

	ask.setup_id = attempt->setup_id;
	ask.attempt = attempt->attempt;
	ask.outcome = saved->result.outcome;
	ask.decline = saved->result.decline;
	ask.card = pay_saved_card(saved);
	ask.minute_ms = pay_settings()->resolve_minute_ms;
	store_setup_settle(call, &ask, setup);
}

static struct setting_up *
setting_up_new(pay_setup_done done, void *arg)
{
	struct setting_up	*setting;

	setting = calloc(1, sizeof(*setting));
	assert(setting != NULL);
	setting->done = done;
	setting->arg = arg;
	setting->call.flow = &setting->flow;
	setting->saved.result.flow = &setting->flow;
	return setting;
}

static enum flow_next
setup_find_account(struct flow *flow)
{
	struct setting_up	*setting = (struct setting_up *)flow;

	store_account_by_publishable_key(&setting->call, setting->open.publishable_key.text,
	    &setting->account);
	return FLOW_WAIT;
}

static enum flow_next
setup_open(struct flow *flow)
{
	struct setting_up	*setting = (struct setting_up *)flow;
	struct store_setup_ask	 ask;
	enum fault		 fault;

	fault = store_account_fault(&setting->call, &setting->account, FAULT_PUBLISHABLE_KEY_INVALID);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, NULL);
	if (processor_for(setting->account.mode) == NULL)
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	ask.account_id = setting->account.account_id;
	ask.contact = setting->open.contact.text;
	ask.dialect = setting->open.dialect;
	store_setup_open(&setting->call, &ask, &setting->setup);
	return FLOW_WAIT;
}

static enum flow_next
setup_opened(struct flow *flow)
{
	struct setting_up	*setting = (struct setting_up *)flow;

	if (setting->call.fault != FAULT_NONE)
		return flow_fail(flow, setting->call.fault, NULL);
	return FLOW_ON;
}

static enum flow_next
setup_look(struct flow *flow)
{
	struct setting_up	*setting = (struct setting_up *)flow;

	store_setup_read(&setting->call, setting->ask.setup_id, &setting->setup);
	return FLOW_WAIT;
}

static enum flow_next
setup_reserve(struct flow *flow)
{
	struct setting_up		*setting = (struct setting_up *)flow;
	struct store_setup_reserve_ask	 ask;

	if (setting->call.fault != FAULT_NONE)
		return flow_fail(flow, setting->call.fault, NULL);
	setting->processor = processor_for(setting->setup.mode);
	if (setting->processor == NULL)
		return flow_fail(flow, FAULT_PROCESSOR_UNSUPPORTED, NULL);
	ask.setup_id = setting->ask.setup_id;
	ask.processor = setting->processor->name;
	ask.client = setting->ask.client;
	ask.limits = pay_limits();
	ask.resolve_after_ms = pay_resolve_after_ms();
	crash_point("setup_before_intent");
	store_setup_reserve(&setting->call, &ask, &setting->setup);
	return FLOW_WAIT;
}

static enum flow_next
setup_reserved(struct flow *flow)
{
	struct setting_up	*setting = (struct setting_up *)flow;
	struct processor_save	 save;
	char			 key[PAY_SETUP_KEY_SIZE];

	if (setting->call.fault != FAULT_NONE)
		return flow_fail(flow, setting->call.fault, NULL);
	crash_point("setup_after_intent");
	if (!setting->setup.fresh)
		return FLOW_END;
	pay_setup_key(setting->setup.setup_id, setting->setup.attempt, key);
	save.account_id = setting->setup.account_id;
	save.key = key;
	save.token = setting->ask.token;
	setting->processor->save(&save, &setting->saved);
	crash_point("setup_after_send");
	return FLOW_WAIT;
}

static enum flow_next
setup_settle(struct flow *flow)
{
	struct setting_up		*setting = (struct setting_up *)flow;
	struct pay_setup_attempt	 attempt;

	attempt.setup_id = setting->ask.setup_id;
	attempt.attempt = setting->setup.attempt;
	crash_point("setup_before_post");
	pay_setup_settle(&setting->call, &setting->saved, &attempt, &setting->setup);
	return FLOW_WAIT;
}

static enum flow_next
setup_settled(struct flow *flow)
{
	struct setting_up	*setting = (struct setting_up *)flow;
	struct log_entry	 entry = { .level = LOG_LEVEL_INFO, .event = "setup_settled" };

	crash_point("setup_after_post");
	entry.account_id = setting->setup.account_id;
	entry.session_id = setting->ask.setup_id;
	entry.outcome = outcome_label(setting->saved.result.outcome);
	entry.detail = setting->saved.result.detail;
	if (setting->call.fault != FAULT_NONE) {
		/* The intent is in the books: the attempt stands as it was read, the janitor asks again. */
		entry.level = LOG_LEVEL_WARNING;
		entry.fault = fault_info(setting->call.fault)->code;
		entry.sqlstate = setting->call.sqlstate;
		entry.detail = setting->call.detail;
	}
	log_write(&entry);
	return FLOW_ON;
}

static enum flow_next
setup_reply(struct flow *flow)
{
	struct setting_up	*setting = (struct setting_up *)flow;
	struct pay_setup	 answer = { .rule = "" };

	answer.fault = flow->fault;
	answer.detail = flow->detail;
	answer.sqlstate = setting->call.sqlstate;
	if (flow->fault == FAULT_ATTEMPTS_LIMITED)
		answer.rule = setting->call.detail;
	answer.setup = setting->setup;
	setting->done(setting->arg, &answer);
	explicit_bzero(setting->ask.token, sizeof(setting->ask.token));
	free(setting);
	return FLOW_END;
}
