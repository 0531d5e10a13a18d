/*
 * Bodies of webhooks as the books take them.  Shapes: contract.md §7.1, brief-dialect.md.
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "platform/webhook.h"

static void
webhook_read_kinds_are_about_what_they_name(void **state)
{
	static const struct {
		const char	*body;
		const char	*type, *company, *location, *fields;
	} cases[] = {
		{ "{\"type\":\"INSTALL\",\"appId\":\"a\",\"locationId\":\"l\",\"companyId\":\"c\",\"companyName\":\"Acme\","
		    "\"whitelabelDetails\":{\"domain\":\"x.example\",\"logoUrl\":\"https://x.example/l\"}}",
		    "INSTALL", "c", "l",
		    "{\"companyName\":\"Acme\",\"domain\":\"x.example\",\"logoUrl\":\"https://x.example/l\"}" },
		{ "{\"type\":\"INSTALL\",\"companyId\":\"c\"}", "INSTALL", "c", "", "{}" },
		{ "{\"type\":\"UNINSTALL\",\"locationId\":\"l\"}", "UNINSTALL", "", "l", "{}" },
		{ "{\"type\":\"UPDATE\",\"locationId\":\"l\",\"versionId\":\"v2\",\"previousVersionId\":\"v1\"}",
		    "UPDATE", "", "l", "{\"versionId\":\"v2\"}" },
		{ "{\"type\":\"PLAN_CHANGE\",\"locationId\":\"l\",\"currentPlanId\":\"p1\",\"newPlanId\":\"p2\"}",
		    "PLAN_CHANGE", "", "l", "{\"planId\":\"p2\"}" },
		{ "{\"type\":\"APP_PAYMENT_STATUS\",\"locationId\":\"l\",\"newStatus\":\"COMPLETE\"}",
		    "APP_PAYMENT_STATUS", "", "l", "{\"paymentStatus\":\"COMPLETE\"}" },
		{ "{\"type\":\"LocationUpdate\",\"id\":\"l\",\"companyId\":\"c\",\"name\":\"M\\u00fcller\"}",
		    "LocationUpdate", "c", "l", "{\"name\":\"M\xc3\xbcller\"}" },
		{ "{\"type\":\"ContactDelete\",\"locationId\":\"l\",\"id\":\"k\"}", "ContactDelete", "", "l",
		    "{\"contactId\":\"k\"}" },
		{ "{\"type\":\"InvoiceVoid\",\"_id\":\"i\",\"altId\":\"l\",\"altType\":\"location\",\"status\":\"void\"}",
		    "InvoiceVoid", "", "l", "{\"orderIds\":[\"i\"]}" },
		{ "{\"type\":\"OrderStatusUpdate\",\"_id\":\"o\",\"orderId\":\"p\",\"altId\":\"l\",\"altType\":\"location\","
		    "\"status\":\"canceled\"}", "OrderStatusUpdate", "", "l",
		    "{\"status\":\"canceled\",\"orderIds\":[\"o\",\"p\"]}" },
		{ "{\"type\":\"OrderCreate\",\"altId\":\"c\",\"altType\":\"company\"}", "OrderCreate", "", "", "{}" },
		{ "{\"type\":\"TaskCreate\",\"locationId\":\"l\",\"id\":\"t\",\"name\":\"n\"}", "TaskCreate", "", "l", "{}" },
		{ "{\"locationId\":\"l\"}", "untyped", "", "l", "{}" },
		{ "{\"type\":\"\"}", "untyped", "", "", "{}" },
		{ "{\"type\":\"a b\",\"locationId\":\"../x\",\"companyId\":7}", "untyped", "", "", "{}" },
		{ "{\"type\":\"PLAN_CHANGE\",\"newPlanId\":\"4242424242424242\"}", "PLAN_CHANGE", "", "", "{}" },
	};
	struct webhook	webhook;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(webhook_read(slice_of(cases[i].body), &webhook), FAULT_NONE);
		assert_string_equal(webhook.type.text, cases[i].type);
		assert_string_equal(webhook.company.text, cases[i].company);
		assert_string_equal(webhook.location.text, cases[i].location);
		assert_string_equal(buf_text(&webhook.fields), cases[i].fields);
		assert_string_equal(buf_text(&webhook.kept), cases[i].body);
		assert_false(webhook.is_event);
		webhook_release(&webhook);
	}
}

/* sha256sum of the body in each case. */
static void
webhook_read_without_an_id_is_known_by_its_digest(void **state)
{
	static const struct {
		const char	*body, *id, *at;
	} cases[] = {
		{ "{\"webhookId\":\"w-1\",\"timestamp\":\"2025-06-25T08:57:06.225+02:00\"}", "w-1",
		    "2025-06-25T06:57:06.225Z" },
		{ "{}", "body_44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "" },
		{ "{\"webhookId\":\"\",\"timestamp\":\"soon\"}",
		    "body_396946986745aadad6abe4e0ee62cd5a83b0d6f4c85ec0a9d3db446794a221d5", "" },
	};
	struct webhook	webhook;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(webhook_read(slice_of(cases[i].body), &webhook), FAULT_NONE);
		assert_string_equal(webhook.id.text, cases[i].id);
		assert_string_equal(webhook.at, cases[i].at);
		webhook_release(&webhook);
	}
}

static void
webhook_read_payment_event_keeps_no_secret(void **state)
{
	static const char	body[] = "{\"type\":\"payment.captured\",\"chargeId\":\"ch_1\",\"transactionId\":\"t\","
				"\"locationId\":\"l\",\"apiKey\":\"kassa_sk_test_x\",\"webhookId\":\"w\",\"more\":\"kassa_sk_test_x\","
				"\"chargeSnapshot\":{\"id\":\"ch_1\",\"amount\":10.50,\"status\":\"kassa_sk_test_x\",\"x\":[1]}}";
	struct webhook		webhook;

	(void)state;
	assert_int_equal(webhook_read(slice_of(body), &webhook), FAULT_NONE);
	assert_true(webhook.is_event);
	assert_string_equal(webhook.api_key, "kassa_sk_test_x");
	assert_string_equal(webhook.charge.text, "ch_1");
	assert_int_equal(strncmp(webhook.id.text, "event_", 6), 0);
	assert_string_equal(buf_text(&webhook.kept), "{\"type\":\"payment.captured\",\"chargeId\":\"ch_1\","
	    "\"transactionId\":\"t\",\"locationId\":\"l\",\"webhookId\":\"w\",\"chargeSnapshot\":{\"id\":\"ch_1\",\"amount\":10.50}}");
	webhook_release(&webhook);
	assert_string_equal(webhook.api_key, "");
}

static void
webhook_read_refuses_what_is_no_object_or_too_large(void **state)
{
	static const char *const	bodies[] = { "", "[]", "7", "{", "{\"a\":1,\"a\":2}", "{}{}", "{\"a\":\"\\u0000\"}" };
	char				*large = malloc(WEBHOOK_BYTES_MAX + 1);
	struct webhook			 webhook;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(webhook_read(slice_of(bodies[i]), &webhook), FAULT_JSON_INVALID);
		webhook_release(&webhook);
	}
	assert_non_null(large);
	memset(large, ' ', WEBHOOK_BYTES_MAX + 1);
	memcpy(large, "{}", 2);
	assert_int_equal(webhook_read((struct slice){ large, WEBHOOK_BYTES_MAX }, &webhook), FAULT_NONE);
	webhook_release(&webhook);
	assert_int_equal(webhook_read((struct slice){ large, WEBHOOK_BYTES_MAX + 1 }, &webhook), FAULT_BODY_TOO_LARGE);
	webhook_release(&webhook);
	free(large);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(webhook_read_kinds_are_about_what_they_name),
		cmocka_unit_test(webhook_read_without_an_id_is_known_by_its_digest),
		cmocka_unit_test(webhook_read_payment_event_keeps_no_secret),
		cmocka_unit_test(webhook_read_refuses_what_is_no_object_or_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
