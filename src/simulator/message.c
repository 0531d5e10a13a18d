/*
 * Messages in both dialects.  Used by the files that talk to a frame, or for one.
 */
#include "simulator/message.h"

#include <assert.h>
#include <ctype.h>

/* The simulator sells one product at one price; only its name and amount are the order's. */
#define PRODUCT_ENTRY	"6650a1f0c3b2a1908f7e6d51"
#define PRODUCT_ID	"6650a1f0c3b2a1908f7e6d52"
#define PRICE_ENTRY	"6650a1f0c3b2a1908f7e6d53"
#define PRICE_ID	"6650a1f0c3b2a1908f7e6d54"

#define SETUP_CURRENCY	"USD"	/* the location's; no money moves in it */

static void	object_read(enum dialect, const struct json_value *, struct message *);
static void	success_read(const struct json_value *, struct message *);
static void	put_live(const struct order *, struct json_write *);
static void	put_brief(const struct order *, struct json_write *);
static void	put_products(const struct order *, struct json_write *);
static void	put_price(const struct order *, struct json_write *);
static void	put_contact(const struct order_contact *, struct json_write *);
static void	put_currency_lower(const struct order *, struct json_write *);

void
message_read(enum dialect dialect, const struct json_value *value, struct message *message)
{
	struct slice	 text;
	struct json	*inner = NULL;

	message->kind = MESSAGE_UNREADABLE;
	message->charge_id[0] = '\0';
	message->note = "";
	if (dialect == DIALECT_BRIEF) {
		if (json_kind(value) == JSON_OBJECT)
			object_read(dialect, value, message);
		else
			message->note = "ignored: this parent reads objects";
		return;
	}
	/* The live parent says exactly this in its console and goes on. */
	if (!json_text(value, &text) || json_parse(text, &inner) != FAULT_NONE ||
	    json_kind(json_root(inner)) != JSON_OBJECT)
		message->note = "unable to parse event message";
	else
		object_read(dialect, json_root(inner), message);
	json_free(inner);
}

void
message_read_setup(enum dialect dialect, const struct json_value *value, struct message *message)
{
	message_read(dialect, value, message);
	if (message->kind == MESSAGE_SUCCESS)
		message->note = message->charge_id[0] == '\0' ? ""
		    : "ignored: saving a card makes no charge";
	message->charge_id[0] = '\0';
}

bool
message_read_direction(const struct json_value *object, bool *received)
{
	struct slice	direction;

	if (!json_text(json_member(object, "direction"), &direction))
		return false;
	*received = slice_is(direction, "received");
	return *received || slice_is(direction, "sent");
}

void
message_put(const struct message *message, int64_t id, struct json_write *write)
{
	json_open_object(write);
	json_integer_member(write, "id", id);
	json_text_member(write, "kind", message_kind_label(message->kind));
	json_text_member(write, "note", message->note);
	json_close_object(write);
}

const char *
message_kind_label(enum message_kind kind)
{
	static const char *const	labels[] = {
		"unreadable", "other", "ready", "success", "error", "close"
	};

	return labels[kind];
}

void
message_put_props(const struct order *order, const char *publishable_key, struct json_write *write)
{
	json_open_object(write);
	json_text_member(write, "type", "payment_initiate_props");
	json_text_member(write, "publishableKey", publishable_key);
	json_raw_member(write, "amount", slice_of(order->amount));
	if (order->dialect == DIALECT_BRIEF)
		put_brief(order, write);
	else
		put_live(order, write);
	json_close_object(write);
}

void
message_put_setup(enum dialect dialect, const struct message_setup *setup,
    struct json_write *write)
{
	json_open_object(write);
	json_text_member(write, "type", "setup_initiate_props");
	json_text_member(write, "publishableKey", setup->publishable_key);
	if (dialect == DIALECT_BRIEF) {
		json_text_member(write, "contactId", setup->contact->id.text);
	} else {
		json_text_member(write, "currency", SETUP_CURRENCY);
		json_text_member(write, "mode", "setup");
		json_name(write, "contact");
		put_contact(setup->contact, write);
	}
	json_text_member(write, "locationId", setup->location_id);
	json_close_object(write);
}

static void
object_read(enum dialect dialect, const struct json_value *object, struct message *message)
{
	struct slice	type = { "", 0 };

	(void)json_text(json_member(object, "type"), &type);
	if (slice_is(type, "custom_provider_ready")) {
		message->kind = MESSAGE_READY;
		if (dialect == DIALECT_LIVE &&
		    json_kind(json_member(object, "loaded")) != JSON_TRUE)
			message->note = "ready should say loaded: true";
	} else if (slice_is(type, "custom_element_success_response")) {
		message->kind = MESSAGE_SUCCESS;
		if (dialect == DIALECT_BRIEF)
			object = json_member(object, "data");
		success_read(object, message);
	} else if (slice_is(type, "custom_element_error_response")) {
		message->kind = MESSAGE_ERROR;
	} else if (slice_is(type, "custom_element_close_response")) {
		message->kind = MESSAGE_CLOSE;
	} else {
		message->kind = MESSAGE_OTHER;
		message->note = "ignored: no type that this parent knows";
	}
}

static void
success_read(const struct json_value *holder, struct message *message)
{
	if (!json_member_copy(holder, "chargeId", message->charge_id, sizeof(message->charge_id)))
		message->note = "success should name a chargeId of up to 200 bytes";
}

static void
put_live(const struct order *order, struct json_write *write)
{
	put_currency_lower(order, write);
	json_text_member(write, "mode", "payment");
	json_text_member(write, "name", "");
	json_text_member(write, "description", "");
	json_text_member(write, "image", "");
	put_products(order, write);
	json_name(write, "contact");
	put_contact(&order->contact, write);
	json_text_member(write, "orderId", order->order_id);
	json_text_member(write, "transactionId", order->transaction_id);
	json_text_member(write, "subscriptionId", "");
	json_text_member(write, "locationId", order->location.text);
	json_text_member(write, "invoiceId", "");
	json_text_member(write, "language", "en-US");
}

static void
put_brief(const struct order *order, struct json_write *write)
{
	json_text_member(write, "currency", order->currency);
	json_text_member(write, "contactId", order->contact.id.text);
	json_text_member(write, "orderId", order->order_id);
	json_text_member(write, "locationId", order->location.text);
	put_products(order, write);
}

static void
put_products(const struct order *order, struct json_write *write)
{
	json_name(write, "productDetails");
	json_open_array(write);
	json_open_object(write);
	json_text_member(write, "_id", PRODUCT_ENTRY);
	json_bool_member(write, "isTaxesEnabled", false);
	json_raw_member(write, "taxes", slice_of("[]"));
	json_text_member(write, "name", order->product);
	json_integer_member(write, "qty", 1);
	json_text_member(write, "productId", PRODUCT_ID);
	json_text_member(write, "priceId", PRICE_ID);
	json_name(write, "prices");
	json_open_array(write);
	put_price(order, write);
	json_close_array(write);
	json_close_object(write);
	json_close_array(write);
}

/* Here the platform counts in the smallest unit, unlike everywhere else in the props. */
static void
put_price(const struct order *order, struct json_write *write)
{
	struct money	money = { 0, currency_find(slice_of(order->currency)) };
	enum fault	fault;

	fault = money_parse(slice_of(order->amount), money.currency, &money);
	assert(fault == FAULT_NONE);	/* it was parsed before it was stored */
	json_open_object(write);
	json_text_member(write, "_id", PRICE_ENTRY);
	json_text_member(write, "name", order->product);
	json_text_member(write, "type", "onetime");
	put_currency_lower(order, write);
	json_integer_member(write, "amount", money.minor);
	json_integer_member(write, "setupFee", 0);
	json_close_object(write);
}

/* All but the id may be missing on the wire, so what an order does not have is left out. */
static void
put_contact(const struct order_contact *contact, struct json_write *write)
{
	json_open_object(write);
	json_text_member(write, "id", contact->id.text);
	if (contact->name[0] != '\0')
		json_text_member(write, "name", contact->name);
	if (contact->email[0] != '\0')
		json_text_member(write, "email", contact->email);
	if (contact->phone[0] != '\0')
		json_text_member(write, "contact", contact->phone);
	json_close_object(write);
}

static void
put_currency_lower(const struct order *order, struct json_write *write)
{
	char	code[sizeof(order->currency)];

	for (size_t i = 0; i < sizeof(code); i++)
		code[i] = (char)tolower((unsigned char)order->currency[i]);
	json_text_member(write, "currency", code);
}
