/*
 * Asking.  Used by the flows behind the JSON API.
 */
#include "simulator/query.h"

#include <string.h>

#include "simulator/market.h"
#include "simulator/simulator.h"

#define KEY_HIDDEN		"[hidden]"
#define QUESTION_MAX		8192			/* bytes; ids, a description and a key */
#define ANSWER_TEXT_MAX		2048			/* bytes kept of what is not JSON */
#define ANSWER_BYTES_MAX	(FETCH_BODY_MAX * 2)	/* a hidden key may be longer than it was */

static const struct pool_statement provider_of = {
	"provider_of",
	"select payments_url, query_url, api_key, publishable_key"
	" from simulator.provider_of($1, $2::boolean)", 2
};

static void	provider_found(void *, const struct pool_answer *);
static void	query_send(struct query *);
static void	answered(void *, const struct fetch_answer *);
static void	put_answer(struct slice, struct buf *);
static void	put_hidden(struct slice, const char *, struct buf *);
static void	put_printable(struct slice, struct buf *);

void
query_init(struct query *query, struct flow *flow)
{
	memset(query, 0, sizeof(*query));
	query->flow = flow;
	buf_init(&query->answer, ANSWER_BYTES_MAX);
}

void
query_release(struct query *query)
{
	buf_release(&query->answer);
}

enum flow_next
query_ask(struct query *query)
{
	const struct question	*question = &query->question;
	const char		*params[2];

	params[0] = question->order != NULL ? question->order->location.text : question->location_id;
	params[1] = question->order != NULL && question->order->live_mode ? "true" : "false";
	if (pool_ask(market_pool(), &provider_of, params, provider_found, query) != FAULT_NONE)
		query_send(query);
	return FLOW_WAIT;
}

static void
provider_found(void *arg, const struct pool_answer *answer)
{
	struct query	*query = arg;

	if (answer->fault == FAULT_NONE && PQntuples(answer->rows) > 0)
		provider_take(answer->rows, 0, 0, &query->provider);
	query_send(query);
}

/* As the location's provider says, or as the settings do. */
static void
query_send(struct query *query)
{
	struct fetch_request	request = { 0 };
	struct provider		*provider = &query->provider;
	struct buf		body;

	provider_fall_back(provider);
	buf_init(&body, QUESTION_MAX);
	question_put(&query->question, provider->api_key, &body);
	request.method = "POST";
	request.url = provider->query_url;
	request.headers[0] = "content-type: application/json";
	request.body = buf_slice(&body);
	request.timeout_ms = QUERY_TIMEOUT_MS;
	fetch_send(simulator_fetch(), &request, answered, query);
	buf_wipe(&body);
}

void
query_put_shown(const struct question *question, struct buf *json)
{
	question_put(question, KEY_HIDDEN, json);
}

const char *
query_answer(const struct query *query)
{
	return query->answered && buf_ok(&query->answer) ? buf_text(&query->answer) : NULL;
}

struct query_numbers
query_numbers(const struct query *query)
{
	struct query_numbers	numbers;

	(void)integer_print(query->event_id, &numbers.event_id);
	(void)integer_print(query->http_status, &numbers.http_status);
	(void)integer_print(query->duration_us, &numbers.duration_us);
	return numbers;
}

void
query_put(const struct query *query, struct json_write *write)
{
	if (query->event_id == 0) {
		json_put_null(write);
		return;
	}
	json_open_object(write);
	json_integer_member(write, "id", query->event_id);
	json_text_member(write, "outcome", verdict_outcome_label(query->verdict.outcome));
	json_text_member(write, "reason", query->verdict.reason);
	json_close_object(write);
}

/* Everything that is made of an answer is made of what is left when the key is hidden in it. */
static void
answered(void *arg, const struct fetch_answer *answer)
{
	struct query		*query = arg;
	struct fetch_answer	 safe = *answer;
	struct buf		 hidden;

	buf_init(&hidden, ANSWER_BYTES_MAX);
	query->http_status = answer->status;
	query->duration_us = answer->duration_us;
	query->answered = answer->result == FETCH_ANSWERED;
	if (query->answered) {
		put_hidden(answer->body, query->provider.api_key, &hidden);
		safe.body = buf_slice(&hidden);
		put_answer(safe.body, &query->answer);
	}
	verdict_read(&query->question, &safe, &query->verdict);
	buf_release(&hidden);
	flow_wake(query->flow);
}

static void
put_answer(struct slice body, struct buf *json)
{
	struct json_write	 write;
	struct json		*parsed = NULL;
	struct buf		 printable;

	buf_init(&printable, ANSWER_TEXT_MAX);
	if (json_parse(body, &parsed) == FAULT_NONE) {
		buf_put(json, body);
	} else {
		put_printable(body, &printable);
		json_write_init(&write, json);
		json_put_text(&write, buf_slice(&printable));
	}
	json_free(parsed);
	buf_release(&printable);
}

static void
put_hidden(struct slice text, const char *secret, struct buf *into)
{
	size_t		 secret_len = strlen(secret);
	struct slice	 before;
	const char	*found;

	while (secret_len > 0 && (found = memmem(text.at, text.len, secret, secret_len)) != NULL) {
		before.at = text.at;
		before.len = (size_t)(found - text.at);
		buf_put(into, before);
		buf_puts(into, KEY_HIDDEN);
		text.at = found + secret_len;
		text.len -= before.len + secret_len;
	}
	buf_put(into, text);
}

/* The first bytes, as ASCII, since nobody knows what the rest would be. */
static void
put_printable(struct slice text, struct buf *into)
{
	for (size_t i = 0; i < text.len && i < into->max; i++)
		buf_putc(into, text.at[i] >= ' ' && text.at[i] <= '~' ? text.at[i] : '?');
}
