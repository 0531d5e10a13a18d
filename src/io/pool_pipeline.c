/*
 * Questions in the pipeline of one connection: sending them, taking their results.  Used by pool.c and
 * pool_connection.c.
 *
 * A question is the preparation, when this connection has not seen the statement, and the execution.  A
 * sync ends a segment of the pipeline, commits, and makes libpq send.  One that writes is a segment of its
 * own, so that a failure stays with it; those that only read and were asked in the same turn share one,
 * which is half the system calls and half the wake-ups of the server (docs/why.md).
 *
 * A segment is answered when its sync has come, and only if each of its commands has had one result that it
 * can have.  Whatever else the server says is a stream that got out of step: nobody knows then which answer
 * belongs to whom, so that the connection is lost, and nobody on it is told anything but that.
 */
#include "io/pool_pipeline.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "io/row.h"

#define REPEATS_MAX	2
#define READ_ONLY	"25006"		/* read_only_sql_transaction */

static bool	pipeline_heard(struct pool_connection *);
static bool	pipeline_is_sound(const struct pool_connection *);
static bool	pipeline_take(struct pool_connection *, struct pool_question *, PGresult *);
static bool	pipeline_command_end(struct pool_connection *, struct pool_question *);
static bool	pipeline_settle(struct pool_connection *, struct pool_question *);
static void	pipeline_answer(struct pool_connection *, struct pool_question *);
static bool	pipeline_repeats(struct pool_connection *, struct pool_question *);
static bool	pipeline_send(struct pool_connection *, struct pool_question *);
static void	pipeline_sync(struct pool_connection *);
static void	pipeline_flush(struct pool_connection *);

void
pool_pipeline_ask(struct pool_connection *connection, struct pool_question *question)
{
	assert(connection->state == POOL_READY);
	if (STAILQ_EMPTY(&connection->asked))
		connection->progress_us = clock_elapsed_us();
	/* One that failed in company, or writes, goes alone. */
	bool	shares = question->statement->reads && question->repeats == 0;

	if (connection->unsynced && !shares)
		pipeline_sync(connection);
	STAILQ_INSERT_TAIL(&connection->asked, question, link);
	connection->last = question;
	if (connection->next == NULL)
		connection->next = question;
	connection->depth++;
	if (connection->state != POOL_READY)
		return;		/* the sync broke it; all who asked will be told */
	if (!pipeline_send(connection, question))
		pool_connection_break(connection);
	else if (shares)
		connection->unsynced = true;
	else
		pipeline_sync(connection);
}

void
pool_pipeline_turn(struct pool_connection *connection)
{
	if (connection->state == POOL_READY && connection->unsynced)
		pipeline_sync(connection);
}

/* Take all results that are there. */
void
pool_pipeline_read(struct pool_connection *connection)
{
	PGresult	*result;
	bool		 ends, in_step, heard;

	/* First, so that what is read is never of a question whose sync is not asked for. */
	pool_pipeline_turn(connection);
	if (connection->state != POOL_READY)
		return;
	if (!PQconsumeInput(connection->pg)) {
		pool_connection_lose(connection, "connection ended");
		return;
	}
	ends = false;
	in_step = true;
	while (in_step && connection->state == POOL_READY && connection->next != NULL &&
	    !PQisBusy(connection->pg)) {
		result = PQgetResult(connection->pg);
		if (result != NULL)
			in_step = pipeline_take(connection, connection->next, result);
		else	/* One NULL ends a statement's results; two mean that libpq gave up. */
			in_step = !ends && pipeline_command_end(connection, connection->next);
		ends = result == NULL;
	}
	heard = connection->state == POOL_READY && pipeline_heard(connection);
	if (connection->state == POOL_READY && (!in_step || !pipeline_is_sound(connection)))
		pool_connection_lose(connection, "protocol is out of step");
	if (connection->state == POOL_READY)
		pipeline_flush(connection);
	if (heard && connection->state == POOL_READY)
		pool_heard(connection->pool);
	pool_fill(connection->pool);
}

/* libpq closes the connection, or complains, when it cannot make sense of what came. */
static bool
pipeline_is_sound(const struct pool_connection *connection)
{
	return !connection->garbled && PQstatus(connection->pg) == CONNECTION_OK;
}

/* Whether somebody has notified us, once or more often. */
static bool
pipeline_heard(struct pool_connection *connection)
{
	PGnotify	*notify;
	bool		 heard = false;

	while ((notify = PQnotifies(connection->pg)) != NULL) {
		PQfreemem(notify);
		heard = true;
	}
	return heard;
}

/*
 * Answer those whose time is over.  Their places in the pipeline stay, and so does the connection:
 * as long as it makes progress, the questions behind need not suffer.
 */
void
pool_pipeline_late(struct pool_connection *connection, int64_t now_us)
{
	const struct pool_answer	 late = { .fault = FAULT_STORE_UNAVAILABLE, .sent = true,
	    .sqlstate = "", .detail = "no answer in time" };
	struct pool_question		*question;

	STAILQ_FOREACH(question, &connection->asked, link)
		if (question->deadline_us <= now_us)
			pool_answer(connection->pool, question, &late);
}

/* ${result} is the next one of the segment of ${question}.  False: it cannot be. */
static bool
pipeline_take(struct pool_connection *connection, struct pool_question *question,
    PGresult *result)
{
	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
		PQclear(result);
		return pipeline_settle(connection, question);
	}
	if (question->preparing)
		connection->prepared[question->number] = pool_result_is_good(result);
	return pool_question_take(question, result);
}

/* A NULL ended the results of one command.  False: there were none. */
static bool
pipeline_command_end(struct pool_connection *connection, struct pool_question *question)
{
	if (question->commands == 0)
		return true;	/* the commit has failed */
	if (!question->heard)
		return false;
	question->heard = false;
	question->commands--;
	if (question->commands == 0 && !question->closes)
		connection->next = STAILQ_NEXT(question, link);
	return true;
}

/* The sync behind ${last} has come: what its segment did is committed, or did not happen. */
static bool
pipeline_settle(struct pool_connection *connection, struct pool_question *last)
{
	struct pool_question	*question;
	bool			 ends;

	if (!last->closes || last->commands > 0 || !pipeline_is_sound(connection))
		return false;
	connection->next = STAILQ_NEXT(last, link);
	connection->progress_us = clock_elapsed_us();
	connection->backoff_ms = POOL_BACKOFF_LEAST_MS;
	do {
		question = STAILQ_FIRST(&connection->asked);
		ends = question == last;
		pipeline_answer(connection, question);
	} while (!ends && connection->state == POOL_READY);
	return true;
}

static void
pipeline_answer(struct pool_connection *connection, struct pool_question *question)
{
	struct pool_answer	answer;
	bool			demoted;

	STAILQ_REMOVE_HEAD(&connection->asked, link);
	connection->depth--;
	if (pipeline_repeats(connection, question)) {
		pool_repeat(connection->pool, question);
		return;
	}
	pool_question_read(question, &answer);
	demoted = connection->conninfo->writes && strcmp(answer.sqlstate, READ_ONLY) == 0;
	pool_answer(connection->pool, question, &answer);
	pool_question_free(question);
	if (!row_is_trusted()) {
		pool_connection_lose(connection, "answer cannot be read");
		return;
	}
	/* It was a primary when it was chosen; another host may be one now. */
	if (demoted)
		pool_connection_lose(connection, "server has become read-only");
}

/*
 * Whether the server and we disagreed on which statements are prepared: someone discarded them, a
 * pooler has them from before, or the question in front could not prepare it.  Nothing was done.
 */
static bool
pipeline_repeats(struct pool_connection *connection, struct pool_question *question)
{
	const char	*sqlstate;

	sqlstate = pool_question_sqlstate(question);
	if (question->done == NULL || question->repeats >= REPEATS_MAX)
		return false;
	if (pool_question_was_skipped(question))
		return true;
	if (strcmp(sqlstate, "26000") == 0)
		connection->prepared[question->number] = false;
	else if (strcmp(sqlstate, "42P05") == 0)
		connection->prepared[question->number] = true;
	else
		return false;
	return true;
}

static bool
pipeline_send(struct pool_connection *connection, struct pool_question *question)
{
	const struct pool_statement	*statement = question->statement;

	if (!connection->prepared[question->number]) {
		if (!PQsendPrepare(connection->pg, statement->name, statement->sql, 0, NULL))
			return false;
		question->preparing = true;
		question->commands = 1;
		/* Those behind count on it; pipeline_repeats() helps if they err. */
		connection->prepared[question->number] = true;
	}
	question->commands++;
	return PQsendQueryPrepared(connection->pg, statement->name, statement->params,
	    question->params, NULL, NULL, 0) != 0;
}

static void
pipeline_sync(struct pool_connection *connection)
{
	connection->unsynced = false;
	connection->last->closes = true;
	if (PQpipelineSync(connection->pg))
		pipeline_flush(connection);
	else
		pool_connection_break(connection);
}

/* libpq 15 flushes in every PQpipelineSync(); what the socket did not take goes out here. */
static void
pipeline_flush(struct pool_connection *connection)
{
	int	left;

	left = PQflush(connection->pg);
	if (left < 0 || PQsocket(connection->pg) < 0)
		pool_connection_break(connection);
	else
		pool_connection_watch(connection, LOOP_READ | (left > 0 ? LOOP_WRITE : 0));
}
