/*
 * What is answered at queryUrl, byte for byte.  Expected texts are those of contract §3.2 and the brief.
 */
#include "cmocka_all.h"

#include <string.h>

#include "platform/answer.h"

static void
answer_is(enum dialect dialect, const struct answer_verify *verify, const char *expected)
{
	struct buf	body;

	buf_init(&body, 1024);
	answer_verify(dialect, verify, &body);
	assert_true(buf_ok(&body));
	assert_string_equal(buf_text(&body), expected);
	buf_release(&body);
}

static void
answer_verify_live_has_three_texts(void **state)
{
	struct answer_verify	verify = { .verdict = ANSWER_PAID };

	(void)state;
	answer_is(DIALECT_LIVE, &verify, "{\"success\":true}");
	verify.verdict = ANSWER_PENDING;
	answer_is(DIALECT_LIVE, &verify, "{\"success\":false}");
	verify.verdict = ANSWER_FAILED;
	answer_is(DIALECT_LIVE, &verify, "{\"failed\":true}");
}

static void
answer_verify_brief_has_amount_and_time(void **state)
{
	struct answer_verify	verify = { .verdict = ANSWER_PAID };

	(void)state;
	verify.money.minor = 9999;
	verify.money.currency = currency_find(slice_of("USD"));
	verify.settled_at_us = INT64_C(1761696000123456);	/* date -u -d @1761696000 */
	answer_is(DIALECT_BRIEF, &verify, "{\"success\":true,\"status\":\"completed\","
	    "\"amount\":99.99,\"currency\":\"USD\",\"timestamp\":\"2025-10-29T00:00:00Z\"}");
	verify.verdict = ANSWER_PENDING;
	answer_is(DIALECT_BRIEF, &verify, "{\"success\":true,\"status\":\"pending\"}");
	verify.verdict = ANSWER_FAILED;
	answer_is(DIALECT_BRIEF, &verify,
	    "{\"success\":false,\"status\":\"failed\",\"error\":\"Payment not found\"}");
}

static void
answer_verify_brief_amount_has_the_currency_s_digits(void **state)
{
	static const struct {
		int64_t		 minor;
		const char	*code, *text;
	} cases[] = {
		{ 1000, "JPY", "\"amount\":1000," }, { 1, "KWD", "\"amount\":0.001," },
		{ 5, "USD", "\"amount\":0.05," }, { 10000, "CLF", "\"amount\":1.0000," },
	};
	struct answer_verify	verify = { .verdict = ANSWER_PAID };
	struct buf		body;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		verify.money.minor = cases[i].minor;
		verify.money.currency = currency_find(slice_of(cases[i].code));
		buf_init(&body, 1024);
		answer_verify(DIALECT_BRIEF, &verify, &body);
		assert_non_null(strstr(buf_text(&body), cases[i].text));
		buf_release(&body);
	}
}

/* What either reader would take for "paid" (contract §3.2; brief: success and completed). */
static bool
reads_as_paid(const char *text)
{
	return strstr(text, "\"success\":true") != NULL || strstr(text, "completed") != NULL;
}

static void
answer_unsupported_and_refused_never_read_as_paid(void **state)
{
	struct answer_refusal	refusal = { .code = "api_key_invalid", .message = "no",
				    .request_id = "req_1" };
	struct buf		body;

	(void)state;
	buf_init(&body, 1024);
	answer_unsupported(&body);
	assert_string_equal(buf_text(&body),
	    "{\"success\":false,\"failed\":true,\"message\":\"Unsupported operation\"}");
	assert_false(reads_as_paid(buf_text(&body)));
	buf_release(&body);

	buf_init(&body, 1024);
	answer_refused(&refusal, &body);
	assert_string_equal(buf_text(&body), "{\"success\":false,\"code\":\"api_key_invalid\","
	    "\"message\":\"no\",\"requestId\":\"req_1\"}");
	assert_false(reads_as_paid(buf_text(&body)));
	/* It is not known that the payment failed either. */
	assert_null(strstr(buf_text(&body), "failed"));
	buf_release(&body);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(answer_verify_live_has_three_texts),
		cmocka_unit_test(answer_verify_brief_has_amount_and_time),
		cmocka_unit_test(answer_verify_brief_amount_has_the_currency_s_digits),
		cmocka_unit_test(answer_unsupported_and_refused_never_read_as_paid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
