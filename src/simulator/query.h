/*
 * One query to the provider's queryUrl: the question leaves, the answer is judged and kept for the
 * books.  A part of each flow that asks the provider something.
 */
#ifndef QUERY_H
#define QUERY_H

#include "base/integer.h"
#include "io/flow.h"
#include "simulator/provider.h"
#include "simulator/verdict.h"

#define QUERY_TIMEOUT_MS	10000

struct query {
	struct flow	*flow;		/* woken when the provider has answered, or has not */
	struct question	 question;
	struct provider	 provider;	/* whom it was sent to */
	int64_t		 event_id;	/* in the books; 0 until it is there */
	struct verdict	 verdict;
	long		 http_status;	/* 0 when there was no answer */
	int64_t		 duration_us;
	bool		 answered;
	struct buf	 answer;	/* JSON for the books */
};

/** query_init(query, flow), query_release(query): For ${flow}; ${query} is a part of its context. */
void		 query_init(struct query *, struct flow *);
void		 query_release(struct query *);

/** query_ask(query): Send query->question; the flow's next step finds the verdict.  FLOW_WAIT. */
enum flow_next	 query_ask(struct query *);

/** query_put_shown(question, json): The request for books and page, without the key. */
void		 query_put_shown(const struct question *, struct buf *);

/**
 * query_answer(query):
 * The answer as JSON: itself if it is JSON, else a text of its first bytes; NULL when there was
 * none.  The API key is hidden wherever the provider repeats it.
 */
const char	*query_answer(const struct query *);

struct query_numbers {
	struct integer	event_id, http_status, duration_us;
};

/** query_numbers(query): Its numbers as text, for statements. */
struct query_numbers	 query_numbers(const struct query *);

/** query_put(query, write): Its id, outcome and reason as an object; null before it was kept. */
void		 query_put(const struct query *, struct json_write *);

#endif /* !QUERY_H */
