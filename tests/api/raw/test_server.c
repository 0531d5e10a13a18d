/*
 * A server with nothing behind it: what serve/ does, seen from a socket (10-http-raw.test.mjs).
 * TEST_PORT, TEST_WORKERS, TEST_DRAIN_MS and TEST_DIE set it up.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json_write.h"
#include "io/loop.h"
#include "serve/serve.h"

#define TEXT_MAX	(128 * 1024)
#define BIG_BYTES	100000

static void
answer_text(struct serve_request *request, const char *text)
{
	struct serve_answer	answer = { .status = 200, .type = "text/plain" };

	answer.body = slice_of(text);
	serve_answer(request, &answer);
}

static void
get_static(struct serve_request *request)
{
	answer_text(request, "ok");
}

static void
get_cached(struct serve_request *request)
{
	static const struct serve_header	headers[] = {
		{ "cache-control", "public, max-age=60" }, { "x-test", "yes" }
	};
	struct serve_answer	answer = { .status = 200, .type = "text/plain",
				    .body = { "kept", 4 }, .headers = headers, .header_count = 2 };

	serve_answer(request, &answer);
}

static void
get_empty(struct serve_request *request)
{
	struct serve_answer	answer = { .status = 204 };

	serve_answer(request, &answer);
}

static void
get_big(struct serve_request *request)
{
	static char	text[BIG_BYTES + 1];

	memset(text, 'b', BIG_BYTES);
	answer_text(request, text);
}

/* What a handler sees of a request. */
static void
show(struct serve_request *request)
{
	struct json_write	write;
	struct buf		text;

	buf_init(&text, TEXT_MAX);
	json_write_init(&write, &text);
	json_open_object(&write);
	json_text_member(&write, "id", serve_request_id(request));
	json_slice_member(&write, "path", serve_path(request));
	json_slice_member(&write, "query", serve_query(request));
	json_slice_member(&write, "peer", serve_peer(request));
	json_slice_member(&write, "probe", serve_header(request, "x-probe"));
	json_slice_member(&write, "first", serve_capture(request, 0));
	json_slice_member(&write, "second", serve_capture(request, 1));
	json_integer_member(&write, "bytes", (int64_t)serve_body(request).len);
	json_close_object(&write);
	serve_json(request, 200, &text);
	buf_release(&text);
}

static void
post_echo(struct serve_request *request)
{
	struct serve_answer	answer = { .status = 200, .type = "application/octet-stream" };

	answer.body = serve_body(request);
	serve_answer(request, &answer);
}

static void
refuse_flat(struct serve_request *request, enum fault fault, const char *detail)
{
	(void)detail;
	struct serve_answer	answer = { .status = fault_info(fault)->status,
				    .type = "application/json", .body = { "{\"flat\":true}", 13 } };

	serve_answer(request, &answer);
}

static void
answer_later(void *arg)
{
	show(arg);
}

static void
get_later(struct serve_request *request)
{
	loop_after(30, answer_later, request);
}

/* Says when it has begun, with the client's mark, so that tests need not guess. */
static void
get_slow(struct serve_request *request)
{
	char	mark[64];

	(void)slice_copy(serve_header(request, "x-probe"), mark, sizeof(mark));	/* "" if it is long */
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "begun", .detail = mark });
	serve_note(request)->operation = "slow";
	loop_after(1500, answer_later, request);
}

/* Longer than any of Kore's time limits, which are for requests that are still arriving. */
static void
post_slower(struct serve_request *request)
{
	loop_after(11500, answer_later, request);
}

static void
watch_ready(struct loop_watch *watch, unsigned events)
{
	(void)watch;
	(void)events;
}

/* What libpq and libcurl do when a connection breaks: the descriptor is gone before we hear of it. */
static void
get_unwatch(struct serve_request *request)
{
	static struct loop_watch	watch = { .ready = watch_ready, .fd = -1 };
	int				pair[2], bad;

	bad = socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	assert(bad == 0);
	loop_watch(&watch, pair[0], LOOP_READ);
	(void)close(pair[0]);	/* the case under test */
	(void)close(pair[1]);
	loop_unwatch(&watch);
	answer_text(request, "unwatched");
}

/* Answered from the call before the loop sleeps, with nothing else to wake it. */
static struct serve_request	*waits_for_turn;

static void
answer_in_turn(void *arg)
{
	struct serve_request	*request = waits_for_turn;

	(void)arg;
	waits_for_turn = NULL;
	if (request != NULL)
		answer_text(request, "turned");
}

static void
get_turn(struct serve_request *request)
{
	if (waits_for_turn != NULL)
		serve_fault(request, FAULT_STORE_BUSY, "one at a time");
	else
		waits_for_turn = request;
}

static void
get_busy(struct serve_request *request)
{
	serve_fault(request, FAULT_STORE_BUSY, "the test \"says\" so");
}

static void
get_pid(struct serve_request *request)
{
	struct buf	text;

	buf_init(&text, 64);
	buf_printf(&text, "%d", (int)getpid());
	answer_text(request, buf_text(&text));
	buf_release(&text);
}

static void
get_crash(struct serve_request *request)
{
	(void)request;
	abort();
}

void	fatal(const char *, ...);	/* Kore's */

static void
get_fatal(struct serve_request *request)
{
	(void)request;
	fatal("the test says so");
}

static void
start(void)
{
	if (getenv("TEST_DIE") != NULL)
		_exit(3);
	loop_each_turn(answer_in_turn, NULL);
}

static const struct serve_route	routes[] = {
	{ "GET", "/static", SERVE_ANYONE, 0, get_static, NULL },
	{ "GET", "/cached", SERVE_ANYONE, 0, get_cached, NULL },
	{ "GET", "/empty", SERVE_ANYONE, 0, get_empty, NULL },
	{ "GET", "/big", SERVE_ANYONE, 0, get_big, NULL },
	{ "GET", "/show", SERVE_ANYONE, 0, show, NULL },
	{ "POST", "/show", SERVE_ANYONE, 65536, show, NULL },
	{ "GET", "/things/{id}/parts/{part}", SERVE_ANYONE, 0, show, NULL },
	{ "POST", "/echo", SERVE_ANYONE, 262144, post_echo, NULL },
	{ "POST", "/small", SERVE_ANYONE, 16, post_echo, NULL },
	{ "POST", "/flat", SERVE_ANYONE, 16, post_echo, refuse_flat },
	{ "GET", "/later", SERVE_ANYONE, 0, get_later, NULL },
	{ "GET", "/slow", SERVE_ANYONE, 0, get_slow, NULL },
	{ "POST", "/slow", SERVE_ANYONE, 65536, get_slow, NULL },
	{ "POST", "/slower", SERVE_ANYONE, 65536, post_slower, NULL },
	{ "GET", "/unwatch", SERVE_ANYONE, 0, get_unwatch, NULL },
	{ "GET", "/turn", SERVE_ANYONE, 0, get_turn, NULL },
	{ "GET", "/busy", SERVE_ANYONE, 0, get_busy, NULL },
	{ "GET", "/pid", SERVE_ANYONE, 0, get_pid, NULL },
	{ "GET", "/fatal", SERVE_ANYONE, 0, get_fatal, NULL },
	{ "GET", "/crash", SERVE_ANYONE, 0, get_crash, NULL },
};

static long
number(const char *name, long otherwise)
{
	const char	*text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
	const char			*user = getenv("TEST_USER");
	const struct serve_options	 options = {
		.program = "test-server", .door.address = "127.0.0.1", .door.port = number("TEST_PORT", 8099),
		.workers = number("TEST_WORKERS", 1), .drain_ms = number("TEST_DRAIN_MS", 3000),
		.user = user != NULL ? user : "nobody", .door.routes = routes,
		.door.route_count = sizeof(routes) / sizeof(routes[0]), .worker_start = start,
	};

	log_start("test-server", LOG_LEVEL_INFO);
	return serve_run(&options, argc, argv);
}
