/*
 * A company's locations, page by page.  Right after a bulk installation the platform's list lags behind, so
 * the books have it read again a few times (kassa.installation_list_again).
 */
#include "install/install_job.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "install/install.h"
#include "install/install_token.h"
#include "platform/platform_oauth.h"
#include "store/store_installation.h"

#define PAGES_MAX	200	/* 20 000 locations; the rest comes by webhook */
#define AGAIN_MS	2000	/* the first time; four times as long each time */

struct listing {
	struct flow			 flow;		/* first: steps get this */
	struct id			 id;
	install_job_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_installation	 company;
	struct platform_page		 page;
	struct store_list_ask		 list;
	long				 skip;
	bool				 is_renewed;	/* the token was refused once already */
	bool				 goes_on;
	int64_t				 refused;
	enum fault			 fault;
	const char			*detail;
};

static enum flow_next	list_find(struct flow *);
static enum flow_next	list_ask(struct flow *);
static enum flow_next	list_keep(struct flow *);
static enum flow_next	list_kept(struct flow *);
static enum flow_next	list_reply(struct flow *);
static void		list_with_token(void *, const struct install_token *);

static const struct flow_step	list_steps[] = {
	STEP(list_find),		/* asks the books which company it is                  */
	STEP(list_ask),			/* gets its token, asks the platform for a page        */
	STEP(list_keep),		/* asks the books to announce those that are new       */
	STEP(list_kept),		/* the next page, until there is none                  */
	STEP(list_reply),		/* the only step that answers                          */
};
/* From the second page on. */
#define NEXT_STEPS	(list_steps + 1)
#define NEXT_COUNT	(sizeof(list_steps) / sizeof(list_steps[0]) - 1)

void
install_list(const char *id, install_job_done done, void *arg)
{
	struct listing	*listing;

	listing = calloc(1, sizeof(*listing));
	assert(listing != NULL);
	(void)slice_copy(slice_of(id), listing->id.text, sizeof(listing->id.text));
	listing->done = done;
	listing->arg = arg;
	listing->call.flow = &listing->flow;
	listing->page.flow = &listing->flow;
	FLOW_START(&listing->flow, list_steps);
}

static enum flow_next
list_find(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	store_installation_find(&listing->call, listing->id.text, &listing->company);
	return FLOW_WAIT;
}

static enum flow_next
list_ask(struct flow *flow)
{
	struct listing			*listing = (struct listing *)flow;
	struct install_token_ask	 ask = { .kind = INSTALLATION_COMPANY };

	if (listing->call.fault != FAULT_NONE)
		return flow_fail(flow, listing->call.fault, NULL);
	if (listing->skip == 0 && listing->call.rows == 0)
		return flow_fail(flow, FAULT_INSTALLATION_UNKNOWN, NULL);
	ask.reference = listing->company.company;
	ask.refused = listing->refused;
	install_token(&ask, list_with_token, listing);
	return FLOW_WAIT;
}

static void
list_with_token(void *arg, const struct install_token *token)
{
	struct listing		 *listing = arg;
	struct platform_page_ask  ask;

	listing->fault = token->fault;
	listing->detail = token->detail;
	listing->refused = token->serial;
	if (token->fault != FAULT_NONE) {
		flow_wake(&listing->flow);
		return;
	}
	ask.token = token->token;
	ask.company = listing->company.company.text;
	ask.skip = listing->skip;
	platform_installed_locations(&ask, &listing->page);
}

static enum flow_next
list_keep(struct flow *flow)
{
	struct listing			*listing = (struct listing *)flow;
	const struct platform_page	*page = &listing->page;
	struct store_list_ask		*list = &listing->list;

	if (listing->fault != FAULT_NONE)
		return flow_fail(flow, listing->fault, listing->detail);
	if (page->verdict == PLATFORM_EXPIRED && !listing->is_renewed) {
		listing->is_renewed = true;
		listing->goes_on = true;
		return FLOW_END;
	}
	if (page->verdict != PLATFORM_DONE)
		return flow_fail(flow, platform_verdict_fault(page->verdict), page->detail);
	listing->refused = 0;
	listing->skip += (long)page->count;
	listing->goes_on = page->count > 0 && listing->skip < page->total &&
	    listing->skip < PAGES_MAX * STORE_LIST_MAX;
	list->installation_id = listing->id.text;
	list->company = listing->company.company.text;
	list->count = 0;
	list->is_last = !listing->goes_on;
	list->again_ms = AGAIN_MS;
	for (size_t i = 0; i < page->count && list->count < STORE_LIST_MAX; i++) {
		if (!page->at[i].is_installed)
			continue;
		list->locations[list->count] = page->at[i].location;
		(void)slice_copy(slice_of(page->at[i].name), list->names[list->count],
		    sizeof(list->names[0]));
		list->count++;
	}
	store_installation_list(&listing->call, list);
	return FLOW_WAIT;
}

static enum flow_next
list_kept(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	if (listing->call.fault != FAULT_NONE)
		return flow_fail(flow, listing->call.fault, NULL);
	return FLOW_ON;
}

static enum flow_next
list_reply(struct flow *flow)
{
	struct listing	*listing = (struct listing *)flow;

	if (flow->fault == FAULT_NONE && listing->goes_on) {
		listing->goes_on = false;
		flow_start(flow, NEXT_STEPS, NEXT_COUNT);
		return FLOW_END;
	}
	if (flow->fault != FAULT_NONE)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING,
		    .event = "locations_not_listed", .account_id = listing->id.text,
		    .fault = fault_info(flow->fault)->code, .detail = flow->detail });
	listing->done(listing->arg, flow->fault);
	free(listing);
	return FLOW_END;
}
