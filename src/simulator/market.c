/*
 * One statement a call: what came is made JSON, the books answer status and body, market_reply.c says it.
 */
#include "simulator/market.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/integer.h"
#include "base/json_write.h"
#include "base/uri.h"
#include "simulator/market_reply.h"
#include "simulator/platform_error.h"
#include "simulator/simulator.h"

#define VALUE_MAX	8192	/* bytes of a form's field, or of a token */

static const struct pool_statement call_statement = {
	"market_call",
	"select " MARKET_REPLY_COLUMNS " from simulator.api_call($1, $2, $3::json,"
	" nullif($4, '')::json, $5, $6, $7, $8, $9::int)", 9
};

static struct pool	*pool;

static bool	body_read(struct serve_request *, struct buf *);
static void	called(void *, const struct pool_answer *);
static void	reply_ready(struct market_reply *);

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
		"companyId", "appId", "isInstalled", "skip", "limit", "locationId", "query", NULL
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
	(void)slice_copy(market_bearer(request), token, sizeof(token));
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
		params[8] = integer_print(simulator_settings()->rate, &rate);
		fault = pool_ask(pool, &call_statement, params, called, request);
	}
	if (fault != FAULT_NONE)
		market_refuse(request, fault, NULL);
	explicit_bzero(token, sizeof(token));
	buf_wipe(&query);
	buf_wipe(&body);
}

struct slice
market_bearer(struct serve_request *request)
{
	struct slice	token = serve_header(request, "authorization");

	if (!slice_starts(token, "Bearer "))
		return slice_of(NULL);
	token.at += strlen("Bearer ");
	token.len -= strlen("Bearer ");
	return token;
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

static void
called(void *arg, const struct pool_answer *answer)
{
	struct market_reply	*reply = calloc(1, sizeof(*reply));

	assert(reply != NULL);
	reply->request = arg;
	reply->ready = reply_ready;
	if (!market_reply_take(reply, answer))
		free(reply);
}

static void
reply_ready(struct market_reply *reply)
{
	market_reply_send(reply);
	free(reply);
}
