/*
 * One question to the database, from the asking to its answer.
 * Used by pool.c and pool_pipeline.c.
 */
#include "io/pool_question.h"

#include <stdlib.h>
#include <string.h>

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

void
pool_question_take(struct pool_question *question, PGresult *result)
{
	/* What follows the first error says only that the rest was given up. */
	if (question->result != NULL && !pool_result_is_good(question->result)) {
		PQclear(result);
		return;
	}
	PQclear(question->result);
	question->result = result;
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
	question->repeats++;
}

bool
pool_result_is_good(const PGresult *result)
{
	return PQresultStatus(result) == PGRES_TUPLES_OK ||
	    PQresultStatus(result) == PGRES_COMMAND_OK;
}
