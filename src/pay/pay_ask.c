/*
 * The flow behind a question to the platform: a token, the question, and once more with a new token if the
 * first one had expired before its time.
 */
#include "pay/pay_ask.h"

#include <assert.h>
#include <stdlib.h>

#include "base/seal.h"
#include "install/install_token.h"
#include "pay/pay_token.h"

struct asking {
	struct flow		 flow;		/* first: steps get this */
	struct pay_ask		 ask;
	struct platform_read	*read;		/* the caller's */
	struct flow		*caller;
	enum fault		 fault;		/* of the token */
	const char		*detail;
	int64_t			 serial, refused;
	bool			 is_again;
};

static enum flow_next	ask_token(struct flow *);
static enum flow_next	ask_answered(struct flow *);
static enum flow_next	ask_reply(struct flow *);
static void		ask_with_token(void *, const struct install_token *);
static void		ask_send(struct asking *, const char *);

static const struct flow_step	ask_steps[] = {
	STEP(ask_token),		/* gets a token, and asks the platform with it         */
	STEP(ask_answered),		/* expired: once more with a new one                   */
	STEP(ask_reply),		/* wakes the flow that wanted to know                  */
};

bool
pay_ask_can(const struct store_account *account)
{
	return account->platform_token[0] != '\0' || account->is_installed;
}

void
pay_ask(const struct pay_ask *ask, struct platform_read *read)
{
	struct asking	*asking;

	asking = calloc(1, sizeof(*asking));
	assert(asking != NULL);
	asking->ask = *ask;
	asking->read = read;
	asking->caller = read->flow;
	read->flow = &asking->flow;
	FLOW_START(&asking->flow, ask_steps);
}

static enum flow_next
ask_token(struct flow *flow)
{
	struct asking			*asking = (struct asking *)flow;
	const struct store_account	*account = asking->ask.account;
	struct install_token_ask	 ask = { .kind = INSTALLATION_LOCATION };
	struct buf			 token;

	if (account->platform_token[0] == '\0') {
		ask.reference = account->location;
		ask.refused = asking->refused;
		install_token(&ask, ask_with_token, asking);
		return FLOW_WAIT;
	}
	buf_init(&token, SEAL_PLAIN_MAX);
	asking->fault = pay_token_open(account, &token);
	if (asking->fault == FAULT_NONE)
		ask_send(asking, buf_text(&token));
	else
		asking->detail = "platform token could not be opened: was KASSA_MASTER_KEY changed?";
	buf_wipe(&token);
	return asking->fault == FAULT_NONE ? FLOW_WAIT : FLOW_ON;
}

static void
ask_with_token(void *arg, const struct install_token *token)
{
	struct asking	*asking = arg;

	asking->fault = token->fault;
	asking->detail = token->detail;
	asking->serial = token->serial;
	if (token->fault == FAULT_NONE)
		ask_send(asking, token->token);
	else
		flow_wake(&asking->flow);
}

static void
ask_send(struct asking *asking, const char *token)
{
	struct platform_read_ask	ask;

	ask.token = token;
	ask.location = asking->ask.account->location.text;
	ask.transaction = asking->ask.transaction->text;
	ask.is_order = asking->ask.is_order;
	ask.timeout_ms = asking->ask.timeout_ms;
	platform_read(&ask, asking->read);
}

static enum flow_next
ask_answered(struct flow *flow)
{
	struct asking	*asking = (struct asking *)flow;

	asking->is_again = false;
	if (asking->fault != FAULT_NONE) {
		asking->read->fault = asking->fault;
		asking->read->detail = asking->detail != NULL ? asking->detail : "";
	} else if (asking->read->is_expired && asking->serial > 0 && asking->refused == 0) {
		asking->refused = asking->serial;
		asking->is_again = true;
	}
	return FLOW_ON;
}

static enum flow_next
ask_reply(struct flow *flow)
{
	struct asking	*asking = (struct asking *)flow;
	struct flow	*caller = asking->caller;

	if (asking->is_again) {
		FLOW_START(flow, ask_steps);
		return FLOW_END;
	}
	asking->read->flow = caller;
	free(asking);
	flow_wake(caller);
	return FLOW_END;
}
