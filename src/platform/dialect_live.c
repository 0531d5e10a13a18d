/*
 * Answers as the live platform reads them.  Source: contract §3.2.
 */
#include "platform/dialect_shapes.h"

static void	live_verify(const struct answer_verify *, struct buf *);

const struct dialect_shapes dialect_live = {
	.verify = live_verify,
};

static void
live_verify(const struct answer_verify *verify, struct buf *body)
{
	switch (verify->verdict) {
	case ANSWER_PAID:
		buf_puts(body, "{\"success\":true}");
		break;
	case ANSWER_FAILED:
		buf_puts(body, "{\"failed\":true}");
		break;
	case ANSWER_PENDING:
		buf_puts(body, "{\"success\":false}");
		break;
	}
}
