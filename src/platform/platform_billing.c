/*
 * The one report of external billing.
 */
#include "platform/platform_billing.h"

#include "base/json_write.h"
#include "platform/platform_call.h"
#include "platform/platform_internal.h"

#define BODY_MAX	2048
#define HEADER_MAX	1024

static void	bill_write(const struct platform_bill *, struct buf *);
static void	report_done(void *, const struct platform_answer *);

void
platform_billing_report(const struct platform_bill *bill, struct platform_said *said)
{
	struct platform_ask	call = { .method = "POST", .path = "/oauth/billing/webhook" };
	struct buf		key, secret, body;

	buf_init(&key, HEADER_MAX);
	buf_init(&secret, HEADER_MAX);
	buf_init(&body, BODY_MAX);
	buf_printf(&key, "x-ghl-client-key: %s", platform_options()->client_id);
	buf_printf(&secret, "x-ghl-client-secret: %s", platform_options()->client_secret);
	bill_write(bill, &body);
	call.headers[0] = buf_text(&key);
	call.headers[1] = buf_text(&secret);
	call.json = &body;
	platform_call(&call, report_done, said);
	buf_release(&key);
	buf_wipe(&secret);
	buf_release(&body);
}

/* The amount is in major units, as everywhere in what the platform reads. */
static void
bill_write(const struct platform_bill *bill, struct buf *body)
{
	bool			is_company = bill->user_type == PLATFORM_COMPANY;
	struct json_write	write;
	char			amount[MONEY_TEXT_SIZE];

	money_print(bill->amount, amount);
	json_write_init(&write, body);
	json_open_object(&write);
	json_text_member(&write, "clientId", platform_options()->client_id);
	json_text_member(&write, "authType", is_company ? "company" : "location");
	json_text_member(&write, is_company ? "companyId" : "locationId", bill->reference);
	if (bill->subscription != NULL)
		json_text_member(&write, "subscriptionId", bill->subscription);
	if (bill->payment != NULL)
		json_text_member(&write, "paymentId", bill->payment);
	json_raw_member(&write, "amount", slice_of(amount));
	json_text_member(&write, "status", bill->is_paid ? "COMPLETED" : "FAILED");
	json_text_member(&write, "paymentType", bill->is_recurring ? "recurring" : "one_time");
	json_close_object(&write);
}

static void
report_done(void *arg, const struct platform_answer *answer)
{
	struct platform_said	*said = arg;

	said->verdict = answer->verdict;
	said->detail = answer->detail;
	flow_wake(said->flow);
}
