/*
 * Answers as the brief describes them.  Source: brief-dialect, table of the queryUrl.
 */
#include "platform/dialect_shapes.h"

#include "base/clock.h"

static void	brief_verify(const struct answer_verify *, struct json_write *);
static void	brief_methods(const struct answer_methods *, struct json_write *);
static void	brief_charge(const struct answer_charge *, struct json_write *);
static void	completed_write(struct money, int64_t, struct json_write *);

const struct dialect_shapes dialect_brief = {
	.verify = brief_verify,
	.methods = brief_methods,
	.charge = brief_charge,
};

static void
brief_verify(const struct answer_verify *verify, struct json_write *write)
{
	json_open_object(write);
	json_bool_member(write, "success", verify->verdict != ANSWER_FAILED);
	switch (verify->verdict) {
	case ANSWER_PAID:
		completed_write(verify->money, verify->settled_at_us, write);
		break;
	case ANSWER_FAILED:
		json_text_member(write, "status", "failed");
		json_text_member(write, "error", "Payment not found");
		break;
	case ANSWER_PENDING:
		json_text_member(write, "status", "pending");
		break;
	}
	json_close_object(write);
}

static void
completed_write(struct money money, int64_t settled_at_us, struct json_write *write)
{
	char	amount[MONEY_TEXT_SIZE], timestamp[CLOCK_TEXT_SIZE];

	money_print(money, amount);
	clock_text_seconds(settled_at_us, timestamp);
	json_text_member(write, "status", "completed");
	json_raw_member(write, "amount", slice_of(amount));
	json_text_member(write, "currency", money.currency->code);
	json_text_member(write, "timestamp", timestamp);
}

static void
brief_methods(const struct answer_methods *methods, struct json_write *write)
{
	json_open_object(write);
	json_name(write, "paymentMethods");
	json_open_array(write);
	for (size_t i = 0; i < methods->count; i++) {
		const struct answer_method	*method = &methods->at[i];

		json_open_object(write);
		json_text_member(write, "id", method->id);
		json_text_member(write, "type", "card");
		json_text_member(write, "last4", method->last4);
		json_integer_member(write, "expiryMonth", method->expiry_month);
		json_integer_member(write, "expiryYear", method->expiry_year);
		json_text_member(write, "customerId", method->contact_id);
		json_close_object(write);
	}
	json_close_array(write);
	json_close_object(write);
}

/* Pending is not success here: only verify_payment may say so (brief-dialect). */
static void
brief_charge(const struct answer_charge *charge, struct json_write *write)
{
	json_open_object(write);
	json_bool_member(write, "success", charge->verdict == ANSWER_PAID);
	if (charge->verdict != ANSWER_FAILED)
		json_text_member(write, "chargeId", charge->charge_id);
	switch (charge->verdict) {
	case ANSWER_PAID:
		completed_write(charge->money, charge->settled_at_us, write);
		break;
	case ANSWER_FAILED:
		json_text_member(write, "status", "failed");
		json_text_member(write, "error", charge->reason);
		break;
	case ANSWER_PENDING:
		json_text_member(write, "status", "pending");
		break;
	}
	json_close_object(write);
}
