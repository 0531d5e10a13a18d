/*
 * Sending, waiting for the budget, trying again, judging.
 */
#include "platform/platform_call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "core/bucket.h"
#include "core/bucket_table.h"
#include "io/loop.h"
#include "platform/platform.h"
#include "platform/platform_internal.h"

#define URL_MAX		4096
#define HEADER_MAX	4200	/* a bearer token and its name */
#define BODY_MAX	16384
#define TRIES_MAX	3
#define BACKOFF_MS	200
#define WORDS_MAX	256	/* bytes of what the platform says that are looked at */
#define INTERVAL_S	10	/* the platform's limit is for ten seconds (contract §10) */

struct calling {
	struct buf	 url, authorization, body;
	const char	*method;
	const char	*type;		/* of the body; NULL without one */
	char		 extra[2][HEADER_MAX / 8];
	bool		 has_version, repeats;
	uint64_t	 budget;	/* its name; 0: none */
	unsigned	 timeout_ms;
	int64_t		 until_us;
	int		 tries;
	platform_done	 done;
	void		*arg;
};

static struct {
	struct bucket_rate	rate;
	struct bucket_table	budgets;
} calls;

static void	calling_send(void *);
static void	calling_answered(void *, const struct fetch_answer *);
static void	calling_end(struct calling *, const struct platform_answer *);
static bool	calling_again(struct calling *, enum platform_verdict);
static uint64_t	budget_name(const char *);
static void	words_find(const struct json_value *, struct slice *);
static void	trace_find(const struct json_value *, char[PLATFORM_TRACE_SIZE]);

void
platform_call_start(void)
{
	const struct platform_options	*options = platform_options();

	memset(&calls, 0, sizeof(calls));
	bucket_rate_set(&calls.rate, options->rate / INTERVAL_S > 0 ? options->rate / INTERVAL_S : 1,
	    (unsigned)options->workers);
}

void
platform_call(const struct platform_ask *ask, platform_done done, void *arg)
{
	const struct platform_options	*options = platform_options();
	struct calling			*calling;

	calling = calloc(1, sizeof(*calling));
	assert(calling != NULL);
	buf_init(&calling->url, URL_MAX);
	buf_init(&calling->authorization, HEADER_MAX);
	buf_init(&calling->body, BODY_MAX);
	buf_printf(&calling->url, "%s%s", options->url, ask->path);
	if (ask->token != NULL)
		buf_printf(&calling->authorization, "authorization: Bearer %s", ask->token);
	if (ask->form != NULL || ask->json != NULL) {
		calling->type = ask->form != NULL ? "content-type: application/x-www-form-urlencoded" :
		    "content-type: application/json";
		buf_puts(&calling->body, ask->form != NULL ? ask->form : ask->json);
	}
	for (size_t i = 0; i < 2 && ask->headers[i] != NULL; i++)
		(void)slice_copy(slice_of(ask->headers[i]), calling->extra[i],
		    sizeof(calling->extra[i]));
	calling->method = ask->method;
	calling->has_version = ask->token != NULL;
	calling->repeats = ask->repeats;
	calling->budget = ask->resource != NULL ? budget_name(ask->resource) : 0;
	calling->timeout_ms = (unsigned)(ask->timeout_ms > 0 && ask->timeout_ms < options->timeout_ms ?
	    ask->timeout_ms : options->timeout_ms);
	calling->until_us = clock_elapsed_us() + (int64_t)calling->timeout_ms * 1000;
	calling->done = done;
	calling->arg = arg;
	loop_after(0, calling_send, calling);
}

/* Over the budget it waits; where that would take longer than the call may, it was not sent. */
static void
calling_send(void *arg)
{
	static const struct platform_answer	over = {
		.verdict = PLATFORM_RETRY, .trace_id = "",
		.detail = "too many calls to the platform for this location"
	};
	struct calling		*calling = arg;
	struct fetch_request	 request = { .method = calling->method };
	int64_t			 wait_s = 0;
	size_t			 count = 0;

	if (calling->budget != 0)
		wait_s = bucket_take(&calls.rate, &bucket_table_find(&calls.budgets,
		    calling->budget)->bucket, 1, clock_elapsed_us());
	if (wait_s > 0 && clock_elapsed_us() + wait_s * 1000000 < calling->until_us) {
		loop_after((uint64_t)wait_s * 1000, calling_send, calling);
		return;
	}
	if (wait_s > 0) {
		calling_end(calling, &over);
		return;
	}
	if (!buf_ok(&calling->url) || !buf_ok(&calling->authorization) || !buf_ok(&calling->body)) {
		calling_end(calling, &(struct platform_answer){ .verdict = PLATFORM_BUG,
		    .detail = "what is sent to the platform is too long", .trace_id = "" });
		return;
	}
	request.url = buf_text(&calling->url);
	request.body = buf_slice(&calling->body);
	request.timeout_ms = calling->timeout_ms;
	request.headers[count++] = "accept: application/json";
	if (calling->has_version) {
		request.headers[count++] = "version: 2021-07-28";
		request.headers[count++] = buf_text(&calling->authorization);
	}
	if (calling->type != NULL)
		request.headers[count++] = calling->type;
	for (size_t i = 0; i < 2 && calling->extra[i][0] != '\0'; i++)
		request.headers[count++] = calling->extra[i];
	fetch_send(platform_options()->fetch, &request, calling_answered, calling);
}

static void
calling_answered(void *arg, const struct fetch_answer *fetched)
{
	struct calling		*calling = arg;
	struct platform_answer	 answer = { .status = fetched->status };
	struct json		*json = NULL;
	struct slice		 words = { "", 0 };
	char			 trace[PLATFORM_TRACE_SIZE] = "";

	answer.trace_id = trace;
	if (fetched->result == FETCH_ANSWERED) {
		if (json_parse(fetched->body, &json) == FAULT_NONE)
			answer.root = json_root(json);
		words_find(answer.root, &words);
		trace_find(answer.root, trace);
		answer.verdict = platform_judge(fetched->status, words, &answer.detail);
	} else {
		answer.verdict = fetched->result == FETCH_NOT_SENT ? PLATFORM_RETRY : PLATFORM_UNKNOWN;
		answer.detail = "platform could not be reached or did not answer in time";
	}
	if (!calling_again(calling, answer.verdict))
		calling_end(calling, &answer);
	json_free(json);
}

static void
calling_end(struct calling *calling, const struct platform_answer *answer)
{
	if (answer->verdict != PLATFORM_DONE)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING, .event = "platform_call",
		    .method = calling->method, .status = (int)answer->status,
		    .detail = answer->detail, .subject = answer->trace_id[0] != '\0' ?
		    answer->trace_id : NULL });
	calling->done(calling->arg, answer);
	buf_wipe(&calling->url);
	buf_wipe(&calling->authorization);
	buf_wipe(&calling->body);
	explicit_bzero(calling, sizeof(*calling));
	free(calling);
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
	if (clock_elapsed_us() + pause_ms * 1000 >= calling->until_us)
		return false;
	loop_after((uint64_t)pause_ms, calling_send, calling);
	return true;
}

static uint64_t
budget_name(const char *resource)
{
	uint8_t		digest[DIGEST_BYTES];
	uint64_t	name;

	digest_sha256(slice_of(resource), digest);
	memcpy(&name, digest, sizeof(name));
	return name != 0 ? name : 1;
}

/* "message" is a text or a list of texts, or it is in v3's "error" (contract §10). */
static void
words_find(const struct json_value *root, struct slice *words)
{
	const struct json_value	*message = json_member(root, "message");

	if (json_kind(message) == JSON_ARRAY)
		message = json_item(message, 0);
	if (!json_text(message, words) &&
	    !json_text(json_member(json_member(root, "error"), "message"), words) &&
	    !json_text(json_member(root, "error_description"), words))
		(void)json_text(json_member(root, "error"), words);
	if (words->len > WORDS_MAX)
		words->len = WORDS_MAX;
}

static void
trace_find(const struct json_value *root, char trace[PLATFORM_TRACE_SIZE])
{
	(void)json_member_copy(root, "traceId", trace, PLATFORM_TRACE_SIZE);
	for (char *at = trace; *at != '\0'; at++) {
		if (!((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
		    (*at >= 'A' && *at <= 'Z') || *at == '-'))
			*at = '_';
	}
}
