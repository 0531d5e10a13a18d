/*
 * A platform on the test's own loop.
 */
#include "platform_world.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "loop_poll.h"

#define REPLY_MAX	(300 * 1024)

static enum flow_next	world_wait(struct flow *);
static enum flow_next	world_end(struct flow *);

static const struct flow_step	steps[] = {
	STEP(world_wait),
	STEP(world_end),
};

static struct fetch	*fetch;
static struct flow	 flow;
static bool		 woken, listening;
static char		 url[64];
static struct buf	 reply, first[LISTENER_FIRST_MAX];
static int		 log_pipe[2];

int
platform_world_start(void **state)
{
	(void)state;
	listener_start();
	listening = true;
	/* Faults are logged: not between the lines of the tests. */
	assert_int_equal(pipe(log_pipe), 0);
	log_divert(log_pipe[1]);
	fetch = fetch_new();
	assert_non_null(fetch);
	assert_true(snprintf(url, sizeof(url), "http://127.0.0.1:%u", listener.port) <
	    (int)sizeof(url));
	buf_init(&reply, REPLY_MAX);
	for (size_t i = 0; i < LISTENER_FIRST_MAX; i++)
		buf_init(&first[i], REPLY_MAX);
	platform_world_limit(100000, WORLD_MS);
	return 0;
}

int
platform_world_stop(void **state)
{
	(void)state;
	fetch_free(fetch);
	platform_world_away();
	loop_poll_finish();
	log_flush();
	log_divert(STDOUT_FILENO);
	close(log_pipe[0]);
	close(log_pipe[1]);
	buf_release(&reply);
	for (size_t i = 0; i < LISTENER_FIRST_MAX; i++)
		buf_release(&first[i]);
	return 0;
}

void
platform_world_limit(long rate, long timeout_ms)
{
	platform_start(&(struct platform_options){ .fetch = fetch, .url = url,
	    .timeout_ms = timeout_ms, .client_id = "65f0b217a05c774da7f1efa5-lx1y2z",
	    .client_secret = "se&cret=1", .rate = rate, .workers = 1 });
}

void
platform_world_reply(const char *status, const char *body)
{
	buf_clear(&reply);
	buf_printf(&reply, "HTTP/1.1 %s\r\ncontent-type: application/json\r\n"
	    "content-length: %zu\r\n\r\n%s", status, strlen(body), body);
	assert_true(buf_ok(&reply));
	listener_reply(ANSWER_AND_KEEP, buf_text(&reply));
}

void
platform_world_first(const char *head, const char *body)
{
	struct buf	*one = &first[listener.first_count];

	buf_printf(one, "HTTP/1.1 %s\r\ncontent-length: %zu\r\n\r\n%s", head, strlen(body), body);
	assert_true(buf_ok(one));
	listener_first(buf_text(one));
}

void
platform_world_away(void)
{
	if (listening)
		listener_stop();
	listening = false;
}

struct flow *
platform_world_flow(void)
{
	memset(&flow, 0, sizeof(flow));
	woken = false;
	FLOW_START(&flow, steps);
	return &flow;
}

static bool
is_woken(void)
{
	return woken;
}

void
platform_world_wait(void)
{
	/* Never from inside the call. */
	assert_false(woken);
	assert_true(loop_poll_run_until(is_woken, 2 * WORLD_MS));
}

bool
platform_world_sent(const char *text)
{
	return strstr(listener.last_request, text) != NULL;
}

const char *
platform_world_body(void)
{
	const char	*end = strstr(listener.last_request, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static enum flow_next
world_wait(struct flow *waiting)
{
	(void)waiting;
	return FLOW_WAIT;
}

static enum flow_next
world_end(struct flow *ending)
{
	(void)ending;
	woken = true;
	return FLOW_END;
}
