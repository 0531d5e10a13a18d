/*
 * Answers as the brief describes them.  Source: brief-dialect, table of the queryUrl.
 */
#include "platform/dialect_shapes.h"

#include "base/clock.h"
#include "base/json_write.h"

static void	brief_verify(const struct answer_verify *, struct buf *);

const struct dialect_shapes dialect_brief = {
	.verify = brief_verify,
};

static void
brief_verify(const struct answer_verify *verify, struct buf *body)
{
	struct json_write	write;
	char			amount[MONEY_TEXT_SIZE];
	char			timestamp[CLOCK_TEXT_SIZE];

	json_write_init(&write, body);
	json_open_object(&write);
	json_bool_member(&write, "success", verify->verdict != ANSWER_FAILED);
	switch (verify->verdict) {
	case ANSWER_PAID:
		money_print(verify->money, amount);
		clock_text_seconds(verify->settled_at_us, timestamp);
		json_text_member(&write, "status", "completed");
		json_raw_member(&write, "amount", slice_of(amount));
		json_text_member(&write, "currency", verify->money.currency->code);
		json_text_member(&write, "timestamp", timestamp);
		break;
	case ANSWER_FAILED:
		json_text_member(&write, "status", "failed");
		json_text_member(&write, "error", "Payment not found");
		break;
	case ANSWER_PENDING:
		json_text_member(&write, "status", "pending");
		break;
	}
	json_close_object(&write);
}
