/*
 * Reading a transaction or an order back from the platform.  Used by the flows open and refund.
 */
#include "platform/platform.h"

#include "base/buf.h"
#include "platform/platform_budget.h"
#include "platform/platform_call.h"
#include "platform/platform_internal.h"

#define PATH_BYTES_MAX	1024

static struct platform_options	options;

static void		 read_done(void *, const struct platform_answer *);
static enum fault	 verdict_fault(const struct platform_answer *, const char **);
static enum fault	 answer_decode(const struct json_value *, struct platform_read *);
static void		 mode_decode(const struct json_value *, struct platform_read *);
static bool		 status_is_paid(struct slice);

void
platform_start(const struct platform_options *started)
{
	options = *started;
	platform_budget_start(started->rate, started->workers);
}

const struct platform_options *
platform_options(void)
{
	return &options;
}

void
platform_read(const struct platform_read_ask *ask, struct platform_read *read)
{
	struct platform_ask	call = { .method = "GET", .token = ask->token,
				    .resource = ask->location, .timeout_ms = ask->timeout_ms };
	struct buf		path;

	buf_init(&path, PATH_BYTES_MAX);
	/* References hold nothing that a URL would have to escape (core/reference.h). */
	buf_printf(&path, "/payments/%s/%s?altId=%s&altType=location",
	    ask->is_order ? "orders" : "transactions", ask->transaction, ask->location);
	call.path = buf_text(&path);
	platform_call(&call, read_done, read);
	buf_release(&path);
}

static void
read_done(void *arg, const struct platform_answer *answer)
{
	struct platform_read	*read = arg;

	read->detail = answer->detail;
	read->is_expired = answer->verdict == PLATFORM_EXPIRED;
	if (answer->verdict == PLATFORM_DONE)
		read->fault = answer_decode(answer->root, read);
	else
		read->fault = verdict_fault(answer, &read->detail);
	flow_wake(read->flow);
}

/* 404 and 400 are about the transaction; 429 and 5xx may work later, other refusals will not. */
static enum fault
verdict_fault(const struct platform_answer *answer, const char **detail)
{
	if (answer->status == 404 || answer->status == 400) {
		*detail = "platform has no such transaction for this location";
		return FAULT_TRANSACTION_UNKNOWN;
	}
	if (answer->verdict == PLATFORM_RETRY || answer->verdict == PLATFORM_UNKNOWN)
		return FAULT_PLATFORM_UNAVAILABLE;
	return FAULT_PLATFORM_REFUSED;
}

static enum fault
answer_decode(const struct json_value *root, struct platform_read *read)
{
	const struct currency	*currency;
	struct slice		 text;

	read->detail = "platform's answer has no readable amount";
	if (!json_text(json_member(root, "currency"), &text) ||
	    (currency = currency_find(text)) == NULL)
		return FAULT_PLATFORM_REFUSED;
	if (!json_number(json_member(root, "amount"), &text) ||
	    money_parse(text, currency, &read->money) != FAULT_NONE)
		return FAULT_PLATFORM_REFUSED;
	read->has_refunded = json_number(json_member(root, "amountRefunded"), &text) &&
	    money_parse(text, currency, &read->refunded) == FAULT_NONE;
	read->is_paid = json_text(json_member(root, "status"), &text) && status_is_paid(text);
	mode_decode(json_member(root, "liveMode"), read);
	read->contact.text[0] = '\0';
	if (json_text(json_member(root, "contactId"), &text))
		(void)reference_read(text, &read->contact);
	read->detail = "";
	return FAULT_NONE;
}

static void
mode_decode(const struct json_value *value, struct platform_read *read)
{
	enum json_kind	kind = json_kind(value);

	read->has_mode = kind == JSON_TRUE || kind == JSON_FALSE;
	read->mode = kind == JSON_TRUE ? MODE_LIVE : MODE_TEST;
}

/* The words of transactions and of orders for "no payment is expected any more". */
static bool
status_is_paid(struct slice status)
{
	static const char *const	words[] = {
		"succeeded", "completed", "paid", "refunded", "partially_refunded", "canceled",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (slice_is(status, words[i]))
			return true;
	}
	return false;
}
