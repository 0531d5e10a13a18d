/*
 * Reading and writing orders.  Used by the JSON API and by the pages behind it.
 */
#include "simulator/order.h"

#include <string.h>

static const char *const	labels[] = {
	"pending", "paid", "failed", "partially_refunded", "refunded"
};

static enum fault	money_read(const struct json_value *, struct order *, const char **);
static bool		contact_read(const struct json_value *, struct order_contact *);
static bool		text_read(const struct json_value *, const char *, char *, size_t);
static bool		flag_read(const struct json_value *, const char *, bool *);

enum fault
order_read(const struct json_value *object, struct order *order, const char **detail)
{
	struct slice	dialect = slice_of("live"), location;
	enum fault	fault;

	memset(order, 0, sizeof(*order));
	fault = money_read(object, order, detail);
	if (fault != FAULT_NONE)
		return fault;
	if (json_member(object, "dialect") != NULL)
		(void)json_text(json_member(object, "dialect"), &dialect);
	if (!dialect_find(dialect, &order->dialect)) {
		*detail = "dialect is live or brief";
		return FAULT_FIELD_INVALID;
	}
	if (!contact_read(json_member(object, "contact"), &order->contact)) {
		*detail = "contact is an object of the texts id, name, email and phone, each up to "
		    "200 bytes; the id has up to 79 letters, digits and _-.:";
		return FAULT_FIELD_INVALID;
	}
	if (!text_read(object, "product", order->product, sizeof(order->product))) {
		*detail = "product is a text of up to 200 bytes";
		return FAULT_FIELD_INVALID;
	}
	if (!flag_read(object, "liveMode", &order->live_mode)) {
		*detail = "liveMode is true or false";
		return FAULT_FIELD_INVALID;
	}
	if (json_member(object, "locationId") != NULL &&
	    (!json_text(json_member(object, "locationId"), &location) ||
	    !reference_read(location, &order->location))) {
		*detail = "locationId is up to 79 letters, digits and _-.:";
		return FAULT_FIELD_INVALID;
	}
	return FAULT_NONE;
}

/* A text is taken too, so that a page need not make a floating-point number of the amount. */
enum fault
order_read_amount(const struct json_value *value, const struct currency *currency,
    char amount[MONEY_TEXT_SIZE], const char **detail)
{
	struct slice	digits;
	struct money	money;

	if (!json_number(value, &digits) && !json_text(value, &digits)) {
		*detail = "amount is a number in major units like 49.99";
		return FAULT_FIELD_INVALID;
	}
	if (money_parse(digits, currency, &money) != FAULT_NONE || !money_is_chargeable(money)) {
		*detail = "amount is in major units, above zero, with no more decimals than the "
		    "currency has, and without sign or exponent";
		return FAULT_AMOUNT_INVALID;
	}
	money_print(money, amount);
	return FAULT_NONE;
}

void
order_put(const struct order *order, struct json_write *write)
{
	json_text_member(write, "orderId", order->order_id);
	json_text_member(write, "transactionId", order->transaction_id);
	json_text_member(write, "locationId", order->location.text);
	json_text_member(write, "status", order_status_label(order->status));
	json_raw_member(write, "amount", slice_of(order->amount));
	json_text_member(write, "currency", order->currency);
	json_raw_member(write, "refundedAmount", slice_of(order->refunded_amount));
	json_raw_member(write, "refundableAmount", slice_of(order->refundable_amount));
	json_text_member(write, "dialect", dialect_label(order->dialect));
	json_text_member(write, "product", order->product);
	json_name(write, "contact");
	json_open_object(write);
	json_text_member(write, "id", order->contact.id.text);
	json_text_member(write, "name", order->contact.name);
	json_text_member(write, "email", order->contact.email);
	json_text_member(write, "phone", order->contact.phone);
	json_close_object(write);
	json_bool_member(write, "liveMode", order->live_mode);
	json_name(write, "chargeId");
	if (order->charge_id[0] == '\0')
		json_put_null(write);
	else
		json_put_text(write, slice_of(order->charge_id));
	json_text_member(write, "paymentMethodId",
	    order->payment_method_id[0] == '\0' ? NULL : order->payment_method_id);
	json_text_member(write, "createdAt", order->created_at);
	json_text_member(write, "updatedAt", order->updated_at);
}

bool
order_id_is(struct slice text)
{
	if (text.len != ORDER_ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\0' || strchr("0123456789abcdef", text.at[i]) == NULL)
			return false;
	}
	return true;
}

bool
order_is_paid(const struct order *order)
{
	return order->status == ORDER_PAID || order->status == ORDER_PARTIALLY_REFUNDED ||
	    order->status == ORDER_REFUNDED;
}

const char *
order_status_label(enum order_status status)
{
	return labels[status];
}

bool
order_status_find(struct slice label, enum order_status *status)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (slice_is(label, labels[i])) {
			*status = (enum order_status)i;
			return true;
		}
	}
	return false;
}

static enum fault
money_read(const struct json_value *object, struct order *order, const char **detail)
{
	const struct currency	*currency;
	struct slice		 code;

	if (!json_text(json_member(object, "currency"), &code)) {
		*detail = "currency is a text like USD";
		return FAULT_FIELD_INVALID;
	}
	currency = currency_find(code);
	if (currency == NULL) {
		*detail = "currency is not known";
		return FAULT_CURRENCY_INVALID;
	}
	(void)slice_copy(slice_of(currency->code), order->currency, sizeof(order->currency));
	return order_read_amount(json_member(object, "amount"), currency, order->amount, detail);
}

static bool
contact_read(const struct json_value *object, struct order_contact *contact)
{
	struct slice	id = { "", 0 };

	if (object == NULL)
		return true;
	if (json_kind(object) != JSON_OBJECT)
		return false;
	if (json_member(object, "id") != NULL && !json_text(json_member(object, "id"), &id))
		return false;
	return reference_read(id, &contact->id) &&
	    text_read(object, "name", contact->name, sizeof(contact->name)) &&
	    text_read(object, "email", contact->email, sizeof(contact->email)) &&
	    text_read(object, "phone", contact->phone, sizeof(contact->phone));
}

/* An absent member is the empty text. */
static bool
text_read(const struct json_value *object, const char *name, char *into, size_t size)
{
	struct slice	text;

	into[0] = '\0';
	if (json_member(object, name) == NULL)
		return true;
	return json_text(json_member(object, name), &text) && slice_copy(text, into, size);
}

static bool
flag_read(const struct json_value *object, const char *name, bool *flag)
{
	switch (json_kind(json_member(object, name))) {
	case JSON_TRUE:
		*flag = true;
		return true;
	case JSON_FALSE:
	case JSON_ABSENT:
		*flag = false;
		return true;
	default:
		return false;
	}
}
