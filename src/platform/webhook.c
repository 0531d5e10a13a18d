/*
 * Members of webhooks, as tables: which kind is about what.  Used by web_webhook.c.
 */
#include "platform/webhook.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json_read.h"
#include "base/json_write.h"

#define FIELDS_MAX	8192	/* bytes */
#define TEXT_MAX	1000	/* bytes of a name or a URL; longer ones are cut */

/* What a kind is about: members that go on under a name of ours. */
struct field {
	const char	*type;
	const char	*from;		/* the platform's name */
	const char	*to;
	bool		 is_reference;
};

static const struct field fields[] = {
	{ "INSTALL",		"companyName",	"companyName",	 false },
	{ "UPDATE",		"versionId",	"versionId",	 true },
	{ "PLAN_CHANGE",	"newPlanId",	"planId",	 true },
	{ "APP_PAYMENT_STATUS",	"newStatus",	"paymentStatus", true },
	{ "LocationUpdate",	"name",		"name",		 false },
	{ "ContactDelete",	"id",		"contactId",	 true },
	{ "OrderStatusUpdate",	"status",	"status",	 true },
};

static const char *const	events[] = {
	"subscription.trialing", "subscription.active", "subscription.updated", "subscription.charged",
	"payment.captured",
};

/* An order or an invoice is known by any of these. */
static const char *const	order_names[] = { "_id", "id", "orderId", "invoiceId" };

static void	tenant_read(const struct json_value *, struct webhook *);
static void	time_read(const struct json_value *, struct webhook *);
static void	id_read(const struct json_value *, struct slice, struct webhook *);
static void	fields_write(const struct json_value *, struct webhook *);
static void	field_write(struct json_write *, const struct json_value *, const struct field *);
static void	orders_write(struct json_write *, const struct json_value *);
static void	event_read(const struct json_value *, struct webhook *);
static void	event_keep(const struct json_value *, struct webhook *);
static void	members_copy(struct json_write *, const struct json_value *, const char *const *);
static bool	reference_member(const struct json_value *, const char *, struct reference *);
static bool	type_is(const struct webhook *, const char *);

enum fault
webhook_read(struct slice body, struct webhook *webhook)
{
	const struct json_value	*root;
	struct json		*json;
	enum fault		 fault;

	memset(webhook, 0, sizeof(*webhook));
	buf_init(&webhook->fields, FIELDS_MAX);
	buf_init(&webhook->kept, WEBHOOK_BYTES_MAX);
	fault = json_parse_large(body, &json);
	root = json_root(json);
	if (fault == FAULT_NONE && json_kind(root) != JSON_OBJECT)
		fault = FAULT_JSON_INVALID;
	if (fault == FAULT_NONE) {
		if (!reference_member(root, "type", &webhook->type))
			(void)reference_read(slice_of("untyped"), &webhook->type);	/* is one */
		(void)reference_member(root, "appId", &webhook->app);	/* most kinds have none */
		tenant_read(root, webhook);
		time_read(root, webhook);
		event_read(root, webhook);
		id_read(root, body, webhook);
		fields_write(root, webhook);
		if (webhook->is_event)
			event_keep(root, webhook);
		else
			buf_put(&webhook->kept, body);
		if (!buf_ok(&webhook->fields) || !buf_ok(&webhook->kept))
			fault = FAULT_INTERNAL;
	}
	json_free(json);
	return fault;
}

void
webhook_release(struct webhook *webhook)
{
	buf_release(&webhook->fields);
	buf_release(&webhook->kept);
	explicit_bzero(webhook->api_key, sizeof(webhook->api_key));
}

/* Orders and invoices name their location "altId"; what is about a location itself, "id". */
static void
tenant_read(const struct json_value *root, struct webhook *webhook)
{
	struct slice	alternative;

	(void)reference_member(root, "companyId", &webhook->company);	/* may be missing */
	if (reference_member(root, "locationId", &webhook->location))
		return;
	if (json_text(json_member(root, "altType"), &alternative) && slice_is(alternative, "location"))
		(void)reference_member(root, "altId", &webhook->location);	/* may be missing */
	else if (type_is(webhook, "LocationUpdate") || type_is(webhook, "LocationCreate"))
		(void)reference_member(root, "id", &webhook->location);	/* may be missing */
}

static void
time_read(const struct json_value *root, struct webhook *webhook)
{
	struct slice	text;
	int64_t		us;

	if (json_text(json_member(root, "timestamp"), &text) && clock_read(text, &us))
		clock_text(us, webhook->at);
}

/* Whoever proved no more than to hold an API key must not take an id that the platform will use. */
static void
id_read(const struct json_value *root, struct slice body, struct webhook *webhook)
{
	char	hex[DIGEST_HEX], text[REFERENCE_SIZE];
	int	len;

	if (!webhook->is_event && reference_member(root, "webhookId", &webhook->id))
		return;
	digest_sha256_hex(body, hex);
	len = snprintf(text, sizeof(text), "%s_%s", webhook->is_event ? "event" : "body", hex);
	if (len > 0 && (size_t)len < sizeof(text))
		(void)slice_copy(slice_of(text), webhook->id.text, sizeof(webhook->id.text));	/* fits */
}

static void
fields_write(const struct json_value *root, struct webhook *webhook)
{
	const struct json_value	*brand = json_member(root, "whitelabelDetails");
	struct json_write	 write;

	json_write_init(&write, &webhook->fields);
	json_open_object(&write);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (type_is(webhook, fields[i].type))
			field_write(&write, root, &fields[i]);
	}
	if (type_is(webhook, "INSTALL")) {
		field_write(&write, brand, &(struct field){ NULL, "domain", "domain", false });
		field_write(&write, brand, &(struct field){ NULL, "logoUrl", "logoUrl", false });
	}
	if (type_is(webhook, "OrderStatusUpdate") || slice_starts(slice_of(webhook->type.text), "Invoice"))
		orders_write(&write, root);
	json_close_object(&write);
}

static void
field_write(struct json_write *write, const struct json_value *object, const struct field *field)
{
	struct reference	reference;
	struct slice		text;

	if (field->is_reference) {
		if (reference_member(object, field->from, &reference))
			json_text_member(write, field->to, reference.text);
	} else if (json_text(json_member(object, field->from), &text) && text.len > 0) {
		if (text.len > TEXT_MAX)
			text.len = TEXT_MAX;
		json_slice_member(write, field->to, text);
	}
}

static void
orders_write(struct json_write *write, const struct json_value *root)
{
	struct reference	order;

	json_name(write, "orderIds");
	json_open_array(write);
	for (size_t i = 0; i < sizeof(order_names) / sizeof(order_names[0]); i++) {
		if (reference_member(root, order_names[i], &order))
			json_put_text(write, slice_of(order.text));
	}
	json_close_array(write);
}

static void
event_read(const struct json_value *root, struct webhook *webhook)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		webhook->is_event |= type_is(webhook, events[i]);
	if (!webhook->is_event)
		return;
	(void)reference_member(root, "chargeId", &webhook->charge);	/* then it is about none of ours */
	(void)json_member_copy(root, "apiKey", webhook->api_key, sizeof(webhook->api_key));	/* "": none */
}

/* Built anew of what is known, so that the key is in no part of it. */
static void
event_keep(const struct json_value *root, struct webhook *webhook)
{
	static const char *const	outer[] = { "type", "chargeId", "transactionId", "subscriptionId",
					    "locationId", "webhookId", "timestamp", NULL };
	static const char *const	inner[] = { "id", "status", "amount", "currency", "chargeId",
					    "chargedAt", NULL };
	const struct json_value		*snapshot = json_member(root, "chargeSnapshot");
	struct json_write		 write;

	json_write_init(&write, &webhook->kept);
	json_open_object(&write);
	members_copy(&write, root, outer);
	if (json_kind(snapshot) == JSON_OBJECT) {
		json_name(&write, "chargeSnapshot");
		json_open_object(&write);
		members_copy(&write, snapshot, inner);
		json_close_object(&write);
	}
	json_close_object(&write);
}

static void
members_copy(struct json_write *write, const struct json_value *object, const char *const *names)
{
	struct reference	reference;
	struct slice		digits;

	for (; *names != NULL; names++) {
		if (json_number(json_member(object, *names), &digits))
			json_raw_member(write, *names, digits);
		else if (reference_member(object, *names, &reference))
			json_text_member(write, *names, reference.text);
	}
}

static bool
reference_member(const struct json_value *object, const char *name, struct reference *reference)
{
	struct slice	text;

	reference->text[0] = '\0';
	return json_text(json_member(object, name), &text) && reference_read(text, reference) &&
	    !reference_is_empty(reference);
}

static bool
type_is(const struct webhook *webhook, const char *type)
{
	return strcmp(webhook->type.text, type) == 0;
}
