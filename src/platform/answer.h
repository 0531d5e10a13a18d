/*
 * What Kassa answers at queryUrl, byte for byte, in the dialect that was asked in.
 * dialect_live.c and dialect_brief.c write it; the caller knows neither.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdint.h>

#include "base/buf.h"
#include "core/charge.h"
#include "core/dialect.h"
#include "core/money.h"

/* What the books say to "is it paid".  Unknown is pending, never paid (design §2.1). */
enum answer_verdict {
	ANSWER_PAID,
	ANSWER_PENDING,
	ANSWER_FAILED
};

struct answer_verify {
	enum answer_verdict	verdict;
	struct money		money;		/* captured; with ANSWER_PAID */
	int64_t			settled_at_us;	/* with ANSWER_PAID */
};

/** answer_verify(dialect, verify, body): Contract §3.2, brief-dialect "verify_payment". */
void	answer_verify(enum dialect, const struct answer_verify *, struct buf *);

/**
 * answer_unsupported(body):
 * For a type that is unknown or not served: no reader takes it for success (contract §3.1).
 */
void	answer_unsupported(struct buf *);

/**
 * answer_refused(refusal, body):
 * For a request that was not served at all (key, JSON, fields, store): says nothing about the payment,
 * reads as "not paid" in the brief dialect and as "still pending" in the live one.
 */
struct answer_refusal {
	const char	*code;
	const char	*message;
	const char	*field;		/* the offending one, or NULL */
	const char	*request_id;
};
void	answer_refused(const struct answer_refusal *, struct buf *);

#endif /* !ANSWER_H */
