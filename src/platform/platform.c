/*
 * Reading a transaction or an order back from the platform.  Used by the flows open and refund.
 */
#include "platform/platform.h"

#include "base/buf.h"
#include "base/json_read.h"

#define URL_MAX		2048
#define HEADER_MAX	2200	/* a bearer token and its name */

static struct platform_options	options;

static void		 read_done(void *, const struct fetch_answer *);
static enum fault	 status_fault(const struct fetch_answer *, const char **);
static enum fault	 answer_decode(struct slice, struct platform_read *);
static void		 mode_decode(const struct json_value *, struct platform_read *);
static bool		 status_is_paid(struct slice);

void
platform_start(const struct platform_options *started)
{
	options = *started;
}

void
platform_read(const struct platform_read_ask *ask, struct platform_read *read)
{
	struct fetch_request	request = { .method = "GET" };
	struct buf		url, authorization;

	buf_init(&url, URL_MAX);
	buf_init(&authorization, HEADER_MAX);
	/* References hold nothing that a URL would have to escape (core/reference.h). */
	buf_printf(&url, "%s/payments/%s/%s?altId=%s&altType=location", options.url,
	    ask->is_order ? "orders" : "transactions", ask->transaction, ask->location);
	buf_printf(&authorization, "authorization: Bearer %s", ask->token);
	read->detail = "";
	if (!buf_ok(&url) || !buf_ok(&authorization)) {
		read->fault = FAULT_PLATFORM_REFUSED;
		read->detail = "platform token or address is too long";
		flow_wake(read->flow);
		goto out;
	}
	request.url = buf_text(&url);
	request.headers[0] = buf_text(&authorization);
	request.headers[1] = "version: 2021-07-28";
	request.headers[2] = "accept: application/json";
	request.timeout_ms = (unsigned)(ask->timeout_ms > 0 && ask->timeout_ms < options.timeout_ms ?
	    ask->timeout_ms : options.timeout_ms);
	fetch_send(options.fetch, &request, read_done, read);
out:
	buf_wipe(&authorization);
	buf_release(&url);
}

static void
read_done(void *arg, const struct fetch_answer *answer)
{
	struct platform_read	*read = arg;

	read->fault = status_fault(answer, &read->detail);
	if (read->fault == FAULT_NONE)
		read->fault = answer_decode(answer->body, read);
	flow_wake(read->flow);
}

/* Source: contract §6.6 and §10; 429 and 5xx may work later, other refusals will not. */
static enum fault
status_fault(const struct fetch_answer *answer, const char **detail)
{
	if (answer->result != FETCH_ANSWERED) {
		*detail = "platform could not be reached or did not answer in time";
		return FAULT_PLATFORM_UNAVAILABLE;
	}
	if (answer->status >= 200 && answer->status < 300)
		return FAULT_NONE;
	if (answer->status == 404 || answer->status == 400) {
		*detail = "platform has no such transaction for this location";
		return FAULT_TRANSACTION_UNKNOWN;
	}
	if (answer->status == 429 || answer->status >= 500) {
		*detail = "platform answered that it cannot serve now";
		return FAULT_PLATFORM_UNAVAILABLE;
	}
	*detail = "platform refused the token or the request";
	return FAULT_PLATFORM_REFUSED;
}

static enum fault
answer_decode(struct slice body, struct platform_read *read)
{
	struct json		*json;
	const struct json_value	*root;
	struct slice		 text;
	const struct currency	*currency;
	enum fault		 fault = FAULT_PLATFORM_REFUSED;

	read->detail = "platform's answer has no readable amount";
	if (json_parse(body, &json) != FAULT_NONE)
		return fault;
	root = json_root(json);
	if (!json_text(json_member(root, "currency"), &text) ||
	    (currency = currency_find(text)) == NULL)
		goto out;
	if (!json_number(json_member(root, "amount"), &text) ||
	    money_parse(text, currency, &read->money) != FAULT_NONE)
		goto out;
	read->has_refunded = json_number(json_member(root, "amountRefunded"), &text) &&
	    money_parse(text, currency, &read->refunded) == FAULT_NONE;
	read->is_paid = json_text(json_member(root, "status"), &text) && status_is_paid(text);
	mode_decode(json_member(root, "liveMode"), read);
	read->contact.text[0] = '\0';
	if (json_text(json_member(root, "contactId"), &text))
		(void)reference_read(text, &read->contact);
	read->detail = "";
	fault = FAULT_NONE;
out:
	json_free(json);
	return fault;
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
