/*
 * Choosing the dialect's writer, and the answers that are the same in both.  Used by web_query*.c.
 */
#include "platform/answer.h"

#include "base/clock.h"
#include "base/json_write.h"
#include "platform/dialect_shapes.h"

static const struct dialect_shapes *
shapes_of(enum dialect dialect)
{
	return dialect == DIALECT_BRIEF ? &dialect_brief : &dialect_live;
}

void
answer_verify(enum dialect dialect, const struct answer_verify *verify, struct buf *body)
{
	struct json_write	write;

	json_write_init(&write, body);
	shapes_of(dialect)->verify(verify, &write);
}

void
answer_methods(enum dialect dialect, const struct answer_methods *methods, struct buf *body)
{
	struct json_write	write;

	json_write_init(&write, body);
	shapes_of(dialect)->methods(methods, &write);
}

void
answer_charge(enum dialect dialect, const struct answer_charge *charge, struct buf *body)
{
	struct json_write	write;

	json_write_init(&write, body);
	shapes_of(dialect)->charge(charge, &write);
}

void
answer_refund(const struct answer_refund *refund, struct buf *body)
{
	static const char *const	messages[] = {
		[ANSWER_PAID] = "Refund successful",
		[ANSWER_PENDING] = "Refund is being processed",
	};
	static const char *const	statuses[] = {
		[ANSWER_PAID] = "completed",
		[ANSWER_PENDING] = "pending",
		[ANSWER_FAILED] = "failed",
	};
	struct json_write		write;
	char				amount[MONEY_TEXT_SIZE], timestamp[CLOCK_TEXT_SIZE];
	bool				is_paid = refund->verdict == ANSWER_PAID;

	json_write_init(&write, body);
	json_open_object(&write);
	json_bool_member(&write, "success", is_paid);
	json_text_member(&write, "message", refund->verdict == ANSWER_FAILED ? refund->reason :
	    messages[refund->verdict]);
	if (refund->refund_id != NULL && refund->verdict != ANSWER_FAILED) {
		json_text_member(&write, "id", refund->refund_id);
		json_text_member(&write, "refundId", refund->refund_id);
	}
	if (is_paid) {
		money_print(refund->money, amount);
		json_raw_member(&write, "amount", slice_of(amount));
		json_text_member(&write, "currency", refund->money.currency->code);
	}
	json_text_member(&write, "status", statuses[refund->verdict]);
	if (is_paid) {
		clock_text_seconds(refund->settled_at_us, timestamp);
		json_text_member(&write, "timestamp", timestamp);
	}
	json_close_object(&write);
}

void
answer_reason(const char *message, char reason[ANSWER_REASON_SIZE])
{
	if (!slice_copy(slice_of(message), reason, ANSWER_REASON_SIZE))
		return;
	if (reason[0] >= 'a' && reason[0] <= 'z')
		reason[0] = (char)(reason[0] - 'a' + 'A');
}

void
answer_unsupported(struct buf *body)
{
	struct json_write	write;

	json_write_init(&write, body);
	json_open_object(&write);
	json_bool_member(&write, "success", false);
	json_bool_member(&write, "failed", true);
	json_text_member(&write, "message", "Unsupported operation");
	json_close_object(&write);
}

void
answer_refused(const struct answer_refusal *refusal, struct buf *body)
{
	struct json_write	write;

	json_write_init(&write, body);
	json_open_object(&write);
	json_bool_member(&write, "success", false);
	json_text_member(&write, "code", refusal->code);
	json_text_member(&write, "message", refusal->message);
	if (refusal->field != NULL)
		json_text_member(&write, "field", refusal->field);
	json_text_member(&write, "requestId", refusal->request_id);
	json_close_object(&write);
}
