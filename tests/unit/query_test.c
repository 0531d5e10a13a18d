/*
 * Reading the platform's questions: every operation of both dialects, and everything that is none.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "platform/query.h"

struct query_case {
	const char		*body;
	enum query_operation	 operation;
	enum dialect		 dialect;
	const char		*field;		/* with FAULT_FIELD_INVALID */
	enum fault		 fault;
};

/* The examples of contract §3 and of the brief; then each with something wrong. */
static const struct query_case	cases[] = {
	{ "{\"type\":\"verify\",\"transactionId\":\"t1\",\"apiKey\":\"k\",\"chargeId\":\"c1\","
	    "\"subscriptionId\":\"s1\"}", QUERY_VERIFY, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"verify\",\"transactionId\":\"t1\",\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"verify\",\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_LIVE, "chargeId", FAULT_FIELD_INVALID },
	{ "{\"type\":\"verify\",\"chargeId\":7,\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_LIVE, "chargeId", FAULT_FIELD_INVALID },
	{ "{\"type\":\"verify\",\"chargeId\":{\"a\":1},\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_LIVE, "chargeId", FAULT_FIELD_INVALID },
	{ "{\"type\":\"verify\",\"chargeId\":\"c1\",\"subscriptionId\":null,\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"verify\",\"chargeId\":\"../etc\",\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_LIVE, "chargeId", FAULT_FIELD_INVALID },
	{ "{\"type\":\"verify_payment\",\"chargeId\":\"c1\",\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_BRIEF, NULL, FAULT_NONE },
	{ "{\"type\":\"verify_payment\",\"transactionId\":\"t1\",\"apiKey\":\"k\"}",
	    QUERY_VERIFY, DIALECT_BRIEF, "chargeId", FAULT_FIELD_INVALID },
	{ "{\"locationId\":\"l\",\"contactId\":\"c\",\"apiKey\":\"k\",\"type\":\"list_payment_methods\"}",
	    QUERY_LIST_METHODS, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"get_payment_methods\",\"contactId\":\"c\",\"apiKey\":\"k\"}",
	    QUERY_LIST_METHODS, DIALECT_BRIEF, NULL, FAULT_NONE },
	{ "{\"type\":\"get_payment_methods\",\"apiKey\":\"k\"}",
	    QUERY_LIST_METHODS, DIALECT_BRIEF, "contactId", FAULT_FIELD_INVALID },
	{ "{\"paymentMethodId\":\"p\",\"contactId\":\"c\",\"transactionId\":\"t\","
	    "\"chargeDescription\":\"Invoice - 1\",\"amount\":100.00,\"currency\":\"USD\","
	    "\"apiKey\":\"k\",\"type\":\"charge_payment\"}",
	    QUERY_CHARGE, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"paymentMethodId\":\"p\",\"transactionId\":\"t\",\"currency\":\"USD\",\"apiKey\":\"k\","
	    "\"type\":\"charge_payment\"}",
	    QUERY_CHARGE, DIALECT_LIVE, "amount", FAULT_FIELD_INVALID },
	{ "{\"paymentMethodId\":\"p\",\"contactId\":\"c\",\"amount\":true,\"currency\":\"USD\","
	    "\"type\":\"charge_payment_method\"}",
	    QUERY_CHARGE, DIALECT_BRIEF, "amount", FAULT_FIELD_INVALID },
	{ "{\"type\":\"charge_payment_method\",\"paymentMethodId\":\"p\",\"contactId\":\"c\","
	    "\"amount\":49.99,\"currency\":\"USD\",\"apiKey\":\"k\"}",
	    QUERY_CHARGE, DIALECT_BRIEF, NULL, FAULT_NONE },
	{ "{\"type\":\"refund\",\"amount\":50.00,\"transactionId\":\"t\",\"chargeId\":\"c\","
	    "\"apiKey\":\"k\"}", QUERY_REFUND, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"refund\",\"amount\":50.00,\"apiKey\":\"k\"}",
	    QUERY_REFUND, DIALECT_LIVE, "chargeId", FAULT_FIELD_INVALID },
	{ "{\"type\":\"create_subscription\",\"apiKey\":\"k\",\"contactId\":\"c\","
	    "\"paymentMethodId\":\"p\",\"subscriptionId\":\"s\",\"recurringAmount\":\"80.00\"}",
	    QUERY_CREATE_SUBSCRIPTION, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"cancel_subscription\",\"subscriptionId\":\"s\",\"apiKey\":\"k\"}",
	    QUERY_CANCEL_SUBSCRIPTION, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"cancel_subscription\",\"apiKey\":\"k\"}",
	    QUERY_CANCEL_SUBSCRIPTION, DIALECT_LIVE, "subscriptionId", FAULT_FIELD_INVALID },
	{ "{\"type\":\"dance\",\"apiKey\":\"k\",\"chargeId\":[]}",
	    QUERY_UNKNOWN, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"type\":\"VERIFY\",\"apiKey\":\"k\"}", QUERY_UNKNOWN, DIALECT_LIVE, NULL, FAULT_NONE },
	{ "{\"apiKey\":\"k\"}", QUERY_UNKNOWN, DIALECT_LIVE, "type", FAULT_FIELD_INVALID },
	{ "{\"type\":\"\"}", QUERY_UNKNOWN, DIALECT_LIVE, "type", FAULT_FIELD_INVALID },
	{ "{\"type\":1}", QUERY_UNKNOWN, DIALECT_LIVE, "type", FAULT_FIELD_INVALID },
	{ "{\"type\":\"verify\",\"type\":\"refund\"}", QUERY_UNKNOWN, DIALECT_LIVE, NULL,
	    FAULT_JSON_INVALID },
	{ "[]", QUERY_UNKNOWN, DIALECT_LIVE, NULL, FAULT_JSON_INVALID },
	{ "\"verify\"", QUERY_UNKNOWN, DIALECT_LIVE, NULL, FAULT_JSON_INVALID },
	{ "", QUERY_UNKNOWN, DIALECT_LIVE, NULL, FAULT_JSON_INVALID },
	{ "{\"type\":\"verify\"", QUERY_UNKNOWN, DIALECT_LIVE, NULL, FAULT_JSON_INVALID },
};

static void
query_read_each_case_gives_operation_or_fault(void **state)
{
	struct query	query;
	const char	*field;
	enum fault	 fault;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fault = query_read(slice_of(cases[i].body), &query, &field);
		if (fault != cases[i].fault)
			print_error("case %zu: %s\n", i, cases[i].body);
		assert_int_equal(fault, cases[i].fault);
		if (fault == FAULT_FIELD_INVALID)
			assert_string_equal(field, cases[i].field);
		if (fault != FAULT_NONE)
			continue;
		assert_int_equal(query.operation, cases[i].operation);
		assert_int_equal(query.dialect, cases[i].dialect);
	}
}

static void
query_read_amount_is_kept_as_written(void **state)
{
	static const char	format[] = "{\"type\":\"refund\",\"chargeId\":\"c\",\"amount\":%s}";
	static const char *const amounts[][2] = {
		{ "50.00", "50.00" }, { "0.1", "0.1" }, { "1e2", "1e2" }, { "-5", "-5" },
		{ "\"80.00\"", "80.00" }, { "100000000000000000", "100000000000000000" },
	};
	struct query		 query;
	const char		*field;
	char			 body[128];

	(void)state;
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		assert_in_range(snprintf(body, sizeof(body), format, amounts[i][0]), 1,
		    sizeof(body) - 1);
		assert_int_equal(query_read(slice_of(body), &query, &field), FAULT_NONE);
		assert_string_equal(query.amount, amounts[i][1]);
	}
}

static void
query_read_api_key_of_any_wrong_form_is_no_key(void **state)
{
	static const char *const bodies[] = {
		"{\"type\":\"verify\",\"chargeId\":\"c\"}",
		"{\"type\":\"verify\",\"chargeId\":\"c\",\"apiKey\":null}",
		"{\"type\":\"verify\",\"chargeId\":\"c\",\"apiKey\":5}",
		"{\"type\":\"verify\",\"chargeId\":\"c\",\"apiKey\":[\"k\"]}",
		"{\"type\":\"verify\",\"chargeId\":\"c\",\"apiKey\":\"\"}",
	};
	struct query		 query;
	const char		*field;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(query_read(slice_of(bodies[i]), &query, &field), FAULT_NONE);
		assert_string_equal(query.api_key, "");
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(query_read_each_case_gives_operation_or_fault),
		cmocka_unit_test(query_read_amount_is_kept_as_written),
		cmocka_unit_test(query_read_api_key_of_any_wrong_form_is_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
