/*
 * Taking, sending, keeping.  A webhook whose sender dies is due again when its lease is over.
 */
#include "simulator/webhook_send.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "io/flow.h"
#include "io/loop.h"
#include "io/row.h"
#include "simulator/simulator.h"
#include "simulator/webhook_store.h"

#define POLL_MS		250
#define RUNS_MAX	16	/* side by side in one worker; the rest waits */
#define TIMEOUT_MS	10000	/* the platform documents none */
#define LEASE_MS	(TIMEOUT_MS + 5000)
#define TRIES_MAX	12
#define BODY_MAX	(2 * JSON_BYTES_MAX)	/* bytes; taken ones are smaller, and get three members more */
#define ANSWER_SHOWN	512	/* bytes of an answer that are kept */
#define HEADER_MAX	2048	/* bytes; an RSA signature and its name */

struct run {
	struct flow			 flow;		/* first: steps get this */
	struct webhook_store_try	 try;
	struct buf			 body;
	struct buf			 result;	/* JSON for the books */
	long				 http_status;
	int64_t				 duration_us;
	enum fault			 fault;		/* of keeping the result */
};

/* One taking at a time in a process. */
static struct {
	int	running;
	bool	is_started, is_taking, is_woken;
} sender;

static enum flow_next	run_post(struct flow *);
static enum flow_next	run_keep(struct flow *);
static enum flow_next	run_end(struct flow *);
static void		send_poll(void *);
static void		send_taken(void *, const struct pool_answer *);
static void		run_start(const PGresult *, int);
static void		posted(void *, const struct fetch_answer *);
static void		kept(void *, const struct pool_answer *);
static void		put_result(const struct fetch_answer *, struct buf *);
static size_t		headers_make(const struct run *, struct buf[SIGN_SCHEME_COUNT]);
static bool		scheme_has(const char *, enum sign_scheme);
static bool		signature_put(const struct run *, enum sign_scheme, struct buf *);

static const struct flow_step run_steps[] = {
	STEP(run_post),		/* signs the bytes and posts them */
	STEP(run_keep),		/* has the answer kept, and the next try planned */
	STEP(run_end),
};

/* Lower case, as HTTP/2 would have them; the words before the colon are the platform's. */
static const char *const	header_names[SIGN_SCHEME_COUNT] = {
	[SIGN_ED25519] = "x-ghl-signature: ",
	[SIGN_RSA] = "x-wh-signature: ",
};

void
webhook_send_start(void)
{
	sender.is_started = true;
	loop_after(POLL_MS, send_poll, NULL);
}

void
webhook_send_wake(void)
{
	if (!sender.is_started)
		return;
	if (sender.is_taking || sender.running == RUNS_MAX) {
		sender.is_woken = true;	/* looks again as soon as it can */
		return;
	}
	sender.is_woken = false;
	sender.is_taking = webhook_store_take(RUNS_MAX - sender.running, LEASE_MS, send_taken,
	    NULL) == FAULT_NONE;
}

static void
send_poll(void *arg)
{
	(void)arg;
	webhook_send_wake();
	loop_after(POLL_MS, send_poll, NULL);
}

/* What could not be asked is asked at the next poll. */
static void
send_taken(void *arg, const struct pool_answer *answer)
{
	(void)arg;
	sender.is_taking = false;
	if (answer->fault != FAULT_NONE)
		return;
	for (int row = 0; row < PQntuples(answer->rows); row++)
		run_start(answer->rows, row);
	if (sender.is_woken || PQntuples(answer->rows) > 0)
		webhook_send_wake();
}

static void
run_start(const PGresult *rows, int row)
{
	struct run	*run;

	run = calloc(1, sizeof(*run));
	assert(run != NULL);
	webhook_store_took(rows, row, &run->try);
	buf_init(&run->body, BODY_MAX);
	buf_init(&run->result, 4 * ANSWER_SHOWN);
	buf_put(&run->body, row_slice(rows, row, WEBHOOK_STORE_BODY));
	sender.running++;
	FLOW_START(&run->flow, run_steps);
}

static enum flow_next
run_post(struct flow *flow)
{
	struct run		*run = (struct run *)flow;
	struct fetch_request	 request = { .method = "POST", .timeout_ms = TIMEOUT_MS };
	struct buf		 headers[SIGN_SCHEME_COUNT];
	size_t			 count;

	count = headers_make(run, headers);
	request.url = simulator_settings()->webhook_url;
	request.headers[0] = "content-type: application/json";
	for (size_t i = 0; i < count; i++)
		request.headers[i + 1] = buf_text(&headers[i]);
	request.body = buf_slice(&run->body);
	fetch_send(simulator_fetch(), &request, posted, run);
	for (size_t i = 0; i < count; i++)
		buf_release(&headers[i]);
	return FLOW_WAIT;
}

static enum flow_next
run_keep(struct flow *flow)
{
	struct run			*run = (struct run *)flow;
	struct webhook_store_end	 end = {
		&run->try, buf_text(&run->result), simulator_settings()->retry_ms, TRIES_MAX
	};
	enum fault			 fault;

	fault = webhook_store_end(&end, kept, run);
	return fault == FAULT_NONE ? FLOW_WAIT : flow_fail(flow, fault, NULL);
}

static enum flow_next
run_end(struct flow *flow)
{
	struct run	*run = (struct run *)flow;
	bool		 delivered = run->http_status >= 200 && run->http_status <= 299;

	if (flow->fault == FAULT_NONE)
		flow->fault = run->fault;
	log_write(&(struct log_entry){
	    .level = delivered && flow->fault == FAULT_NONE ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
	    .event = "webhook_sent", .subject = run->try.webhook_id, .rule = run->try.scheme,
	    .status = (int)run->http_status, .duration_us = run->duration_us,
	    .count = run->try.try_id, .outcome = delivered ? "delivered" : "failed",
	    .fault = flow->fault == FAULT_NONE ? NULL : fault_info(flow->fault)->code });
	buf_release(&run->body);
	buf_release(&run->result);
	free(run);
	sender.running--;
	if (sender.is_woken)
		webhook_send_wake();
	return FLOW_END;
}

static void
posted(void *arg, const struct fetch_answer *answer)
{
	struct run	*run = arg;

	run->http_status = answer->status;
	run->duration_us = answer->duration_us;
	put_result(answer, &run->result);
	flow_wake(&run->flow);
}

static void
kept(void *arg, const struct pool_answer *answer)
{
	struct run	*run = arg;

	run->fault = answer->fault;
	flow_wake(&run->flow);
}

/* The answer's first bytes as ASCII, since nobody knows what they are. */
static void
put_result(const struct fetch_answer *answer, struct buf *result)
{
	struct json_write	write;
	char			shown[ANSWER_SHOWN];
	size_t			len = answer->body.len;

	if (len > sizeof(shown))
		len = sizeof(shown);
	for (size_t i = 0; i < len; i++)
		shown[i] = answer->body.at[i] >= ' ' && answer->body.at[i] <= '~' ?
		    answer->body.at[i] : '?';
	json_write_init(&write, result);
	json_open_object(&write);
	if (answer->result == FETCH_ANSWERED)
		json_integer_member(&write, "httpStatus", answer->status);
	json_slice_member(&write, "answer", (struct slice){ shown, len });
	json_text_member(&write, "detail", answer->detail);
	json_integer_member(&write, "durationUs", answer->duration_us);
	json_close_object(&write);
}

/* The headers of this scheme; returns how many of ${headers} are to be sent, and released. */
static size_t
headers_make(const struct run *run, struct buf headers[SIGN_SCHEME_COUNT])
{
	size_t	count = 0;

	for (size_t i = 0; i < SIGN_SCHEME_COUNT; i++) {
		struct buf	*header = &headers[count];

		if (!scheme_has(run->try.scheme, (enum sign_scheme)i))
			continue;
		buf_init(header, HEADER_MAX);
		buf_puts(header, header_names[i]);
		if (strcmp(run->try.scheme, "N/A") == 0)
			buf_puts(header, "N/A");
		else if (!signature_put(run, (enum sign_scheme)i, header))
			buf_release(header);
		if (header->len > 0)
			count++;
	}
	return count;
}

static bool
scheme_has(const char *scheme, enum sign_scheme header)
{
	if (strcmp(scheme, "ed25519") == 0)
		return header == SIGN_ED25519;
	if (strcmp(scheme, "rsa") == 0)
		return header == SIGN_RSA;
	return strcmp(scheme, "none") != 0;
}

/* A bad one is good for other bytes: only who looks at these will notice. */
static bool
signature_put(const struct run *run, enum sign_scheme scheme, struct buf *header)
{
	struct slice	bytes = buf_slice(&run->body);

	if (strcmp(run->try.scheme, "bad") == 0)
		bytes.len--;
	return sign_put(&simulator_settings()->webhook_keys, scheme, bytes, header);
}
