/*
 * One reply from its row to the wire.  Used by market.c and read_back.c.
 */
#include "simulator/market_reply.h"

#include <string.h>

#include "base/integer.h"
#include "io/loop.h"
#include "io/row.h"
#include "simulator/market.h"
#include "simulator/platform_error.h"
#include "simulator/simulator.h"

#define MALFORMED	"{\"access_token\": <html>"

static bool	answer_passes(struct serve_request *, const struct pool_answer *);
static void	ready(void *);
static int64_t	left_after(int64_t);

bool
market_reply_take(struct market_reply *reply, const struct pool_answer *answer)
{
	const PGresult	*rows = answer->rows;
	int64_t		 wait_ms;

	if (!answer_passes(reply->request, answer))
		return false;
	reply->status = (int)row_integer(rows, 0, 0);
	(void)slice_copy(row_slice(rows, 0, 2), reply->fault, sizeof(reply->fault));
	wait_ms = row_integer(rows, 0, 3);
	reply->is_limited = !row_is_null(rows, 0, 4);
	reply->remaining = row_integer(rows, 0, 4);
	reply->remaining_day = row_integer(rows, 0, 5);
	buf_init(&reply->body, SIMULATOR_ANSWER_MAX);
	buf_put(&reply->body, row_slice(rows, 0, 1));
	if (wait_ms > 0)
		loop_after((uint64_t)wait_ms, ready, reply);
	else
		reply->ready(reply);
	return true;
}

void
market_reply_send(struct market_reply *reply)
{
	struct integer		 max, remaining, remaining_day;
	struct serve_header	 headers[] = {
		{ "x-ratelimit-max", integer_print(simulator_settings()->rate, &max) },
		{ "x-ratelimit-remaining", integer_print(left_after(reply->remaining), &remaining) },
		{ "x-ratelimit-interval-milliseconds", "10000" },
		{ "x-ratelimit-limit-daily", "200000" },
		{ "x-ratelimit-daily-remaining",
		    integer_print(left_after(reply->remaining_day), &remaining_day) },
	};
	struct serve_answer	 answer = { .status = reply->status, .type = "application/json",
				    .body = buf_slice(&reply->body), .headers = headers };

	if (reply->is_limited)
		answer.header_count = sizeof(headers) / sizeof(headers[0]);
	serve_note(reply->request)->rule = reply->fault[0] != '\0' ? reply->fault : NULL;
	if (strcmp(reply->fault, "malformed") == 0) {
		answer.status = 200;
		answer.body = slice_of(MALFORMED);
	}
	if (strcmp(reply->fault, "reset") == 0 || strcmp(reply->fault, "lost") == 0)
		serve_hang_up(reply->request);
	else
		serve_answer(reply->request, &answer);
	buf_wipe(&reply->body);
}

/* The books read JSON more closely than we do: half a character, or NUL in a text, is the caller's doing. */
static bool
answer_passes(struct serve_request *request, const struct pool_answer *answer)
{
	if (answer->fault == FAULT_NONE)
		return true;
	serve_note(request)->sqlstate = answer->sqlstate;
	if (answer->fault == FAULT_STORE_FAILED && strncmp(answer->sqlstate, "22", 2) == 0) {
		platform_error_answer(request, 400, "request cannot be read");
		return false;
	}
	serve_note(request)->detail = answer->detail;
	market_refuse(request, answer->fault, NULL);
	return false;
}

static void
ready(void *arg)
{
	struct market_reply	*reply = arg;

	reply->ready(reply);
}

static int64_t
left_after(int64_t calls)
{
	return calls > 0 ? calls - 1 : 0;
}
