/*
 * The one way out: what is sent, what is made of each answer, when it is sent again, and who has to wait.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "loop_poll.h"
#include "platform/platform_call.h"
#include "platform_world.h"

#define TOKEN_MOST	4096	/* bytes of a token */

static struct {
	unsigned		calls;
	enum platform_verdict	verdict;
	long			status;
	char			detail[128], trace[128], message[256];
	bool			has_root;
	int64_t			after_us;	/* it was asked */
} got;

static unsigned	wanted;
static int64_t	asked_us;
static bool	asking;

static void
take(void *arg, const struct platform_answer *answer)
{
	(void)arg;
	assert_false(asking);
	got.calls++;
	got.verdict = answer->verdict;
	got.status = answer->status;
	got.has_root = answer->root != NULL;
	got.after_us = clock_elapsed_us() - asked_us;
	assert_true(slice_copy(slice_of(answer->detail), got.detail, sizeof(got.detail)));
	assert_true(slice_copy(slice_of(answer->trace_id), got.trace, sizeof(got.trace)));
	assert_true(slice_copy(slice_of(answer->message), got.message, sizeof(got.message)));
}

static bool
all_taken(void)
{
	return got.calls == wanted;
}

static void
ask(struct platform_ask call)
{
	if (call.method == NULL)
		call.method = "GET";
	if (call.path == NULL)
		call.path = "/path";
	memset(&got, 0, sizeof(got));
	wanted = 1;
	asked_us = clock_elapsed_us();
	asking = true;
	platform_call(&call, take, NULL);
	asking = false;
}

static enum platform_verdict
verdict_of(struct platform_ask call)
{
	ask(call);
	assert_true(loop_poll_run_until(all_taken, 2 * WORLD_MS));
	return got.verdict;
}

/* --- what is sent ----------------------------------------------------------------------------- */

static void
platform_call_with_token_has_version_bearer_and_accept(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{\"a\":1}");
	assert_int_equal(verdict_of((struct platform_ask){ .token = "abc", .path = "/x?y=1" }), PLATFORM_DONE);
	assert_true(platform_world_sent("GET /x?y=1 HTTP/1.1\r\n"));
	assert_true(platform_world_sent("\r\nauthorization: Bearer abc\r\n"));
	assert_true(platform_world_sent("\r\nversion: 2021-07-28\r\n"));
	assert_true(platform_world_sent("\r\naccept: application/json\r\n"));
	assert_false(platform_world_sent("content-type"));
	assert_true(got.has_root);
	assert_int_equal(got.status, 200);
	assert_string_equal(got.detail, "");
	assert_string_equal(got.message, "");
}

static void
platform_call_without_token_has_no_version(void **state)
{
	struct buf	form;

	(void)state;
	buf_init(&form, 64);
	buf_puts(&form, "a=1&b=2");
	platform_world_reply("200 OK", "{}");
	assert_int_equal(verdict_of((struct platform_ask){ .method = "POST", .form = &form }), PLATFORM_DONE);
	assert_false(platform_world_sent("version:"));
	assert_false(platform_world_sent("authorization:"));
	assert_true(platform_world_sent("\r\ncontent-type: application/x-www-form-urlencoded\r\n"));
	assert_string_equal(platform_world_body(), "a=1&b=2");
	buf_release(&form);
}

static void
platform_call_copies_all_that_it_is_given(void **state)
{
	char		path[] = "/path", token[] = "token", header[] = "x-one: 1";
	struct buf	json;

	(void)state;
	buf_init(&json, 64);
	buf_puts(&json, "{\"a\":1}");
	platform_world_reply("200 OK", "{}");
	ask((struct platform_ask){ .method = "PUT", .path = path, .token = token, .json = &json,
	    .headers = { header, "x-two: 2" } });
	memset(path, 'x', sizeof(path) - 1);
	memset(token, 'x', sizeof(token) - 1);
	memset(header, 'x', sizeof(header) - 1);
	buf_release(&json);
	assert_true(loop_poll_run_until(all_taken, WORLD_MS));
	assert_true(platform_world_sent("PUT /path HTTP/1.1\r\n"));
	assert_true(platform_world_sent("Bearer token\r\n"));
	assert_true(platform_world_sent("\r\nx-one: 1\r\n"));
	assert_true(platform_world_sent("\r\nx-two: 2\r\n"));
	assert_true(platform_world_sent("\r\ncontent-type: application/json\r\n"));
	assert_string_equal(platform_world_body(), "{\"a\":1}");
}

static void
platform_call_longest_token_is_sent(void **state)
{
	char	token[TOKEN_MOST + 1];

	(void)state;
	memset(token, 't', TOKEN_MOST);
	token[TOKEN_MOST] = '\0';
	platform_world_reply("200 OK", "{}");
	assert_int_equal(verdict_of((struct platform_ask){ .token = token }), PLATFORM_DONE);
	assert_true(platform_world_sent(token));
}

/* Left out or cut, it would be another request than the one that was meant. */
static void
platform_call_with_too_much_of_anything_is_our_bug_and_not_sent(void **state)
{
	static char	large[20000];
	struct buf	failed, long_body;

	(void)state;
	memset(large, 'l', sizeof(large) - 1);
	buf_init(&failed, 4);
	buf_puts(&failed, "12345");
	buf_init(&long_body, sizeof(large));
	buf_puts(&long_body, large);
	for (unsigned i = 0; i < 6; i++) {
		struct platform_ask	cases[] = {
			{ .path = large }, { .token = large }, { .headers = { large } },
			{ .headers = { "x-one: 1", large } }, { .form = &failed }, { .json = &long_body },
		};

		assert_int_equal(verdict_of(cases[i]), PLATFORM_BUG);
		assert_string_equal(got.detail, "what is sent to the platform is too long");
	}
	assert_int_equal(listener.request_count, 0);
	buf_release(&failed);
	buf_release(&long_body);
}

/* --- what comes back -------------------------------------------------------------------------- */

static void
platform_call_refusal_tells_status_trace_and_words(void **state)
{
	(void)state;
	platform_world_reply("422 Unprocessable Entity", "{\"statusCode\":422,\"traceId\":\"ab-12\",\"message\":"
	    "[\"property locationId should not exist\",\"b\"],\"error\":\"Unprocessable Entity\"}");
	assert_int_equal(verdict_of((struct platform_ask){ .repeats = true }), PLATFORM_BUG);
	assert_int_equal(got.status, 422);
	assert_string_equal(got.trace, "ab-12");
	assert_string_equal(got.message, "property locationId should not exist");
	assert_int_equal(listener.request_count, 1);
}

static void
platform_call_answer_that_is_no_json_has_no_root(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{\"access_token\": <html>");
	assert_int_equal(verdict_of((struct platform_ask){ 0 }), PLATFORM_DONE);
	assert_false(got.has_root);
	platform_world_reply("400 Bad Request", "<html>");
	assert_int_equal(verdict_of((struct platform_ask){ 0 }), PLATFORM_BUG);
	assert_string_equal(got.message, "");
}

/* More than json_parse() takes: a page of 100 locations with long addresses. */
static void
platform_call_answer_of_200_kb_is_read_and_more_than_256_is_lost(void **state)
{
	static char	body[FETCH_BODY_MAX + 1024];

	(void)state;
	memset(body, 'a', sizeof(body) - 1);
	memcpy(body, "{\"a\":\"", 6);
	memcpy(body + 200000, "\"}", 3);
	platform_world_reply("200 OK", body);
	assert_int_equal(verdict_of((struct platform_ask){ 0 }), PLATFORM_DONE);
	assert_true(got.has_root);
	memset(body, 'a', sizeof(body) - 1);
	platform_world_reply("200 OK", body);
	assert_int_equal(verdict_of((struct platform_ask){ 0 }), PLATFORM_UNKNOWN);
}

static void
platform_call_platform_away_is_not_sent(void **state)
{
	(void)state;
	platform_world_away();
	assert_int_equal(verdict_of((struct platform_ask){ 0 }), PLATFORM_RETRY);
	assert_int_equal(got.status, 0);
	assert_string_equal(got.trace, "");
}

static void
platform_call_silent_platform_is_unknown_in_time(void **state)
{
	(void)state;
	listener_reply(STAY_SILENT, NULL);
	assert_int_equal(verdict_of((struct platform_ask){ .repeats = true, .timeout_ms = WORLD_SHORT_MS }),
	    PLATFORM_UNKNOWN);
	assert_in_range(got.after_us, WORLD_SHORT_MS * 900, WORLD_SHORT_MS * 2000);
	assert_int_equal(listener.request_count, 1);
}

static void
platform_call_time_limit_of_the_client_is_never_exceeded(void **state)
{
	(void)state;
	platform_world_limit(1000, WORLD_SHORT_MS);
	listener_reply(STAY_SILENT, NULL);
	assert_int_equal(verdict_of((struct platform_ask){ .timeout_ms = 10 * WORLD_MS }), PLATFORM_UNKNOWN);
	assert_in_range(got.after_us, WORLD_SHORT_MS * 900, WORLD_SHORT_MS * 2000);
}

/* --- trying again ----------------------------------------------------------------------------- */

static void
platform_call_that_repeats_is_sent_again_after_5xx_and_lost(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{}");
	platform_world_first("503 Busy", "busy");
	listener_first(NULL);
	assert_int_equal(verdict_of((struct platform_ask){ .method = "POST", .repeats = true }), PLATFORM_DONE);
	assert_int_equal(listener.request_count, 3);
	assert_int_equal(got.calls, 1);
	/* It waited in between. */
	assert_true(got.after_us >= 600 * 1000);
}

static void
platform_call_that_does_not_repeat_is_sent_once(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{}");
	platform_world_first("503 Busy", "busy");
	assert_int_equal(verdict_of((struct platform_ask){ .method = "POST" }), PLATFORM_RETRY);
	assert_int_equal(listener.request_count, 1);
	listener_first(NULL);
	assert_int_equal(verdict_of((struct platform_ask){ .method = "POST" }), PLATFORM_UNKNOWN);
	assert_int_equal(listener.request_count, 2);
}

static void
platform_call_that_repeats_is_sent_three_times_at_most(void **state)
{
	(void)state;
	platform_world_reply("500 No", "{\"message\":\"no\"}");
	assert_int_equal(verdict_of((struct platform_ask){ .repeats = true }), PLATFORM_RETRY);
	assert_int_equal(listener.request_count, 3);
}

/* The first may have happened, whatever became of the others. */
static void
platform_call_once_lost_stays_unknown(void **state)
{
	(void)state;
	platform_world_reply("503 Busy", "busy");
	listener_first(NULL);
	assert_int_equal(verdict_of((struct platform_ask){ .method = "POST", .repeats = true }), PLATFORM_UNKNOWN);
	assert_int_equal(listener.request_count, 3);
}

static void
platform_call_repeats_only_within_its_time(void **state)
{
	(void)state;
	platform_world_reply("500 No", "{}");
	assert_int_equal(verdict_of((struct platform_ask){ .repeats = true, .timeout_ms = WORLD_SHORT_MS }),
	    PLATFORM_RETRY);
	assert_int_equal(listener.request_count, 1);
	assert_true(got.after_us < WORLD_SHORT_MS * 1000);
}

/* A second try that meets silence gets the rest of the time, not all of it again. */
static void
platform_call_all_tries_together_keep_the_time_limit(void **state)
{
	(void)state;
	platform_world_first("503 Busy", "busy");
	listener_reply(STAY_SILENT, NULL);
	assert_int_equal(verdict_of((struct platform_ask){ .repeats = true, .timeout_ms = 1000 }), PLATFORM_UNKNOWN);
	assert_int_equal(listener.request_count, 2);
	assert_in_range(got.after_us, 900 * 1000, 1300 * 1000);
}

/* --- the budget ------------------------------------------------------------------------------- */

static void
platform_call_over_the_budget_waits_and_is_sent(void **state)
{
	(void)state;
	platform_world_limit(40, WORLD_MS);	/* ten at once, then one every 333 ms */
	platform_world_reply("200 OK", "{}");
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
	assert_true(got.after_us < 200 * 1000);
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
	assert_in_range(got.after_us, 100 * 1000, 600 * 1000);
	assert_int_equal(listener.request_count, 11);
}

static void
platform_call_over_the_budget_for_longer_than_it_may_is_not_sent(void **state)
{
	(void)state;
	platform_world_limit(4, WORLD_MS);
	platform_world_reply("200 OK", "{}");
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one", .timeout_ms = 1000 }), PLATFORM_RETRY);
	assert_true(got.after_us < 500 * 1000);
	assert_int_equal(listener.request_count, 1);
	/* Others have budgets of their own, or none. */
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "two", .timeout_ms = 1000 }), PLATFORM_DONE);
	assert_int_equal(verdict_of((struct platform_ask){ .timeout_ms = 1000 }), PLATFORM_DONE);
}

static void
platform_call_after_the_last_one_left_waits_for_the_interval(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{}");
	platform_world_first("200 OK\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Interval-Milliseconds: 600", "{}");
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "two" }), PLATFORM_DONE);
	assert_true(got.after_us < 300 * 1000);
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
	assert_in_range(got.after_us, 200 * 1000, 1000 * 1000);
}

static void
platform_call_refused_for_its_rate_waits_before_it_is_sent_again(void **state)
{
	(void)state;
	platform_world_reply("200 OK", "{}");
	platform_world_first("429 Too Many\r\nx-ratelimit-remaining: 0\r\n"
	    "x-ratelimit-interval-milliseconds: 1200", "{\"message\":\"Too Many Requests\"}");
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one", .repeats = true }), PLATFORM_DONE);
	assert_int_equal(listener.request_count, 2);
	assert_in_range(got.after_us, 1100 * 1000, 2000 * 1000);
	/* Without a word about the interval: a second. */
	platform_world_first("429 Too Many", "{}");
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "two" }), PLATFORM_RETRY);
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "two" }), PLATFORM_DONE);
	assert_in_range(got.after_us, 600 * 1000, 2000 * 1000);
}

static void
platform_call_hostile_rate_headers_do_no_harm(void **state)
{
	static const char *const	heads[] = {
		"200 OK\r\nx-ratelimit-remaining: 0",
		"200 OK\r\nx-ratelimit-remaining: -1\r\nx-ratelimit-interval-milliseconds: -600000",
		"200 OK\r\nx-ratelimit-remaining: none\r\nx-ratelimit-interval-milliseconds: 600000",
		"200 OK\r\nx-ratelimit-remaining: 1\r\nx-ratelimit-interval-milliseconds: 600000",
		"200 OK\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-interval-milliseconds: 99999999999999999999",
		"200 OK\r\nx-ratelimit-daily-remaining: lots",
	};

	(void)state;
	platform_world_reply("200 OK", "{}");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		platform_world_first(heads[i], "{}");
		assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
		assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
		assert_true(got.after_us < 500 * 1000);
	}
	/* An interval beyond reason, or the end of the day: half a minute, and not a year. */
	platform_world_first("200 OK\r\nx-ratelimit-daily-remaining: 0", "{}");
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_DONE);
	assert_int_equal(verdict_of((struct platform_ask){ .resource = "one" }), PLATFORM_RETRY);
	assert_true(got.after_us < 500 * 1000);
}

static void
platform_call_many_at_once_over_the_budget_are_all_sent_in_turn(void **state)
{
	(void)state;
	platform_world_limit(40, WORLD_MS);	/* ten at once, then three a second */
	platform_world_reply("200 OK", "{}");
	ask((struct platform_ask){ .resource = "one" });
	wanted = 14;
	for (unsigned i = 1; i < wanted; i++)
		platform_call(&(struct platform_ask){ .method = "GET", .path = "/", .resource = "one" }, take, NULL);
	assert_true(loop_poll_run_until(all_taken, 2 * WORLD_MS));
	assert_int_equal(listener.request_count, 14);
	assert_int_equal(got.verdict, PLATFORM_DONE);
	assert_in_range(got.after_us, 1200 * 1000, 2500 * 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, platform_world_start, platform_world_stop)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(platform_call_with_token_has_version_bearer_and_accept),
		TEST(platform_call_without_token_has_no_version),
		TEST(platform_call_copies_all_that_it_is_given),
		TEST(platform_call_longest_token_is_sent),
		TEST(platform_call_with_too_much_of_anything_is_our_bug_and_not_sent),
		TEST(platform_call_refusal_tells_status_trace_and_words),
		TEST(platform_call_answer_that_is_no_json_has_no_root),
		TEST(platform_call_answer_of_200_kb_is_read_and_more_than_256_is_lost),
		TEST(platform_call_platform_away_is_not_sent),
		TEST(platform_call_silent_platform_is_unknown_in_time),
		TEST(platform_call_time_limit_of_the_client_is_never_exceeded),
		TEST(platform_call_that_repeats_is_sent_again_after_5xx_and_lost),
		TEST(platform_call_that_does_not_repeat_is_sent_once),
		TEST(platform_call_that_repeats_is_sent_three_times_at_most),
		TEST(platform_call_once_lost_stays_unknown),
		TEST(platform_call_repeats_only_within_its_time),
		TEST(platform_call_all_tries_together_keep_the_time_limit),
		TEST(platform_call_over_the_budget_waits_and_is_sent),
		TEST(platform_call_over_the_budget_for_longer_than_it_may_is_not_sent),
		TEST(platform_call_after_the_last_one_left_waits_for_the_interval),
		TEST(platform_call_refused_for_its_rate_waits_before_it_is_sent_again),
		TEST(platform_call_hostile_rate_headers_do_no_harm),
		TEST(platform_call_many_at_once_over_the_budget_are_all_sent_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
