/*
 * One statement a call: what came is made JSON, the books answer status and body, a fault that was switched on
 * has its way.
 */
#include "simulator/market.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/integer.h"
#include "base/json_write.h"
#include "base/uri.h"
#include "io/loop.h"
#include "io/row.h"
#include "simulator/platform_error.h"
#include "simulator/simulator.h"

#define VALUE_MAX	8192	/* bytes of a form's field, or of a token */
#define RATE		100	/* calls in ten seconds of a location or company (contract §10) */

static const struct pool_statement call_statement = {
	"market_call",
	"select http_status, body, fault, ms, remaining from simulator.api_call($1, $2, $3::json,"
	" nullif($4, '')::json, $5, $6, $7, $8, $9::int)", 9
};

/* An answer that waits for its time: a provider that is slow, or one that loses what it did. */
struct held {
	struct serve_request	*request;
	int			 status;
	int64_t			 remaining;
	char			 fault[16];
	struct buf		 body;
};

static struct pool	*pool;

static bool	body_read(struct serve_request *, struct buf *);
static struct slice	bearer(struct serve_request *);
static void	called(void *, const struct pool_answer *);
static void	held_answer(void *);

void
market_start(struct pool *started)
{
	pool = started;
}

struct pool *
market_pool(void)
{
	return pool;
}

void
market_call(struct serve_request *request)
{
	static const char *const	parameters[] = {
		"companyId", "appId", "isInstalled", "skip", "limit", "locationId", NULL
	};
	char		 path[128], method[8], token[VALUE_MAX], version[32];
	struct integer	 rate;
	struct buf	 query, body;
	const char	*params[9];
	enum fault	 fault = FAULT_FIELD_INVALID;

	buf_init(&query, VALUE_MAX);
	buf_init(&body, MARKET_BODY_MAX * 2);
	(void)slice_copy(serve_method(request), method, sizeof(method));
	(void)slice_copy(serve_path(request), path, sizeof(path));
	(void)slice_copy(bearer(request), token, sizeof(token));
	(void)slice_copy(serve_header(request, "version"), version, sizeof(version));
	market_pairs_put(serve_query(request), parameters, &query);
	if (body_read(request, &body)) {
		params[0] = method;
		params[1] = path;
		params[2] = buf_text(&query);
		params[3] = buf_text(&body);
		params[4] = token;
		params[5] = version;
		params[6] = simulator_settings()->client_id;
		params[7] = simulator_settings()->client_secret;
		params[8] = integer_print(RATE, &rate);
		fault = pool_ask(pool, &call_statement, params, called, request);
	}
	if (fault != FAULT_NONE)
		market_refuse(request, fault, NULL);
	buf_wipe(&query);
	buf_wipe(&body);
}

void
market_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	platform_error_answer(request, fault_info(fault)->status,
	    detail != NULL ? detail : fault_info(fault)->message);
}

/* A form or JSON: both are taken where the platform takes them; without a body there is none. */
static bool
body_read(struct serve_request *request, struct buf *body)
{
	static const char *const	fields[] = {
		"client_id", "client_secret", "grant_type", "code", "refresh_token", "user_type",
		"redirect_uri", "companyId", "locationId", NULL
	};
	struct json	*json;

	if (serve_body(request).len == 0)
		return true;
	if (slice_starts(serve_header(request, "content-type"), "application/x-www-form-urlencoded")) {
		market_pairs_put(serve_body(request), fields, body);
		return true;
	}
	if (json_parse(serve_body(request), &json) != FAULT_NONE)
		return false;
	json_free(json);
	buf_put(body, serve_body(request));
	return true;
}

void
market_pairs_put(struct slice text, const char *const *names, struct buf *into)
{
	struct json_write	write;
	struct buf		value;

	json_write_init(&write, into);
	json_open_object(&write);
	for (; *names != NULL; names++) {
		buf_init(&value, VALUE_MAX);
		if (uri_parameter(text, *names, &value))
			json_text_member(&write, *names, buf_text(&value));
		buf_wipe(&value);
	}
	json_close_object(&write);
}

static struct slice
bearer(struct serve_request *request)
{
	struct slice	token = serve_header(request, "authorization");

	if (!slice_starts(token, "Bearer "))
		return slice_of(NULL);
	token.at += strlen("Bearer ");
	token.len -= strlen("Bearer ");
	return token;
}

static void
called(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;
	struct held		*held;
	int64_t			 wait_ms;

	if (answer->fault != FAULT_NONE) {
		serve_note(request)->sqlstate = answer->sqlstate;
		serve_note(request)->detail = answer->detail;
		market_refuse(request, answer->fault, NULL);
		return;
	}
	held = calloc(1, sizeof(*held));
	assert(held != NULL);
	held->request = request;
	held->status = (int)row_integer(answer->rows, 0, 0);
	(void)slice_copy(row_slice(answer->rows, 0, 2), held->fault, sizeof(held->fault));
	wait_ms = row_integer(answer->rows, 0, 3);
	held->remaining = row_integer(answer->rows, 0, 4);
	buf_init(&held->body, SIMULATOR_ANSWER_MAX);
	buf_put(&held->body, row_slice(answer->rows, 0, 1));
	if (wait_ms > 0)
		loop_after((uint64_t)wait_ms, held_answer, held);
	else
		held_answer(held);
}

static void
held_answer(void *arg)
{
	struct held		*held = arg;
	struct integer		 remaining, limit;
	struct serve_header	 headers[] = {
		{ "x-ratelimit-max", integer_print(RATE, &limit) },
		{ "x-ratelimit-remaining",
		    integer_print(held->remaining > 0 ? held->remaining - 1 : 0, &remaining) },
		{ "x-ratelimit-interval-milliseconds", "10000" },
		{ "x-ratelimit-limit-daily", "200000" },
	};
	struct serve_answer	 answer = { .status = held->status, .type = "application/json",
				    .headers = headers, .header_count = 4 };

	serve_note(held->request)->rule = held->fault[0] != '\0' ? held->fault : NULL;
	if (strcmp(held->fault, "reset") == 0 || strcmp(held->fault, "lost") == 0) {
		serve_hang_up(held->request);
	} else {
		answer.body = buf_slice(&held->body);
		if (strcmp(held->fault, "malformed") == 0) {
			answer.status = 200;
			answer.body = slice_of("{\"access_token\": <html>");
		}
		serve_answer(held->request, &answer);
	}
	buf_wipe(&held->body);
	free(held);
}
