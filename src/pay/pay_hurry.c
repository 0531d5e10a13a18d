/*
 * One statement.  Used by web_notification.c, and by main.c for the sandbox, which is its own messenger.
 */
#include "pay/pay_hurry.h"

#include <assert.h>
#include <stdlib.h>

#include "store/store_job.h"

struct hurrying {
	struct flow		 flow;		/* first: steps get this */
	char			 account_id[ID_SIZE];
	char			 key[STORE_JOB_SUBJECT_SIZE];
	void			(*done)(void *, const struct pay_hurried *);
	void			*arg;
	struct store_call	 call;
	bool			 hurried;
};

static enum flow_next	hurry_ask(struct flow *);
static enum flow_next	hurry_reply(struct flow *);

static const struct flow_step	hurry_steps[] = {
	STEP(hurry_ask),		/* asks the books to move the job to now               */
	STEP(hurry_reply),		/* the only step that answers, if somebody listens     */
};

void
pay_hurry(const char *account_id, const char *key,
    void (*done)(void *, const struct pay_hurried *), void *arg)
{
	struct hurrying	*hurrying;

	hurrying = calloc(1, sizeof(*hurrying));
	assert(hurrying != NULL);
	(void)slice_copy(slice_of(account_id), hurrying->account_id, sizeof(hurrying->account_id));
	(void)slice_copy(slice_of(key), hurrying->key, sizeof(hurrying->key));
	hurrying->done = done;
	hurrying->arg = arg;
	hurrying->call.flow = &hurrying->flow;
	FLOW_START(&hurrying->flow, hurry_steps);
}

static enum flow_next
hurry_ask(struct flow *flow)
{
	struct hurrying	*hurrying = (struct hurrying *)flow;

	store_job_hurry(&hurrying->call, hurrying->account_id, hurrying->key, &hurrying->hurried);
	return FLOW_WAIT;
}

static enum flow_next
hurry_reply(struct flow *flow)
{
	struct hurrying		*hurrying = (struct hurrying *)flow;
	struct pay_hurried	 answer;

	answer.fault = hurrying->call.fault;
	answer.sqlstate = hurrying->call.sqlstate;
	answer.is_known = hurrying->hurried;
	if (hurrying->done != NULL)
		hurrying->done(hurrying->arg, &answer);
	free(hurrying);
	return FLOW_END;
}
