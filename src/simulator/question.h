/*
 * The questions that the platform asks at the provider's queryUrl, written in either dialect.
 */
#ifndef QUESTION_H
#define QUESTION_H

#include "simulator/order.h"

enum question_kind {
	QUESTION_VERIFY,	/* is this order paid? */
	QUESTION_REFUND,	/* give a part of it back */
	QUESTION_CHARGE,	/* charge it to a saved card */
	QUESTION_METHODS	/* which cards are saved? */
};

struct question {
	enum question_kind	 kind;
	enum dialect		 dialect;
	const struct order	*order;		/* lent; of all but the last kind */
	const char		*amount;	/* of a refund; lent */
	const char		*contact_id;	/* of the last kind; lent */
	const char		*location_id;
};

/**
 * question_put(question, api_key, json):
 * ${question} as one JSON object.
 * Source: contract.md §3; brief-dialect.md.
 */
void	question_put(const struct question *, const char *, struct buf *);

#endif /* !QUESTION_H */
