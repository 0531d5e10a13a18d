/*
 * The flow behind the callback.  What it leaves behind is the installation with its tokens, and the jobs
 * that connect its locations.
 */
#include "install/install_code.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/slice.h"
#include "install/install_grant.h"
#include "platform/platform_oauth.h"
#include "store/store_installation.h"

#define REDIRECT_MAX	(SETTING_TEXT_SIZE + 32)

struct coding {
	struct flow		 flow;		/* first: steps get this */
	char			 code[INSTALL_CODE_SIZE];
	install_coded_done	 done;
	void			*arg;
	struct store_call	 call;
	struct platform_grant	 grant;
	struct id		 installation;
};

static enum flow_next	code_exchange(struct flow *);
static enum flow_next	code_keep(struct flow *);
static enum flow_next	code_kept(struct flow *);
static enum flow_next	code_reply(struct flow *);
static enum fault	grant_fault(enum platform_verdict);
static enum installation_kind	kind_of(const struct platform_grant *);

static const struct flow_step	code_steps[] = {
	STEP(code_exchange),		/* asks the platform: the code is spent                */
	STEP(code_keep),		/* seals the tokens, asks the books to keep them       */
	STEP(code_kept),		/* committed together with the job that goes on        */
	STEP(code_reply),		/* the only step that answers                          */
};

void
install_code(const char *code, install_coded_done done, void *arg)
{
	struct coding	*coding;

	coding = calloc(1, sizeof(*coding));
	assert(coding != NULL);
	(void)slice_copy(slice_of(code), coding->code, sizeof(coding->code));
	coding->done = done;
	coding->arg = arg;
	coding->call.flow = &coding->flow;
	coding->grant.flow = &coding->flow;
	FLOW_START(&coding->flow, code_steps);
}

static enum flow_next
code_exchange(struct flow *flow)
{
	struct coding	*coding = (struct coding *)flow;
	struct buf	 redirect;

	if (coding->code[0] == '\0')
		return flow_fail(flow, FAULT_CODE_INVALID, "there is no code");
	if (install_settings()->client_id[0] == '\0')
		return flow_fail(flow, FAULT_PLATFORM_REFUSED, "KASSA_CLIENT_ID is not set");
	buf_init(&redirect, REDIRECT_MAX);
	buf_printf(&redirect, "%s/oauth/callback", install_settings()->public_url);
	crash_point("install_before_exchange");
	platform_code_exchange(&(struct platform_code_ask){ coding->code, buf_text(&redirect) },
	    &coding->grant);
	buf_release(&redirect);
	return FLOW_WAIT;
}

static enum flow_next
code_keep(struct flow *flow)
{
	struct coding			*coding = (struct coding *)flow;
	const struct platform_grant	*grant = &coding->grant;
	struct buf			 access, refresh;
	struct store_grant_ask		 ask;
	enum fault			 fault;

	crash_point("install_after_exchange");
	fault = grant_fault(grant->verdict);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, grant->detail);
	fault = install_grant_seal(kind_of(grant), grant, &access, &refresh);
	if (fault != FAULT_NONE)
		return flow_fail(flow, fault, "tokens could not be sealed");
	ask.kind = kind_of(grant);
	ask.company = grant->company.text;
	ask.location = ask.kind == INSTALLATION_LOCATION ? grant->location.text : "";
	ask.user = grant->user.text;
	ask.version = grant->version.text;
	ask.plan = grant->plan.text;
	ask.scope = grant->scope;
	ask.installs_future = grant->installs_future;
	ask.approved = grant->approved;
	ask.approved_count = ask.kind == INSTALLATION_COMPANY ? grant->approved_count : 0;
	ask.access_sealed = buf_text(&access);
	ask.refresh_sealed = buf_text(&refresh);
	ask.lives_ms = grant->expires_in_s * 1000;
	ask.ahead_ms = install_settings()->token_ahead_ms;
	store_token_grant(&coding->call, &ask, &coding->installation);
	buf_release(&access);
	buf_release(&refresh);
	return FLOW_WAIT;
}

static enum flow_next
code_kept(struct flow *flow)
{
	struct coding	*coding = (struct coding *)flow;

	if (coding->call.fault != FAULT_NONE)
		return flow_fail(flow, coding->call.fault, "the code is spent: install again");
	crash_point("install_after_keep");
	return FLOW_ON;
}

static enum flow_next
code_reply(struct flow *flow)
{
	struct coding		*coding = (struct coding *)flow;
	struct install_coded	 answer;

	answer.fault = flow->fault;
	answer.detail = flow->detail;
	answer.sqlstate = coding->call.sqlstate;
	answer.kind = kind_of(&coding->grant);
	answer.installation_id = coding->installation.text;
	coding->done(coding->arg, &answer);
	platform_grant_wipe(&coding->grant);
	explicit_bzero(coding->code, sizeof(coding->code));
	free(coding);
	return FLOW_END;
}

/* Contract §6.3: a code that the platform does not take was used, is too old, or was made up. */
static enum fault
grant_fault(enum platform_verdict verdict)
{
	switch (verdict) {
	case PLATFORM_DONE:
		return FAULT_NONE;
	case PLATFORM_DEAD:
		return FAULT_CODE_INVALID;
	case PLATFORM_RETRY:
	case PLATFORM_UNKNOWN:
		return FAULT_PLATFORM_UNAVAILABLE;
	default:
		return FAULT_PLATFORM_REFUSED;
	}
}

/* By what the platform says it gave, never by what was asked for or by which ids are there (contract §6.2). */
static enum installation_kind
kind_of(const struct platform_grant *grant)
{
	return grant->user_type == PLATFORM_LOCATION ? INSTALLATION_LOCATION : INSTALLATION_COMPANY;
}
