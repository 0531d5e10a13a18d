/*
 * One writer a question.  Used by query.c, which sends them and keeps them for the books.
 */
#include "simulator/question.h"

static void	put_verify(const struct question *, struct json_write *);
static void	put_refund(const struct question *, struct json_write *);
static void	put_charge(const struct question *, struct json_write *);
static void	put_methods(const struct question *, struct json_write *);

void
question_put(const struct question *question, const char *api_key, struct buf *json)
{
	static void (*const	put[])(const struct question *, struct json_write *) = {
		put_verify, put_refund, put_charge, put_methods
	};
	struct json_write	write;

	json_write_init(&write, json);
	json_open_object(&write);
	put[question->kind](question, &write);
	json_text_member(&write, "apiKey", api_key);
	json_close_object(&write);
}

/* The live question names the transaction too; the brief's has nothing else to go by. */
static void
put_verify(const struct question *question, struct json_write *write)
{
	const struct order	*order = question->order;

	if (question->dialect == DIALECT_BRIEF) {
		json_text_member(write, "type", "verify_payment");
	} else {
		json_text_member(write, "type", "verify");
		json_text_member(write, "transactionId", order->transaction_id);
	}
	if (order->charge_id[0] != '\0')
		json_text_member(write, "chargeId", order->charge_id);
}

/* One name in both dialects; what else they say differs. */
static void
put_refund(const struct question *question, struct json_write *write)
{
	const struct order	*order = question->order;

	json_text_member(write, "type", "refund");
	json_raw_member(write, "amount", slice_of(question->amount));
	if (question->dialect == DIALECT_LIVE)
		json_text_member(write, "transactionId", order->transaction_id);
	if (order->charge_id[0] != '\0')
		json_text_member(write, "chargeId", order->charge_id);
}

/* Only the live question names a transaction, by which a provider tells a retry. */
static void
put_charge(const struct question *question, struct json_write *write)
{
	const struct order	*order = question->order;

	json_text_member(write, "type",
	    question->dialect == DIALECT_BRIEF ? "charge_payment_method" : "charge_payment");
	json_text_member(write, "paymentMethodId", order->payment_method_id);
	json_text_member(write, "contactId", order->contact.id.text);
	if (question->dialect == DIALECT_LIVE) {
		json_text_member(write, "transactionId", order->transaction_id);
		json_text_member(write, "chargeDescription", order->product);
	}
	json_raw_member(write, "amount", slice_of(order->amount));
	json_text_member(write, "currency", order->currency);
}

static void
put_methods(const struct question *question, struct json_write *write)
{
	if (question->dialect == DIALECT_BRIEF) {
		json_text_member(write, "type", "get_payment_methods");
	} else {
		json_text_member(write, "type", "list_payment_methods");
		json_text_member(write, "locationId", question->location_id);
	}
	json_text_member(write, "contactId", question->contact_id);
}
