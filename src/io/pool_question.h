/*
 * One question to the database, from the asking to its answer.
 * Private to the pool's files: everybody else includes io/pool.h.
 */
#ifndef POOL_QUESTION_H
#define POOL_QUESTION_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/pool.h"

struct pool_question {
	STAILQ_ENTRY(pool_question)	 link;
	const struct pool_statement	*statement;
	size_t				 number;	/* of the statement, in this process */
	pool_done			 done;		/* NULL once answered */
	void				*arg;
	int64_t				 deadline_us;
	PGresult			*result;	/* first error, or rows to be committed */
	bool				 preparing;	/* the next result is the preparation's */
	bool				 heard;		/* the result of the command; its end comes next */
	bool				 closes;	/* the sync behind it is asked for */
	unsigned			 commands;	/* whose results have not ended yet */
	unsigned			 repeats;
	const char			*params[];	/* their texts lie behind */
};
STAILQ_HEAD(pool_questions, pool_question);

/** pool_question_new(statement, params): With a copy of ${params}; NULL without memory. */
struct pool_question	*pool_question_new(const struct pool_statement *, const char *const *);

/** pool_question_free(question): With its result. */
void			 pool_question_free(struct pool_question *);

/**
 * pool_question_take(question, result):
 * Take ${result}, the next one of its commands, or of the commit behind them.
 * Return false if no server in its right mind answers so; nothing is kept then.
 */
bool			 pool_question_take(struct pool_question *, PGresult *);

/** pool_question_sqlstate(question): Of its result; "" when the server gave none. */
const char		*pool_question_sqlstate(const struct pool_question *);

/** pool_question_read(question, answer): Its result as an answer that is committed, or refused. */
void			 pool_question_read(const struct pool_question *, struct pool_answer *);

/** pool_question_was_skipped(question): Whether a neighbour's failure kept it from being done. */
bool			 pool_question_was_skipped(const struct pool_question *);

/** pool_question_again(question): Without its result, to be asked once more. */
void			 pool_question_again(struct pool_question *);

/** pool_result_is_good(result): Whether the server did what it was told. */
bool			 pool_result_is_good(const PGresult *);

#endif /* !POOL_QUESTION_H */
