/*
 * Choosing the dialect's writer, and the answers that are the same in both.  Used by web_query.c.
 */
#include "platform/answer.h"

#include "base/json_write.h"
#include "platform/dialect_shapes.h"

void
answer_verify(enum dialect dialect, const struct answer_verify *verify, struct buf *body)
{
	const struct dialect_shapes	*shapes;

	shapes = dialect == DIALECT_BRIEF ? &dialect_brief : &dialect_live;
	shapes->verify(verify, body);
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
