/*
 * Is it alive, is it ready, and what is it: for load balancers, for make up, for a curious person.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "base/version.h"
#include "serve/asset.h"
#include "store/store_metric.h"
#include "web/web.h"

#define KNOWN_FOR_US	INT64_C(500000)		/* asked more often than this, the last answer does */
#define CLOCK_OFF_US	INT64_C(30000000)	/* tickets and signatures carry times */

/* Who asks while nobody knows. */
struct readying {
	struct flow		 flow;		/* first: steps get this */
	struct serve_request	*request;
	struct store_call	 call;
	struct store_readiness	 readiness;
};

static enum flow_next	ready_ask(struct flow *);
static enum flow_next	ready_reply(struct flow *);
static const char	*unready(const struct readying *);
static void		ready_answer(struct serve_request *);
static void		status_answer(struct serve_request *, const char *);

static const struct flow_step	ready_steps[] = {
	STEP(ready_ask),		/* asks the books what they are, and what time it is   */
	STEP(ready_reply),		/* the only step that answers                          */
};

/* What was found last, of this worker. */
static struct {
	int64_t		 until_us;
	const char	*why_not;	/* NULL: it is ready */
} found;

void
web_live(struct serve_request *request)
{
	status_answer(request, "live");
}

void
web_ready(struct serve_request *request)
{
	struct readying	*readying;

	if (clock_elapsed_us() < found.until_us) {
		ready_answer(request);
		return;
	}
	readying = calloc(1, sizeof(*readying));
	assert(readying != NULL);
	readying->request = request;
	readying->call.flow = &readying->flow;
	FLOW_START(&readying->flow, ready_steps);
}

static enum flow_next
ready_ask(struct flow *flow)
{
	struct readying	*readying = (struct readying *)flow;

	store_readiness(&readying->call, &readying->readiness);
	return FLOW_WAIT;
}

static enum flow_next
ready_reply(struct flow *flow)
{
	struct readying	*readying = (struct readying *)flow;

	found.why_not = unready(readying);
	found.until_us = clock_elapsed_us() + KNOWN_FOR_US;
	serve_note(readying->request)->sqlstate = readying->call.sqlstate;
	ready_answer(readying->request);
	free(readying);
	return FLOW_END;
}

/* A schema that is newer than ours is fine: the next release is being rolled out (docs/upgrade.md). */
static const char *
unready(const struct readying *readying)
{
	int64_t	off_us = readying->readiness.now_us - clock_now_us();

	if (readying->call.fault != FAULT_NONE)
		return "no connection to the database answers";
	if (strcmp(readying->readiness.migration, migration_newest) < 0)
		return "database is older than this server: run kassactl migrate";
	if (readying->readiness.is_read_only)
		return "database is read-only";
	if (off_us > CLOCK_OFF_US || off_us < -CLOCK_OFF_US)
		return "clocks of this machine and of the database differ by more than 30 s";
	return NULL;
}

static void
ready_answer(struct serve_request *request)
{
	if (found.why_not == NULL)
		status_answer(request, "ready");
	else
		serve_fault(request, FAULT_STORE_UNAVAILABLE, found.why_not);
}

static void
status_answer(struct serve_request *request, const char *word)
{
	struct json_write	write;
	struct buf		body;

	buf_init(&body, WEB_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_text_member(&write, "status", word);
	json_close_object(&write);
	serve_json(request, 200, &body);
	buf_release(&body);
}

void
web_home(struct serve_request *request)
{
	static const struct serve_header	headers[] = {
		{ "content-security-policy",
		    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
		    "frame-ancestors 'none'" },
	};

	asset_answer_page(request, "home.html", headers, sizeof(headers) / sizeof(headers[0]));
}
