/*
 * One request to ourselves, the way that the platform comes.  Used by the flow check.
 */
#include "platform/platform_reach.h"

#include "base/buf.h"
#include "base/setting.h"
#include "platform/platform_internal.h"

#define ALIVE_PATH	"/healthz"
#define ALIVE_TEXT	"{\"status\":\"live\"}"
#define URL_MAX		(SETTING_TEXT_SIZE + 32)	/* bytes */

static void	reached(void *, const struct fetch_answer *);

void
platform_reach(const char *url, unsigned timeout_ms, struct platform_reach *reach)
{
	struct fetch_request	request = { .method = "GET", .timeout_ms = timeout_ms };
	struct buf		address;

	buf_init(&address, URL_MAX);
	buf_printf(&address, "%s" ALIVE_PATH, url);
	request.url = buf_text(&address);
	fetch_send(platform_options()->fetch, &request, reached, reach);
	buf_release(&address);
}

static void
reached(void *arg, const struct fetch_answer *answer)
{
	struct platform_reach	*reach = arg;

	reach->is_reached = answer->result == FETCH_ANSWERED && answer->status == 200 &&
	    slice_is(answer->body, ALIVE_TEXT);
	reach->detail = reach->is_reached ? NULL : answer->result == FETCH_ANSWERED ?
	    "public address is answered by something else" : "public address does not answer";
	flow_wake(reach->flow);
}
