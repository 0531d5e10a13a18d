/*
 * Answers as the live platform reads them.  Source: contract §3.2, §3.3, §3.4.
 */
#include "platform/dialect_shapes.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define LABEL_SIZE	24	/* titles are shown in about 20 characters */
#define PICTURE_MAX	512

static void	live_verify(const struct answer_verify *, struct json_write *);
static void	live_methods(const struct answer_methods *, struct json_write *);
static void	live_charge(const struct answer_charge *, struct json_write *);
static void	method_write(const struct answer_method *, const char *, struct json_write *);

const struct dialect_shapes dialect_live = {
	.verify = live_verify,
	.methods = live_methods,
	.charge = live_charge,
};

/* How a brand is written, and which of our pictures stands for it. */
static const struct {
	const char	*brand, *title, *picture;
} brands[] = {
	{ "visa", "Visa", "card-visa.svg" },
	{ "mastercard", "Mastercard", "card-mastercard.svg" },
	{ NULL, "Card", "card-other.svg" },
};

static void
live_verify(const struct answer_verify *verify, struct json_write *write)
{
	char	amount[MONEY_TEXT_SIZE];

	json_open_object(write);
	switch (verify->verdict) {
	case ANSWER_PAID:
		money_print_hundredfold(verify->money, amount);
		json_bool_member(write, "success", true);
		json_bool_member(write, "failed", false);
		json_text_member(write, "message", "");
		json_name(write, "chargeSnapshot");
		json_open_object(write);
		json_text_member(write, "id", verify->charge_id);
		json_text_member(write, "status", "succeeded");
		json_raw_member(write, "amount", slice_of(amount));
		json_text_member(write, "chargeId", verify->charge_id);
		json_integer_member(write, "chargedAt", verify->settled_at_us / 1000000);
		json_close_object(write);
		break;
	case ANSWER_FAILED:
		json_bool_member(write, "failed", true);
		break;
	case ANSWER_PENDING:
		json_bool_member(write, "success", false);
		break;
	}
	json_close_object(write);
}

static void
live_methods(const struct answer_methods *methods, struct json_write *write)
{
	json_open_array(write);
	for (size_t i = 0; i < methods->count; i++)
		method_write(&methods->at[i], methods->public_url, write);
	json_close_array(write);
}

static void
method_write(const struct answer_method *method, const char *public_url, struct json_write *write)
{
	char		label[LABEL_SIZE];
	struct buf	picture;
	size_t		brand = 0;
	int		len;

	while (brands[brand].brand != NULL && strcmp(brands[brand].brand, method->brand) != 0)
		brand++;
	json_open_object(write);
	json_text_member(write, "id", method->id);
	json_text_member(write, "type", "card");
	json_text_member(write, "title", brands[brand].title);
	len = snprintf(label, sizeof(label), method->is_expired ? "**** %s expired" :
	    "**** **** **** %s", method->last4);
	assert(len > 0 && (size_t)len < sizeof(label));
	json_text_member(write, "subTitle", label);
	len = snprintf(label, sizeof(label), "%02d/%02d", method->expiry_month,
	    method->expiry_year % 100);
	assert(len > 0 && (size_t)len < sizeof(label));
	json_text_member(write, "expiry", label);
	json_text_member(write, "customerId", method->contact_id);
	buf_init(&picture, PICTURE_MAX);
	buf_printf(&picture, "%s/assets/%s", public_url, brands[brand].picture);
	json_text_member(write, "imageUrl", buf_text(&picture));
	buf_release(&picture);
	json_close_object(write);
}

/* Amounts here are the decimals that were asked with, not a hundredfold (contract §11). */
static void
live_charge(const struct answer_charge *charge, struct json_write *write)
{
	static const char *const	messages[] = {
		[ANSWER_PAID] = "Payment successful",
		[ANSWER_PENDING] = "Payment is being processed",
	};
	char				amount[MONEY_TEXT_SIZE];

	json_open_object(write);
	json_bool_member(write, "success", charge->verdict == ANSWER_PAID);
	json_bool_member(write, "failed", charge->verdict == ANSWER_FAILED);
	if (charge->verdict == ANSWER_FAILED) {
		json_text_member(write, "message", charge->reason);
	} else {
		money_print(charge->money, amount);
		json_text_member(write, "chargeId", charge->charge_id);
		json_text_member(write, "message", messages[charge->verdict]);
		json_name(write, "chargeSnapshot");
		json_open_object(write);
		json_text_member(write, "id", charge->charge_id);
		json_text_member(write, "status", charge->verdict == ANSWER_PAID ? "succeeded" : "pending");
		json_raw_member(write, "amount", slice_of(amount));
		json_text_member(write, "chargeId", charge->charge_id);
		if (charge->verdict == ANSWER_PAID)
			json_integer_member(write, "chargedAt", charge->settled_at_us / 1000000);
		json_close_object(write);
	}
	json_close_object(write);
}
