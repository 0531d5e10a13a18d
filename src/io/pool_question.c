/*
 * One question to the database, from the asking to its answer.
 * Used by pool.c and pool_pipeline.c.
 */
#include "io/pool_question.h"

#include <stdlib.h>
#include <string.h>

#include "base/integer.h"

static bool	question_expects(const struct pool_question *, PGresult *);
static bool	rows_are_whole(PGresult *);

struct pool_question *
pool_question_new(const struct pool_statement *statement, const char *const *params)
{
	size_t			 count, size, lens[POOL_PARAMS_MAX];
	struct pool_question	*question;
	char			*text;

	/* One allocation for the question, its parameters, and their texts. */
	count = (size_t)statement->params;
	size = sizeof(*question) + count * sizeof(question->params[0]);
	for (size_t i = 0; i < count; i++) {
		lens[i] = params[i] != NULL ? strlen(params[i]) + 1 : 0;
		size += lens[i];
	}
	question = malloc(size);
	if (question == NULL)
		return NULL;
	memset(question, 0, sizeof(*question));
	question->statement = statement;
	text = (char *)&question->params[count];
	for (size_t i = 0; i < count; i++) {
		question->params[i] = params[i] != NULL ? memcpy(text, params[i], lens[i]) : NULL;
		text += lens[i];
	}
	return question;
}

void
pool_question_free(struct pool_question *question)
{
	PQclear(question->result);
	free(question);
}

bool
pool_question_take(struct pool_question *question, PGresult *result)
{
	bool	failed, prepares;

	if (!question_expects(question, result)) {
		PQclear(result);
		return false;
	}
	prepares = question->preparing;
	question->preparing = false;
	question->heard = true;
	failed = question->result != NULL && !pool_result_is_good(question->result);
	/* What follows the first error says only that the rest was given up. */
	if (failed || (prepares && pool_result_is_good(result))) {
		PQclear(result);
		return true;
	}
	PQclear(question->result);
	question->result = result;
	return true;
}

const char *
pool_question_sqlstate(const struct pool_question *question)
{
	const char	*sqlstate;

	sqlstate = PQresultErrorField(question->result, PG_DIAG_SQLSTATE);
	return sqlstate != NULL ? sqlstate : "";
}

void
pool_question_read(const struct pool_question *question, struct pool_answer *answer)
{
	const char	*message;

	memset(answer, 0, sizeof(*answer));
	answer->sent = true;
	answer->sqlstate = pool_question_sqlstate(question);
	answer->detail = "";
	if (pool_result_is_good(question->result)) {
		answer->rows = question->result;
		return;
	}
	/* Without a state it was libpq that failed, not the server: it may have been committed. */
	answer->fault = FAULT_STORE_UNAVAILABLE;
	if (answer->sqlstate[0] != '\0')
		answer->fault = fault_from_sqlstate(answer->sqlstate);
	if (answer->fault == FAULT_NONE)
		answer->fault = FAULT_STORE_FAILED;
	/* Of our own faults the message is known; what is new is the sentence behind it. */
	message = NULL;
	if (strncmp(answer->sqlstate, "KA", 2) == 0)
		message = PQresultErrorField(question->result, PG_DIAG_MESSAGE_DETAIL);
	if (message == NULL)
		message = PQresultErrorField(question->result, PG_DIAG_MESSAGE_PRIMARY);
	if (message != NULL)
		answer->detail = message;
}

bool
pool_question_was_skipped(const struct pool_question *question)
{
	return PQresultStatus(question->result) == PGRES_PIPELINE_ABORTED;
}

void
pool_question_again(struct pool_question *question)
{
	PQclear(question->result);
	question->result = NULL;
	question->closes = false;
	question->heard = false;
	question->repeats++;
}

bool
pool_result_is_good(const PGresult *result)
{
	return PQresultStatus(result) == PGRES_TUPLES_OK ||
	    PQresultStatus(result) == PGRES_COMMAND_OK;
}

/*
 * Each command has one result.  Behind a failure nothing is done any more, and behind the last command only
 * the commit can fail.  A failure without a state is libpq's: it could not read what came.
 */
static bool
question_expects(const struct pool_question *question, PGresult *result)
{
	const char	*sqlstate;
	bool		 failed;

	if (question->heard)
		return false;
	failed = question->result != NULL && !pool_result_is_good(question->result);
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
		/* A preparation has no command tag, everything else has one, and who selects has rows. */
		return question->commands > 0 && !failed &&
		    (question->preparing || !question->statement->returns) &&
		    question->preparing == (PQcmdStatus(result)[0] == '\0') &&
		    strncmp(PQcmdStatus(result), "SELECT", 6) != 0;
	case PGRES_TUPLES_OK:
		return question->commands > 0 && !failed && !question->preparing &&
		    rows_are_whole(result) &&
		    (!question->statement->returns || PQntuples(result) == 1);
	case PGRES_PIPELINE_ABORTED:
		return question->commands > 0;
	case PGRES_FATAL_ERROR:
		sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
		return !failed && sqlstate != NULL && sqlstate[0] != '\0';
	default:
		return false;
	}
}

/* The command tag behind the rows says how many there are. */
static bool
rows_are_whole(PGresult *result)
{
	int64_t	count;

	return integer_read(slice_of(PQcmdTuples(result)), &count) &&
	    count == PQntuples(result);
}
