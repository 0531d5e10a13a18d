/*
 * Sending, waiting for the budget, trying again, judging.
 */
#include "platform/platform_call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "io/loop.h"
#include "platform/platform.h"
#include "platform/platform_budget.h"
#include "platform/platform_internal.h"
#include "platform/platform_words.h"

#define URL_MAX		4096
#define BEARER_MAX	4200	/* a token and its name */
#define HEADER_MAX	1024
#define BODY_MAX	16384
#define LINE_MAX	256	/* of the log */
#define MORE		2	/* headers of the caller */
#define TRIES_MAX	3
#define BACKOFF_MS	200
#define WAITING_MAX	4096	/* for their budgets; more are not sent */

struct calling {
	struct buf	 url, authorization, body;
	struct buf	 more[MORE];
	const char	*method;
	const char	*type;		/* of the body; NULL without one */
	bool		 is_whole;	/* all of it could be copied */
	bool		 has_version, repeats, waits;
	bool		 was_lost;	/* a try whose end nobody knows */
	uint64_t	 budget;	/* its name; 0: none */
	int64_t		 until_us;	/* the end of all */
	int64_t		 patience_us;	/* what is not sent until then is not sent: it would hardly be answered */
	int		 tries;
	platform_done	 done;
	void		*arg;
};

static unsigned	waiting_count;

static void	calling_copy(struct calling *, const struct platform_ask *);
static void	calling_send(void *);
static void	calling_leave(struct calling *);
static void	calling_answered(void *, const struct fetch_answer *);
static void	calling_judge(const struct fetch_answer *, const struct platform_words *,
		    struct platform_answer *);
static bool	calling_again(struct calling *, enum platform_verdict);
static void	calling_give_up(struct calling *, enum platform_verdict, const char *);
static void	calling_end(struct calling *, const struct platform_answer *);
static void	answer_log(const struct calling *, const struct platform_answer *);

void
platform_call(const struct platform_ask *ask, platform_done done, void *arg)
{
	const struct platform_options	*options = platform_options();
	struct calling			*calling;
	int64_t				 now_us = clock_elapsed_us(), limit_us;

	calling = calloc(1, sizeof(*calling));
	/* Nobody could be told without it, not even later. */
	assert(calling != NULL);
	calling_copy(calling, ask);
	limit_us = (ask->timeout_ms > 0 && ask->timeout_ms < options->timeout_ms ?
	    ask->timeout_ms : options->timeout_ms) * INT64_C(1000);
	calling->until_us = now_us + limit_us;
	calling->patience_us = now_us + limit_us / 4 * 3;
	calling->done = done;
	calling->arg = arg;
	loop_after(0, calling_send, calling);
}

static void
calling_copy(struct calling *calling, const struct platform_ask *ask)
{
	const struct buf	*body = ask->form != NULL ? ask->form : ask->json;

	buf_init(&calling->url, URL_MAX);
	buf_init(&calling->authorization, BEARER_MAX);
	buf_init(&calling->body, BODY_MAX);
	buf_printf(&calling->url, "%s%s", platform_options()->url, ask->path);
	if (ask->token != NULL)
		buf_printf(&calling->authorization, "authorization: Bearer %s", ask->token);
	if (body != NULL) {
		calling->type = ask->form != NULL ? "content-type: application/x-www-form-urlencoded" :
		    "content-type: application/json";
		buf_put(&calling->body, buf_slice(body));
	}
	calling->is_whole = buf_ok(&calling->url) && buf_ok(&calling->authorization) &&
	    (body == NULL || buf_ok(body)) && buf_ok(&calling->body);
	for (size_t i = 0; i < MORE; i++) {
		buf_init(&calling->more[i], HEADER_MAX);
		if (ask->headers[i] != NULL)
			buf_puts(&calling->more[i], ask->headers[i]);
		calling->is_whole = calling->is_whole && buf_ok(&calling->more[i]);
	}
	calling->method = ask->method;
	calling->has_version = ask->token != NULL;
	calling->repeats = ask->repeats;
	calling->budget = ask->resource != NULL ? platform_budget_name(ask->resource) : 0;
}

/* Over the budget it waits; where that would take longer than the call may, it was not sent. */
static void
calling_send(void *arg)
{
	struct calling	*calling = arg;
	int64_t		 wait_ms = 0;

	if (calling->waits)
		waiting_count--;
	calling->waits = false;
	if (!calling->is_whole) {
		calling_give_up(calling, PLATFORM_BUG, "what is sent to the platform is too long");
		return;
	}
	if (calling->budget != 0)
		wait_ms = platform_budget_take(calling->budget);
	if (wait_ms == 0) {
		calling_leave(calling);
	} else if (clock_elapsed_us() + wait_ms * 1000 > calling->patience_us ||
	    waiting_count >= WAITING_MAX) {
		calling_give_up(calling, PLATFORM_RETRY, "too many calls to the platform at once");
	} else {
		calling->waits = true;
		waiting_count++;
		loop_after((uint64_t)wait_ms, calling_send, calling);
	}
}

static void
calling_leave(struct calling *calling)
{
	struct fetch_request	 request = { .method = calling->method };
	int64_t			 left_us = calling->until_us - clock_elapsed_us();
	size_t			 count = 0;

	request.url = buf_text(&calling->url);
	request.body = buf_slice(&calling->body);
	request.timeout_ms = left_us > 1000 ? (unsigned)(left_us / 1000) : 1;
	request.headers[count++] = "accept: application/json";
	if (calling->has_version) {
		request.headers[count++] = "version: 2021-07-28";
		request.headers[count++] = buf_text(&calling->authorization);
	}
	if (calling->type != NULL)
		request.headers[count++] = calling->type;
	for (size_t i = 0; i < MORE && calling->more[i].len > 0; i++)
		request.headers[count++] = buf_text(&calling->more[i]);
	for (size_t i = 0; i < PLATFORM_BUDGET_HEADERS; i++)
		request.wanted[i] = platform_budget_headers[i];
	fetch_send(platform_options()->fetch, &request, calling_answered, calling);
}

static void
calling_answered(void *arg, const struct fetch_answer *fetched)
{
	struct calling		*calling = arg;
	struct platform_answer	 answer = { .status = fetched->status };
	struct platform_words	 words;
	struct json		*json = NULL;
	char			 trace[PLATFORM_TRACE_SIZE], message[PLATFORM_MESSAGE_SIZE];

	/* Large: a page of locations with long names and addresses. */
	if (fetched->result == FETCH_ANSWERED && json_parse_large(fetched->body, &json) == FAULT_NONE)
		answer.root = json_root(json);
	platform_words_find(answer.root, &words);
	platform_words_trace(answer.root, trace);
	answer.trace_id = trace;
	calling_judge(fetched, &words, &answer);
	calling->was_lost = calling->was_lost || answer.verdict == PLATFORM_UNKNOWN;
	platform_words_print(answer.verdict == PLATFORM_DONE ?
	    &(struct platform_words){ { "", 0 }, { "", 0 } } : &words, message);
	answer.message = message;
	if (calling->budget != 0 && fetched->result == FETCH_ANSWERED)
		platform_budget_heard(calling->budget, fetched);
	if (!calling_again(calling, answer.verdict))
		calling_end(calling, &answer);
	json_free(json);
}

static void
calling_judge(const struct fetch_answer *fetched, const struct platform_words *words,
    struct platform_answer *answer)
{
	switch (fetched->result) {
	case FETCH_ANSWERED:
		answer->verdict = platform_judge(fetched->status, words, &answer->detail);
		break;
	case FETCH_NOT_SENT:
		answer->verdict = PLATFORM_RETRY;
		answer->detail = "platform could not be reached";
		break;
	case FETCH_LOST:
		answer->verdict = PLATFORM_UNKNOWN;
		answer->detail = "platform did not answer in time, or not to the end";
		break;
	}
}

/* Only what may be repeated, and only while the caller's patience lasts; half of the pause is jitter. */
static bool
calling_again(struct calling *calling, enum platform_verdict verdict)
{
	int64_t	pause_ms = BACKOFF_MS << calling->tries;

	if (!calling->repeats || (verdict != PLATFORM_RETRY && verdict != PLATFORM_UNKNOWN) ||
	    ++calling->tries >= TRIES_MAX)
		return false;
	pause_ms += clock_now_us() % pause_ms;
	if (clock_elapsed_us() + pause_ms * 1000 > calling->patience_us)
		return false;
	loop_after((uint64_t)pause_ms, calling_send, calling);
	return true;
}

/* Nothing was sent, this time. */
static void
calling_give_up(struct calling *calling, enum platform_verdict verdict, const char *detail)
{
	calling_end(calling, &(struct platform_answer){ .verdict = verdict, .detail = detail,
	    .trace_id = "", .message = "" });
}

static void
calling_end(struct calling *calling, const struct platform_answer *last)
{
	struct platform_answer	answer = *last;

	/* That the last try was not taken says nothing of the one before. */
	if (calling->was_lost && answer.verdict == PLATFORM_RETRY)
		answer.verdict = PLATFORM_UNKNOWN;
	if (answer.verdict != PLATFORM_DONE)
		answer_log(calling, &answer);
	calling->done(calling->arg, &answer);
	buf_release(&calling->url);
	buf_wipe(&calling->authorization);
	buf_wipe(&calling->body);
	for (size_t i = 0; i < MORE; i++)
		buf_wipe(&calling->more[i]);
	free(calling);
}

static void
answer_log(const struct calling *calling, const struct platform_answer *answer)
{
	struct log_entry	entry = { .level = LOG_LEVEL_WARNING, .event = "platform_call" };
	struct buf		line;

	buf_init(&line, LINE_MAX);
	buf_printf(&line, "%s%s%s", answer->detail, answer->message[0] != '\0' ? ": " : "",
	    answer->message);
	entry.method = calling->method;
	entry.status = (int)answer->status;
	entry.detail = buf_text(&line);
	entry.subject = answer->trace_id[0] != '\0' ? answer->trace_id : NULL;
	log_write(&entry);
	buf_release(&line);
}
