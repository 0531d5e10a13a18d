/*
 * Requests to a listener that turns on the same loop and misbehaves as it is told.  So many lines
 * in one file since every case goes through the one caller below.
 */
#include "cmocka_all.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"
#include "io/fetch.h"
#include "listener.h"
#include "loop_poll.h"

#define LONG_MS		5000
#define SHORT_MS	150
#define CALLS_MAX	1024	/* of fetch.c */

struct result {
	unsigned		 calls;
	enum fetch_result	 result;
	long			 status;
	size_t			 body_len;
	char			 body[64];
	char			 detail[128];
	char			 headers[FETCH_WANTED_MAX][FETCH_VALUE_SIZE];
	int64_t			 duration_us;
};

static struct fetch		*fetch;
static struct result		 result;
static unsigned			 done_count, done_wanted, crowded;
static bool			 sending;

static int
test_start(void **state)
{
	(void)state;
	listener_start();
	fetch = fetch_new();
	return fetch != NULL ? 0 : -1;
}

static int
test_stop(void **state)
{
	(void)state;
	fetch_free(fetch);
	listener_stop();
	loop_poll_finish();
	return 0;
}

static void
result_take(void *arg, const struct fetch_answer *answer)
{
	(void)arg;
	assert_false(sending);
	assert_non_null(answer->detail);
	done_count++;
	result.calls++;
	result.result = answer->result;
	result.status = answer->status;
	result.body_len = answer->body.len;
	result.duration_us = answer->duration_us;
	for (size_t i = 0; i < FETCH_WANTED_MAX; i++) {
		assert_non_null(answer->headers[i]);
		assert_true(slice_copy(slice_of(answer->headers[i]), result.headers[i],
		    FETCH_VALUE_SIZE));
	}
	result.body[0] = '\0';
	if (answer->body.len < sizeof(result.body))
		assert_true(slice_copy(answer->body, result.body, sizeof(result.body)));
	assert_true(slice_copy(slice_of(answer->detail), result.detail, sizeof(result.detail)));
	if (strcmp(answer->detail, "too many calls are under way") == 0)
		crowded++;
}

static bool
all_done(void)
{
	return done_count == done_wanted;
}

static void
send_to(unsigned to, struct fetch_request *request)
{
	char	url[64];

	if (request->url == NULL) {
		assert_true(snprintf(url, sizeof(url), "http://127.0.0.1:%u/path", to) <
		    (int)sizeof(url));
		request->url = url;
	}
	if (request->method == NULL)
		request->method = "GET";
	if (request->timeout_ms == 0)
		request->timeout_ms = LONG_MS;
	memset(&result, 0, sizeof(result));
	done_count = 0;
	done_wanted = 1;
	sending = true;
	fetch_send(fetch, request, result_take, NULL);
	sending = false;
	/* All of it was copied. */
	memset(url, 'x', sizeof(url));
}

static enum fetch_result
result_of(struct fetch_request request)
{
	send_to(listener.port, &request);
	assert_true(loop_poll_run_until(all_done, LONG_MS));
	assert_int_equal(result.calls, 1);
	assert_true((result.status != 0) == (result.result == FETCH_ANSWERED));
	return result.result;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void
fetch_get_is_answered(void **state)
{
	(void)state;
	listener_reply(ANSWER_AND_KEEP, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
	assert_int_equal(result_of((struct fetch_request){ .headers = { "x-one: 1" } }),
	    FETCH_ANSWERED);
	assert_int_equal(result.status, 200);
	assert_string_equal(result.body, "hello");
	assert_true(result.duration_us > 0);
	assert_non_null(strstr(listener.last_request, "GET /path HTTP/1.1\r\n"));
	assert_non_null(strstr(listener.last_request, "\r\nx-one: 1\r\n"));
}

static void
fetch_post_body_and_headers_are_copied(void **state)
{
	struct fetch_request	request = { .method = "POST" };
	char			body[3000], header[] = "authorization: Bearer abc";

	(void)state;
	listener_reply(ANSWER_AND_KEEP, "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
	memset(body, 'b', 1500);
	request.body = (struct slice){ body, 1500 };
	request.headers[0] = header;
	request.headers[1] = "content-type: application/json";
	send_to(listener.port, &request);
	memset(body, 'x', sizeof(body));
	memset(header, 'x', sizeof(header));
	assert_true(loop_poll_run_until(all_done, LONG_MS));
	assert_int_equal(result.status, 201);
	assert_int_equal(result.body_len, 0);
	assert_non_null(strstr(listener.last_request, "POST /path HTTP/1.1\r\n"));
	assert_non_null(strstr(listener.last_request, "\r\nauthorization: Bearer abc\r\n"));
	assert_non_null(strstr(listener.last_request, "\r\ncontent-type: application/json\r\n"));
	assert_null(strcasestr(listener.last_request, "expect:"));
	assert_int_equal(strspn(strstr(listener.last_request, "\r\n\r\n") + 4, "b"), 1500);
}

static void
fetch_other_method_is_sent_as_it_is(void **state)
{
	(void)state;
	listener_reply(ANSWER_AND_KEEP, "HTTP/1.1 204 No Content\r\n\r\n");
	assert_int_equal(result_of((struct fetch_request){ .method = "DELETE" }), FETCH_ANSWERED);
	assert_int_equal(result.status, 204);
	assert_non_null(strstr(listener.last_request, "DELETE /path HTTP/1.1\r\n"));
}

static void
fetch_error_status_is_an_answer(void **state)
{
	(void)state;
	listener_reply(ANSWER_AND_CLOSE, "HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy");
	assert_int_equal(result_of((struct fetch_request){ 0 }), FETCH_ANSWERED);
	assert_int_equal(result.status, 503);
	assert_string_equal(result.body, "busy");
}

static void
fetch_chunked_answer_with_trailer_is_answered(void **state)
{
	(void)state;
	listener_reply(ANSWER_AND_KEEP, "HTTP/1.1 100 Continue\r\n\r\n"
	    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n"
	    "3\r\nhel\r\n2\r\nlo\r\n0\r\nx-sum: 1\r\n\r\n");
	assert_int_equal(result_of((struct fetch_request){ .method = "POST" }), FETCH_ANSWERED);
	assert_int_equal(result.status, 200);
	assert_string_equal(result.body, "hello");
}

/* Of the last answer, whatever the case of its names; nothing of "100 Continue", of trailers, of others. */
static void
fetch_wanted_headers_are_lent_others_are_not(void **state)
{
	static const char *const	wanted[FETCH_WANTED_MAX] = { "x-one", "x-two", "x-three", "x-none" };
	struct fetch_request		request = { .method = "POST" };

	(void)state;
	memcpy(request.wanted, wanted, sizeof(wanted));
	listener_reply(ANSWER_AND_KEEP, "HTTP/1.1 100 Continue\r\nx-none: early\r\n\r\n"
	    "HTTP/1.1 429 Busy\r\nX-One: \t a b \t\r\nx-onemore: 2\r\nx-two: 1\r\nX-TWO:2\r\n"
	    "x-three:\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-none: late\r\n\r\n");
	assert_int_equal(result_of(request), FETCH_ANSWERED);
	assert_int_equal(result.status, 429);
	assert_string_equal(result.headers[0], "a b");
	assert_string_equal(result.headers[1], "2");
	assert_string_equal(result.headers[2], "");
	assert_string_equal(result.headers[3], "");
	assert_int_equal(result_of((struct fetch_request){ 0 }), FETCH_ANSWERED);
	assert_string_equal(result.headers[0], "");
}

static void
fetch_wanted_header_is_kept_up_to_its_size_and_empty_when_longer(void **state)
{
	static const char	longest[] =
	    "0123456789012345678901234567890123456789012345678901234567890ab";
	struct fetch_request	request = { .wanted = { "x-one" } };
	char			reply[256];

	(void)state;
	assert_int_equal(sizeof(longest), FETCH_VALUE_SIZE);
	assert_true(snprintf(reply, sizeof(reply),
	    "HTTP/1.1 200 OK\r\nx-one: %s\r\ncontent-length: 0\r\n\r\n", longest) > 0);
	listener_reply(ANSWER_AND_KEEP, reply);
	assert_int_equal(result_of(request), FETCH_ANSWERED);
	assert_string_equal(result.headers[0], longest);
	assert_true(snprintf(reply, sizeof(reply),
	    "HTTP/1.1 200 OK\r\nx-one: %sc\r\ncontent-length: 0\r\n\r\n", longest) > 0);
	listener_reply(ANSWER_AND_KEEP, reply);
	assert_int_equal(result_of(request), FETCH_ANSWERED);
	assert_string_equal(result.headers[0], "");
}

static void
fetch_redirect_is_not_followed(void **state)
{
	(void)state;
	listener_reply(ANSWER_AND_KEEP,
	    "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
	assert_int_equal(result_of((struct fetch_request){ 0 }), FETCH_ANSWERED);
	assert_int_equal(result.status, 302);
	assert_int_equal(listener.request_count, 1);
}

static void
result_take_and_send_again(void *arg, const struct fetch_answer *answer)
{
	assert_int_equal(answer->result, FETCH_ANSWERED);
	fetch_send(fetch, arg, result_take, NULL);
}

static void
fetch_send_inside_done_is_answered(void **state)
{
	struct fetch_request	request = { .method = "GET", .timeout_ms = LONG_MS };
	char			url[64];

	(void)state;
	listener_reply(ANSWER_AND_KEEP, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nagain");
	assert_true(snprintf(url, sizeof(url), "http://127.0.0.1:%u/", listener.port) <
	    (int)sizeof(url));
	request.url = url;
	memset(&result, 0, sizeof(result));
	done_count = 0;
	done_wanted = 1;
	fetch_send(fetch, &request, result_take_and_send_again, &request);
	assert_true(loop_poll_run_until(all_done, LONG_MS));
	assert_string_equal(result.body, "again");
	/* The kept connection served both. */
	assert_int_equal(listener.peer_count, 1);
}

static void
fetch_longest_body_is_answered_longer_is_lost(void **state)
{
	static const char	head[] = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
	static char		answer[sizeof(head) + FETCH_BODY_MAX + 1];

	(void)state;
	memset(answer, 'l', sizeof(answer));
	memcpy(answer, head, sizeof(head) - 1);
	listener_reply(ANSWER_AND_CLOSE, "");
	listener.reply = answer;
	listener.reply_len = sizeof(head) - 1 + FETCH_BODY_MAX;
	assert_int_equal(result_of((struct fetch_request){ 0 }), FETCH_ANSWERED);
	assert_int_equal(result.body_len, FETCH_BODY_MAX);
	listener.reply_len++;
	assert_int_equal(result_of((struct fetch_request){ 0 }), FETCH_LOST);
	assert_string_equal(result.detail, "answer is too long");
}

/* --- not sent --------------------------------------------------------------------------------- */

static void
fetch_refused_port_is_not_sent(void **state)
{
	struct fetch_request	request = { .method = "POST" };
	unsigned		closed;
	int			fd;

	(void)state;
	fd = listener_bind(-1, &closed);
	send_to(closed, &request);
	assert_true(loop_poll_run_until(all_done, LONG_MS));
	assert_int_equal(result.result, FETCH_NOT_SENT);
	assert_null(strstr(result.detail, "127.0.0.1"));
	close(fd);
}

static void
fetch_connect_without_answer_is_not_sent(void **state)
{
	struct fetch_request	request = { .method = "POST", .timeout_ms = 3 * SHORT_MS };
	struct sockaddr_in	address = { .sin_family = AF_INET };
	unsigned		full;
	int			fd, fillers[4];

	(void)state;
	fd = listener_bind(0, &full);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)full);
	/* Nobody accepts: when the backlog is full, the kernel drops what comes. */
	for (size_t i = 0; i < 4; i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)connect(fillers[i], (struct sockaddr *)&address, sizeof(address));
	}
	send_to(full, &request);
	assert_true(loop_poll_run_until(all_done, LONG_MS));
	assert_int_equal(result.result, FETCH_NOT_SENT);
	/* Connecting got a third of the time. */
	assert_in_range(result.duration_us, SHORT_MS * 1000, 2 * SHORT_MS * 1000);
	for (size_t i = 0; i < 4; i++)
		close(fillers[i]);
	close(fd);
}

static void
fetch_other_protocol_or_no_url_is_not_sent(void **state)
{
	static const char *const	cases[] = {
		"ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:1/",
		    "dict://127.0.0.1/",
		"", "http://", "http:///path", "http://127.0.0.1:99999/", "http://a b/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(result_of((struct fetch_request){ .url = cases[i] }),
		    FETCH_NOT_SENT);
	assert_int_equal(listener.peer_count, 0);
}

static void
fetch_header_with_line_break_is_not_sent(void **state)
{
	static const char *const	cases[] = { "x: 1\r\ny: 2", "x: 1\ny: 2", "x: 1\r" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(result_of((struct fetch_request){ .headers = { cases[i] } }),
		    FETCH_NOT_SENT);
	assert_string_equal(result.detail, "a header holds a line break");
	assert_int_equal(listener.peer_count, 0);
}

static void
fetch_guarded_private_address_is_not_sent(void **state)
{
	(void)state;
	listener_reply(ANSWER_AND_KEEP, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
	assert_int_equal(result_of((struct fetch_request){ .guarded = true }), FETCH_NOT_SENT);
	assert_string_equal(result.detail, "address is not public");
	assert_int_equal(listener.peer_count, 0);
	/* Nor does a connection count that somebody else was allowed to open. */
	assert_int_equal(result_of((struct fetch_request){ .guarded = false }), FETCH_ANSWERED);
	assert_int_equal(result_of((struct fetch_request){ .guarded = true }), FETCH_NOT_SENT);
	assert_int_equal(listener.request_count, 1);
}

static void
fetch_too_many_calls_are_not_sent(void **state)
{
	struct fetch_request	request = { .method = "GET", .timeout_ms = LONG_MS };
	unsigned		closed;
	char			url[64];
	int			fd;

	(void)state;
	fd = listener_bind(-1, &closed);
	assert_true(snprintf(url, sizeof(url), "http://127.0.0.1:%u/", closed) < (int)sizeof(url));
	request.url = url;
	crowded = 0;
	done_count = 0;
	done_wanted = CALLS_MAX + 3;
	for (unsigned i = 0; i < done_wanted; i++)
		fetch_send(fetch, &request, result_take, NULL);
	assert_true(loop_poll_run_until(all_done, LONG_MS));
	assert_int_equal(crowded, 3);
	close(fd);
}

/* --- lost ------------------------------------------------------------------------------------- */

static void
fetch_silent_server_is_lost_in_time(void **state)
{
	(void)state;
	listener_reply(STAY_SILENT, NULL);
	assert_int_equal(result_of((struct fetch_request){ .timeout_ms = SHORT_MS }), FETCH_LOST);
	assert_in_range(result.duration_us, SHORT_MS * 1000, 3 * SHORT_MS * 1000);
	assert_int_equal(listener.request_count, 1);
}

static void
fetch_broken_answer_is_lost(void **state)
{
	static const char *const	cases[] = {
		"",							/* closed at once */
		"HTTP/1.1 200 OK\r\ncontent-le",			/* in the headers */
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",	/* the same, later */
		"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",	/* in the body */
		"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
		"220 smtp.example ready\r\n",				/* another protocol */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		listener_reply(ANSWER_AND_CLOSE, cases[i]);
		assert_int_equal(result_of((struct fetch_request){ .method = "POST" }), FETCH_LOST);
		assert_int_equal(result.body_len, 0);
	}
}

static void
fetch_kept_connection_that_closed_repeats_get_but_not_post(void **state)
{
	(void)state;
	listener_reply(ANSWER_ONCE, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
	assert_int_equal(result_of((struct fetch_request){ 0 }), FETCH_ANSWERED);
	assert_int_equal(result_of((struct fetch_request){ 0 }), FETCH_ANSWERED);
	assert_int_equal(listener.request_count, 3);
	/* The server read it and may have acted before it closed. */
	assert_int_equal(result_of((struct fetch_request){ .method = "POST" }), FETCH_LOST);
	assert_int_equal(listener.request_count, 4);
}

static void
fetch_free_with_calls_under_way_calls_nobody(void **state)
{
	struct fetch_request	request = { .timeout_ms = LONG_MS };
	struct fetch_request	broken = { .headers = { "x: \n" } };

	(void)state;
	listener_reply(STAY_SILENT, NULL);
	send_to(listener.port, &request);
	while (listener.request_count == 0)
		loop_poll_turn(LONG_MS);
	send_to(listener.port, &broken);
	fetch_free(fetch);
	fetch = NULL;
	for (unsigned i = 0; i < 5; i++)
		loop_poll_turn(1);
	assert_int_equal(result.calls, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_start, test_stop)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(fetch_get_is_answered),
		TEST(fetch_post_body_and_headers_are_copied),
		TEST(fetch_other_method_is_sent_as_it_is),
		TEST(fetch_error_status_is_an_answer),
		TEST(fetch_chunked_answer_with_trailer_is_answered),
		TEST(fetch_wanted_headers_are_lent_others_are_not),
		TEST(fetch_wanted_header_is_kept_up_to_its_size_and_empty_when_longer),
		TEST(fetch_redirect_is_not_followed),
		TEST(fetch_send_inside_done_is_answered),
		TEST(fetch_longest_body_is_answered_longer_is_lost),
		TEST(fetch_refused_port_is_not_sent),
		TEST(fetch_connect_without_answer_is_not_sent),
		TEST(fetch_other_protocol_or_no_url_is_not_sent),
		TEST(fetch_header_with_line_break_is_not_sent),
		TEST(fetch_guarded_private_address_is_not_sent),
		TEST(fetch_too_many_calls_are_not_sent),
		TEST(fetch_silent_server_is_lost_in_time),
		TEST(fetch_broken_answer_is_lost),
		TEST(fetch_kept_connection_that_closed_repeats_get_but_not_post),
		TEST(fetch_free_with_calls_under_way_calls_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
