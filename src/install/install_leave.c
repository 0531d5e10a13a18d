/*
 * The flow that leaves a location.  The platform takes the tokens back with the app, so that most often it
 * does not hear us any more: it is asked once, and what it says changes nothing here.
 */
#include "install/install_job.h"

#include <assert.h>
#include <stdlib.h>

#include "base/crash.h"
#include "base/log.h"
#include "base/seal.h"
#include "install/install.h"
#include "platform/platform_provider.h"
#include "store/store_installation.h"

struct leaving {
	struct flow			 flow;		/* first: steps get this */
	struct id			 id;
	install_job_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_installation	 found;
	struct platform_said		 said;
	bool				 was_asked;
};

static enum flow_next	leave_find(struct flow *);
static enum flow_next	leave_ask(struct flow *);
static enum flow_next	leave_forget(struct flow *);
static enum flow_next	leave_reply(struct flow *);

static const struct flow_step	leave_steps[] = {
	STEP(leave_find),		/* asks the books which installation it was            */
	STEP(leave_ask),		/* asks the platform to take the provider away         */
	STEP(leave_forget),		/* asks the books to forget the tokens, whatever it said */
	STEP(leave_reply),		/* the only step that answers                          */
};

void
install_leave(const char *id, install_job_done done, void *arg)
{
	struct leaving	*leaving;

	leaving = calloc(1, sizeof(*leaving));
	assert(leaving != NULL);
	(void)slice_copy(slice_of(id), leaving->id.text, sizeof(leaving->id.text));
	leaving->done = done;
	leaving->arg = arg;
	leaving->call.flow = &leaving->flow;
	leaving->said.flow = &leaving->flow;
	FLOW_START(&leaving->flow, leave_steps);
}

static enum flow_next
leave_find(struct flow *flow)
{
	struct leaving	*leaving = (struct leaving *)flow;

	store_installation_find(&leaving->call, leaving->id.text, &leaving->found);
	return FLOW_WAIT;
}

static enum flow_next
leave_ask(struct flow *flow)
{
	struct leaving			*leaving = (struct leaving *)flow;
	const struct store_installation	*found = &leaving->found;
	struct install_seal		 seal = { found->kind, found->location.text, "access" };
	struct buf			 token;

	if (leaving->call.fault != FAULT_NONE)
		return flow_fail(flow, leaving->call.fault, NULL);
	/* Installed again in between: it stays. */
	if (leaving->call.rows == 0 || found->state != INSTALLATION_UNINSTALLED)
		return FLOW_END;
	if (found->kind == INSTALLATION_COMPANY || found->access_sealed[0] == '\0')
		return FLOW_ON;
	buf_init(&token, SEAL_PLAIN_MAX);
	leaving->was_asked = install_token_open(&seal, slice_of(found->access_sealed), &token) ==
	    FAULT_NONE;
	if (leaving->was_asked)
		platform_provider_remove(&(struct platform_location_ask){ buf_text(&token),
		    found->location.text }, &leaving->said);
	buf_wipe(&token);
	return leaving->was_asked ? FLOW_WAIT : FLOW_ON;
}

static enum flow_next
leave_forget(struct flow *flow)
{
	struct leaving	*leaving = (struct leaving *)flow;

	crash_point("leave_before_forget");
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "installation_left",
	    .account_id = leaving->id.text, .detail = leaving->was_asked ? leaving->said.detail : NULL });
	store_installation_left(&leaving->call, leaving->id.text);
	return FLOW_WAIT;
}

static enum flow_next
leave_reply(struct flow *flow)
{
	struct leaving	*leaving = (struct leaving *)flow;

	leaving->done(leaving->arg, flow->fault != FAULT_NONE ? flow->fault : leaving->call.fault);
	free(leaving);
	return FLOW_END;
}
