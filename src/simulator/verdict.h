/*
 * What the platform makes of the provider's answers.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include "io/fetch.h"
#include "simulator/question.h"

#define VERDICT_REASON_SIZE	200

enum verdict_outcome {
	VERDICT_PENDING,
	VERDICT_PAID,
	VERDICT_FAILED,
	VERDICT_REFUNDED,
	VERDICT_LISTED
};

struct verdict {
	enum verdict_outcome	outcome;
	char			reason[VERDICT_REASON_SIZE];	/* for people; "" when clear */
	char			id[ORDER_CHARGE_SIZE];	/* that a charge or refund was given, or "" */
};

/**
 * verdict_read(question, answer, verdict):
 * Judge ${answer} to ${question}.
 * A payment, live: success true is paid, else failed true is failed, else pending.  Brief: success
 * true with status completed is paid, status pending is pending, else failed.  No answer, or a
 * status that is not 2xx, leaves it pending.
 * A refund, in both dialects: success true is refunded, status pending is pending, all else failed.
 * Saved cards: listed if there is a list.
 * Source: contract.md §3.2 to §3.4, §3.7; brief-dialect.md.
 */
void		 verdict_read(const struct question *, const struct fetch_answer *,
		    struct verdict *);

/** verdict_explain(verdict, format, …): Give it another reason; a long one is cut. */
void		 verdict_explain(struct verdict *, const char *, ...)
		    __attribute__((format(printf, 2, 3)));

/** verdict_outcome_label(outcome): "pending", "paid", "failed", "refunded", "listed". */
const char	*verdict_outcome_label(enum verdict_outcome);

#endif /* !VERDICT_H */
