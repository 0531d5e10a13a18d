/*
 * The sandbox processor: moves pretended money for published test cards, with the manners of a real
 * one: idempotency keys, declines, 3-D Secure, slowness, silence.  Its state is the schema sandbox,
 * which is reached through its functions alone.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "core/card.h"
#include "io/pool.h"
#include "processor/processor.h"

extern const struct processor	sandbox;

struct sandbox_options {
	struct pool	*pool;
	long		 timeout_ms;	/* after it a call without an answer is OUTCOME_UNKNOWN */
	long		 pend_ms;	/* how long the pending card stays pending */
	void		(*notified)(const char *account_id, const char *key);
					/* something pending has ended: as a real processor would call */
};

/** sandbox_start(options): Once a worker, before any call. */
void	sandbox_start(const struct sandbox_options *);

/** sandbox_started(): The options given to it. */
const struct sandbox_options	*sandbox_started(void);

/** sandbox_list(list, page): struct processor's list; in sandbox_list.c. */
void	sandbox_list(const struct processor_list *, struct processor_page *);

/* What a connector's own pages need beside the interface: card fields and challenges. */
struct sandbox_card {
	const char			*account_id;
	const struct card_published	*card;
	struct card_month		 expiry;
};

struct sandbox_answer {
	struct flow	*flow;		/* woken when the answer is there */
	enum fault	 fault;
	char		 token[ID_SIZE];
};

/** sandbox_token_make(card, answer): A single-use token for a published card; answer->token. */
void	sandbox_token_make(const struct sandbox_card *, struct sandbox_answer *);

/**
 * sandbox_challenge_answer(challenge, accept, answer):
 * The payer's word on 3-D Secure; the first one counts.  FAULT_CHALLENGE_UNKNOWN.
 */
void	sandbox_challenge_answer(const char *, bool, struct sandbox_answer *);

#endif /* !SANDBOX_H */
