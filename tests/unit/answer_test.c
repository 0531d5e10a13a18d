/*
 * What is answered at queryUrl, byte for byte.  Expected texts are those of contract §3.2-3.7 and the brief.
 */
#include "cmocka_all.h"

#include <string.h>

#include "platform/answer.h"

#define CASES(a)	(sizeof(a) / sizeof((a)[0]))
#define BODY_MAX	4096
#define SETTLED_US	INT64_C(1761696000123456)	/* date -u -d @1761696000: 2025-10-29T00:00:00Z */

static struct buf	body;

static int
body_start(void **state)
{
	(void)state;
	buf_init(&body, BODY_MAX);
	return 0;
}

static int
body_end(void **state)
{
	(void)state;
	buf_release(&body);
	return 0;
}

/* Compare what was written, and make room for the next. */
static void
body_is(const char *expected)
{
	assert_true(buf_ok(&body));
	assert_string_equal(buf_text(&body), expected);
	buf_clear(&body);
}

static struct money
money_of(int64_t minor, const char *code)
{
	struct money	money = { minor, currency_find(slice_of(code)) };

	return money;
}

static void
answer_verify_each_verdict_has_its_text(void **state)
{
	static const struct {
		enum dialect		 dialect;
		enum answer_verdict	 verdict;
		const char		*expected;
	} cases[] = {
		{ DIALECT_LIVE, ANSWER_PAID, "{\"success\":true,\"failed\":false,\"message\":\"\","
		    "\"chargeSnapshot\":{\"id\":\"ch_1\",\"status\":\"succeeded\",\"amount\":9999,"
		    "\"chargeId\":\"ch_1\",\"chargedAt\":1761696000}}" },
		{ DIALECT_LIVE, ANSWER_PENDING, "{\"success\":false}" },
		{ DIALECT_LIVE, ANSWER_FAILED, "{\"failed\":true}" },
		{ DIALECT_BRIEF, ANSWER_PAID, "{\"success\":true,\"status\":\"completed\",\"amount\":99.99,"
		    "\"currency\":\"USD\",\"timestamp\":\"2025-10-29T00:00:00Z\"}" },
		{ DIALECT_BRIEF, ANSWER_PENDING, "{\"success\":true,\"status\":\"pending\"}" },
		{ DIALECT_BRIEF, ANSWER_FAILED,
		    "{\"success\":false,\"status\":\"failed\",\"error\":\"Payment not found\"}" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct answer_verify	verify = { .verdict = cases[i].verdict, .charge_id = "ch_1",
					    .money = money_of(9999, "USD"), .settled_at_us = SETTLED_US };

		answer_verify(cases[i].dialect, &verify, &body);
		body_is(cases[i].expected);
	}
}

static void
answer_verify_amount_is_that_of_its_dialect(void **state)
{
	static const struct {
		int64_t		 minor;
		const char	*code, *live, *brief;
	} cases[] = {
		{ 5, "USD", "\"amount\":5,", "\"amount\":0.05," },
		{ 1000, "JPY", "\"amount\":100000,", "\"amount\":1000," },
		{ 1, "KWD", "\"amount\":0.1,", "\"amount\":0.001," },
		{ 10000, "CLF", "\"amount\":100,", "\"amount\":1.0000," },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct answer_verify	verify = { .verdict = ANSWER_PAID, .charge_id = "ch_1",
					    .money = money_of(cases[i].minor, cases[i].code) };

		answer_verify(DIALECT_LIVE, &verify, &body);
		assert_non_null(strstr(buf_text(&body), cases[i].live));
		buf_clear(&body);
		answer_verify(DIALECT_BRIEF, &verify, &body);
		assert_non_null(strstr(buf_text(&body), cases[i].brief));
		buf_clear(&body);
	}
}

static void
answer_methods_each_card_has_its_line(void **state)
{
	static const struct answer_method	cards[] = {
		{ "pm_1", "contact_1", "visa", "4242", 12, 2031, false },
		{ "pm_2", "contact_1", "mastercard", "4444", 3, 2025, true },
		{ "pm_3", "contact_1", "jcb", "0505", 1, 2100, false },
	};
	struct answer_methods			methods = { cards, CASES(cards), "https://pay.example" };

	(void)state;
	answer_methods(DIALECT_LIVE, &methods, &body);
	body_is("[{\"id\":\"pm_1\",\"type\":\"card\",\"title\":\"Visa\",\"subTitle\":\"**** **** **** 4242\","
	    "\"expiry\":\"12/31\",\"customerId\":\"contact_1\","
	    "\"imageUrl\":\"https://pay.example/assets/card-visa.svg\"},"
	    "{\"id\":\"pm_2\",\"type\":\"card\",\"title\":\"Mastercard\",\"subTitle\":\"**** 4444 expired\","
	    "\"expiry\":\"03/25\",\"customerId\":\"contact_1\","
	    "\"imageUrl\":\"https://pay.example/assets/card-mastercard.svg\"},"
	    "{\"id\":\"pm_3\",\"type\":\"card\",\"title\":\"Card\",\"subTitle\":\"**** **** **** 0505\","
	    "\"expiry\":\"01/00\",\"customerId\":\"contact_1\","
	    "\"imageUrl\":\"https://pay.example/assets/card-other.svg\"}]");
	answer_methods(DIALECT_BRIEF, &methods, &body);
	body_is("{\"paymentMethods\":["
	    "{\"id\":\"pm_1\",\"type\":\"card\",\"last4\":\"4242\",\"expiryMonth\":12,\"expiryYear\":2031,"
	    "\"customerId\":\"contact_1\"},"
	    "{\"id\":\"pm_2\",\"type\":\"card\",\"last4\":\"4444\",\"expiryMonth\":3,\"expiryYear\":2025,"
	    "\"customerId\":\"contact_1\"},"
	    "{\"id\":\"pm_3\",\"type\":\"card\",\"last4\":\"0505\",\"expiryMonth\":1,\"expiryYear\":2100,"
	    "\"customerId\":\"contact_1\"}]}");
	methods.count = 0;
	answer_methods(DIALECT_LIVE, &methods, &body);
	body_is("[]");
	answer_methods(DIALECT_BRIEF, &methods, &body);
	body_is("{\"paymentMethods\":[]}");
}

static void
answer_charge_each_verdict_has_its_text(void **state)
{
	static const struct {
		enum dialect		 dialect;
		enum answer_verdict	 verdict;
		const char		*expected;
	} cases[] = {
		{ DIALECT_LIVE, ANSWER_PAID, "{\"success\":true,\"failed\":false,\"chargeId\":\"ch_1\","
		    "\"message\":\"Payment successful\",\"chargeSnapshot\":{\"id\":\"ch_1\","
		    "\"status\":\"succeeded\",\"amount\":100.00,\"chargeId\":\"ch_1\",\"chargedAt\":1761696000}}" },
		{ DIALECT_LIVE, ANSWER_PENDING, "{\"success\":false,\"failed\":false,\"chargeId\":\"ch_1\","
		    "\"message\":\"Payment is being processed\",\"chargeSnapshot\":{\"id\":\"ch_1\","
		    "\"status\":\"pending\",\"amount\":100.00,\"chargeId\":\"ch_1\"}}" },
		{ DIALECT_LIVE, ANSWER_FAILED,
		    "{\"success\":false,\"failed\":true,\"message\":\"Card was declined\"}" },
		{ DIALECT_BRIEF, ANSWER_PAID, "{\"success\":true,\"chargeId\":\"ch_1\",\"status\":\"completed\","
		    "\"amount\":100.00,\"currency\":\"USD\",\"timestamp\":\"2025-10-29T00:00:00Z\"}" },
		/* To this reader "success" would mean paid; only verify_payment may say it of a pending one. */
		{ DIALECT_BRIEF, ANSWER_PENDING,
		    "{\"success\":false,\"chargeId\":\"ch_1\",\"status\":\"pending\"}" },
		{ DIALECT_BRIEF, ANSWER_FAILED,
		    "{\"success\":false,\"status\":\"failed\",\"error\":\"Card was declined\"}" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct answer_charge	charge = { cases[i].verdict, "ch_1", "Card was declined",
					    money_of(10000, "USD"), SETTLED_US };

		answer_charge(cases[i].dialect, &charge, &body);
		body_is(cases[i].expected);
	}
}

static void
answer_refund_each_verdict_has_its_text(void **state)
{
	static const struct {
		enum answer_verdict	 verdict;
		const char		*refund_id, *expected;
	} cases[] = {
		{ ANSWER_PAID, "re_1", "{\"success\":true,\"message\":\"Refund successful\",\"id\":\"re_1\","
		    "\"refundId\":\"re_1\",\"amount\":50.00,\"currency\":\"USD\",\"status\":\"completed\","
		    "\"timestamp\":\"2025-10-29T00:00:00Z\"}" },
		{ ANSWER_PENDING, "re_1", "{\"success\":false,\"message\":\"Refund is being processed\","
		    "\"id\":\"re_1\",\"refundId\":\"re_1\",\"status\":\"pending\"}" },
		{ ANSWER_FAILED, "re_1", "{\"success\":false,\"message\":\"No such charge\",\"status\":\"failed\"}" },
		{ ANSWER_FAILED, NULL, "{\"success\":false,\"message\":\"No such charge\",\"status\":\"failed\"}" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct answer_refund	refund = { cases[i].verdict, cases[i].refund_id, "No such charge",
					    money_of(5000, "USD"), SETTLED_US };

		answer_refund(&refund, &body);
		body_is(cases[i].expected);
	}
}

static void
answer_reason_begins_a_sentence(void **state)
{
	static const struct {
		const char	*message, *expected;
	} cases[] = {
		{ "no such charge", "No such charge" },
		{ "Card was declined", "Card was declined" },
		{ "3-D Secure failed", "3-D Secure failed" },
		{ "\303\251t\303\251", "\303\251t\303\251" },	/* only what is ASCII is raised */
		{ "", "" },
	};
	char	reason[ANSWER_REASON_SIZE];

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		answer_reason(cases[i].message, reason);
		assert_string_equal(reason, cases[i].expected);
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

	(void)state;
	answer_unsupported(&body);
	assert_false(reads_as_paid(buf_text(&body)));
	body_is("{\"success\":false,\"failed\":true,\"message\":\"Unsupported operation\"}");

	answer_refused(&refusal, &body);
	assert_false(reads_as_paid(buf_text(&body)));
	/* It is not known that the payment failed either. */
	assert_null(strstr(buf_text(&body), "failed"));
	body_is("{\"success\":false,\"code\":\"api_key_invalid\",\"message\":\"no\",\"requestId\":\"req_1\"}");

	refusal.code = "field_invalid";
	refusal.field = "amount";
	answer_refused(&refusal, &body);
	body_is("{\"success\":false,\"code\":\"field_invalid\",\"message\":\"no\",\"field\":\"amount\","
	    "\"requestId\":\"req_1\"}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, body_start, body_end)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(answer_verify_each_verdict_has_its_text),
		TEST(answer_verify_amount_is_that_of_its_dialect),
		TEST(answer_methods_each_card_has_its_line),
		TEST(answer_charge_each_verdict_has_its_text),
		TEST(answer_refund_each_verdict_has_its_text),
		TEST(answer_reason_begins_a_sentence),
		TEST(answer_unsupported_and_refused_never_read_as_paid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
