/*
 * One connection of the pool: opening it, questions in its pipeline, losing it.  Used by pool.c.
 *
 * A question is the preparation, when this connection has not seen the statement, and the execution.  A
 * sync ends a segment of the pipeline, commits, and makes libpq send.  One that writes is a segment of its
 * own, so that a failure stays with it; those that only read and were asked in the same turn share one,
 * which is half the system calls and half the wake-ups of the server (docs/why.md).
 */
#include "io/pool_connection.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#define BACKOFF_LEAST_MS	50
#define BACKOFF_MOST_MS		2000
#define PATIENCE_MS		250	/* beyond the server's own limit; then it is gone */
#define REPEATS_MAX		2

static void	connection_ready(struct loop_watch *, unsigned);
static void	connection_open(struct pool_connection *);
static void	connection_go_on(struct pool_connection *);
static void	connection_read(struct pool_connection *);
static void	connection_take(struct pool_connection *, struct pool_question *, PGresult *);
static void	connection_command_end(struct pool_connection *, struct pool_question *);
static void	connection_settle(struct pool_connection *, struct pool_question *);
static bool	connection_repeats(struct pool_connection *, struct pool_question *);
static void	connection_late(struct pool_connection *, int64_t);
static bool	connection_send(struct pool_connection *, struct pool_question *);
static void	connection_sync(struct pool_connection *);
static void	connection_flush(struct pool_connection *);
static void	connection_break(struct pool_connection *);
static void	connection_watch(struct pool_connection *, unsigned);
static void	connection_unwatch(struct pool_connection *);
static void	notice_drop(void *, const PGresult *);

void
pool_connection_init(struct pool_connection *connection, struct pool *pool,
    struct pool_conninfo *conninfo, unsigned statement_ms)
{
	memset(connection, 0, sizeof(*connection));
	connection->watch.ready = connection_ready;
	connection->watch.fd = -1;
	connection->pool = pool;
	connection->conninfo = conninfo;
	connection->backoff_ms = BACKOFF_LEAST_MS;
	connection->patience_us = ((int64_t)statement_ms + PATIENCE_MS) * 1000;
	STAILQ_INIT(&connection->asked);
}

void
pool_connection_tick(struct pool_connection *connection, int64_t now_us)
{
	switch (connection->state) {
	case POOL_DOWN:
		if (now_us >= connection->due_us)
			connection_open(connection);
		break;
	case POOL_OPENING:
		if (now_us < connection->due_us)
			break;
		pool_conninfo_turn(connection->conninfo, connection->order);
		pool_connection_lose(connection, "could not connect in time");
		break;
	case POOL_READY:
		if (!STAILQ_EMPTY(&connection->asked) &&
		    now_us - connection->progress_us > connection->patience_us)
			pool_connection_lose(connection, "no answer in time");
		else
			connection_late(connection, now_us);
		break;
	case POOL_BROKEN:
		pool_connection_lose(connection, "could not send");
		break;
	}
}

void
pool_connection_ask(struct pool_connection *connection, struct pool_question *question)
{
	assert(connection->state == POOL_READY);
	if (STAILQ_EMPTY(&connection->asked))
		connection->progress_us = clock_elapsed_us();
	/* One that failed in company, or writes, goes alone. */
	bool	shares = question->statement->reads && question->repeats == 0;

	if (connection->unsynced && !shares)
		connection_sync(connection);
	STAILQ_INSERT_TAIL(&connection->asked, question, link);
	connection->last = question;
	connection->depth++;
	if (connection->state != POOL_READY)
		return;		/* the sync broke it; all who asked will be told */
	if (!connection_send(connection, question))
		connection_break(connection);
	else if (shares)
		connection->unsynced = true;
	else
		connection_sync(connection);
}

void
pool_connection_turn(struct pool_connection *connection)
{
	if (connection->state == POOL_READY && connection->unsynced)
		connection_sync(connection);
}

void
pool_connection_lose(struct pool_connection *connection, const char *why)
{
	struct pool_answer	 lost = { .fault = FAULT_STORE_UNAVAILABLE, .sent = true,
				    .sqlstate = "" };
	struct pool_questions	 asked = STAILQ_HEAD_INITIALIZER(asked);
	struct pool_question	*question;
	PGconn			*pg;
	int64_t			 now_us, wait_us;

	connection_unwatch(connection);
	pg = connection->pg;
	lost.detail = pg != NULL && PQerrorMessage(pg)[0] != '\0' ? PQerrorMessage(pg) : why;
	if (why != NULL)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING, .event = "store_lost",
		    .outcome = why, .detail = lost.detail, .count = connection->depth });
	else
		lost.detail = "pool is closed";

	/* Half of the wait is jitter: workers and machines should not come back in step. */
	now_us = clock_elapsed_us();
	wait_us = connection->backoff_ms * 1000;
	connection->due_us = now_us + wait_us / 2 + now_us % (wait_us / 2);
	connection->backoff_ms = connection->backoff_ms * 2 < BACKOFF_MOST_MS ?
	    connection->backoff_ms * 2 : BACKOFF_MOST_MS;
	connection->pg = NULL;
	connection->state = POOL_DOWN;
	connection->depth = 0;
	connection->unsynced = false;
	memset(connection->prepared, 0, sizeof(connection->prepared));
	pool_tick_start(connection->pool);

	/* All is settled before the first asker is told, who may ask again at once. */
	STAILQ_CONCAT(&asked, &connection->asked);
	while ((question = STAILQ_FIRST(&asked)) != NULL) {
		STAILQ_REMOVE_HEAD(&asked, link);
		pool_answer(connection->pool, question, &lost);
		pool_question_free(question);
	}
	PQfinish(pg);
}

bool
pool_connection_busy(const struct pool_connection *connection)
{
	return connection->state != POOL_READY || !STAILQ_EMPTY(&connection->asked);
}

static void
connection_ready(struct loop_watch *watch, unsigned events)
{
	struct pool_connection	*connection = (struct pool_connection *)watch;

	/* LOOP_ERROR needs no case: reading finds the end, after what still came before it. */
	(void)events;
	if (connection->state == POOL_OPENING)
		connection_go_on(connection);
	else if (connection->state == POOL_READY)
		connection_read(connection);
}

static void
connection_open(struct pool_connection *connection)
{
	connection->order = connection->conninfo->order;
	connection->pg = pool_conninfo_connect(connection->conninfo);
	if (connection->pg == NULL || PQstatus(connection->pg) == CONNECTION_BAD ||
	    PQsetnonblocking(connection->pg, 1) != 0) {
		pool_connection_lose(connection, "could not connect");
		return;
	}
	PQsetNoticeReceiver(connection->pg, notice_drop, NULL);
	connection->state = POOL_OPENING;
	connection->due_us = clock_elapsed_us() + connection->conninfo->connect_us;
	connection_watch(connection, LOOP_WRITE);
}

static void
connection_go_on(struct pool_connection *connection)
{
	/* It may close its socket and open another one that gets the same number. */
	connection_unwatch(connection);
	switch (PQconnectPoll(connection->pg)) {
	case PGRES_POLLING_READING:
		connection_watch(connection, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		connection_watch(connection, LOOP_WRITE);
		break;
	case PGRES_POLLING_OK:
		if (!PQenterPipelineMode(connection->pg)) {
			pool_connection_lose(connection, "could not enter pipeline mode");
			break;
		}
		connection->state = POOL_READY;
		connection_watch(connection, LOOP_READ);
		log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "store_ready" });
		pool_fill(connection->pool);
		break;
	default:
		pool_connection_lose(connection, "could not connect");
	}
}

/* Take all results that are there. */
static void
connection_read(struct pool_connection *connection)
{
	struct pool_question	*question;
	PGresult		*result;
	unsigned		 empty;

	/* First, so that what is read is never of a question whose sync is not asked for. */
	pool_connection_turn(connection);
	if (connection->state != POOL_READY)
		return;
	if (!PQconsumeInput(connection->pg)) {
		pool_connection_lose(connection, "connection ended");
		return;
	}
	empty = 0;
	while (connection->state == POOL_READY &&
	    (question = STAILQ_FIRST(&connection->asked)) != NULL && !PQisBusy(connection->pg)) {
		result = PQgetResult(connection->pg);
		if (result != NULL) {
			connection_take(connection, question, result);
			empty = 0;
		} else if (++empty == 1) {
			connection_command_end(connection, question);
		} else {
			/* One NULL ends a statement's results; two mean that libpq gave up. */
			pool_connection_lose(connection, "protocol is out of step");
			return;
		}
	}
	if (connection->state == POOL_READY)
		connection_flush(connection);
	pool_fill(connection->pool);
}

/* ${result} is the next one of the segment of ${question}. */
static void
connection_take(struct pool_connection *connection, struct pool_question *question,
    PGresult *result)
{
	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
		PQclear(result);
		connection_settle(connection, question);
		return;
	}
	if (question->preparing) {
		question->preparing = false;
		connection->prepared[question->number] = pool_result_is_good(result);
		if (pool_result_is_good(result)) {
			PQclear(result);
			return;
		}
	}
	pool_question_take(question, result);
}

/* A NULL ended the results of one command.  Who shares a sync need not wait for it: there is nothing to commit. */
static void
connection_command_end(struct pool_connection *connection, struct pool_question *question)
{
	if (question->commands > 0)
		question->commands--;
	if (question->commands == 0 && !question->closes)
		connection_settle(connection, question);
}

/* What the question did is committed, or did not happen. */
static void
connection_settle(struct pool_connection *connection, struct pool_question *question)
{
	struct pool_answer	answer;

	STAILQ_REMOVE_HEAD(&connection->asked, link);
	connection->depth--;
	connection->progress_us = clock_elapsed_us();
	connection->backoff_ms = BACKOFF_LEAST_MS;
	if (connection_repeats(connection, question)) {
		pool_repeat(connection->pool, question);
		return;
	}
	pool_question_read(question, &answer);
	pool_answer(connection->pool, question, &answer);
	pool_question_free(question);
}

/*
 * Whether the server and we disagreed on which statements are prepared: someone discarded them, a
 * pooler has them from before, or the question in front could not prepare it.  Nothing was done.
 */
static bool
connection_repeats(struct pool_connection *connection, struct pool_question *question)
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

/*
 * Answer those whose time is over.  Their places in the pipeline stay, and so does the connection:
 * as long as it makes progress, the questions behind need not suffer.
 */
static void
connection_late(struct pool_connection *connection, int64_t now_us)
{
	const struct pool_answer	 late = { .fault = FAULT_STORE_UNAVAILABLE, .sent = true,
	    .sqlstate = "", .detail = "no answer in time" };
	struct pool_question		*question;

	STAILQ_FOREACH(question, &connection->asked, link)
		if (question->deadline_us <= now_us)
			pool_answer(connection->pool, question, &late);
}

static bool
connection_send(struct pool_connection *connection, struct pool_question *question)
{
	const struct pool_statement	*statement = question->statement;

	if (!connection->prepared[question->number]) {
		if (!PQsendPrepare(connection->pg, statement->name, statement->sql, 0, NULL))
			return false;
		question->preparing = true;
		question->commands = 1;
		/* Those behind count on it; connection_repeats() helps if they err. */
		connection->prepared[question->number] = true;
	}
	question->commands++;
	return PQsendQueryPrepared(connection->pg, statement->name, statement->params,
	    question->params, NULL, NULL, 0) != 0;
}

static void
connection_sync(struct pool_connection *connection)
{
	connection->unsynced = false;
	connection->last->closes = true;
	if (PQpipelineSync(connection->pg))
		connection_flush(connection);
	else
		connection_break(connection);
}

/* libpq 15 flushes in every PQpipelineSync(); what the socket did not take goes out here. */
static void
connection_flush(struct pool_connection *connection)
{
	int	left;

	left = PQflush(connection->pg);
	if (left < 0)
		connection_break(connection);
	else
		connection_watch(connection, LOOP_READ | (left > 0 ? LOOP_WRITE : 0));
}

/* Possibly inside pool_ask(), where nobody may be called: the tick will lose the connection. */
static void
connection_break(struct pool_connection *connection)
{
	connection_unwatch(connection);
	connection->state = POOL_BROKEN;
	pool_tick_start(connection->pool);
}

static void
connection_watch(struct pool_connection *connection, unsigned events)
{
	if (connection->watch.fd >= 0 && connection->events == events)
		return;
	connection->events = events;
	loop_watch(&connection->watch, PQsocket(connection->pg), events);
}

static void
connection_unwatch(struct pool_connection *connection)
{
	if (connection->watch.fd < 0)
		return;
	/* libpq closes its socket at an error; the number may be somebody else's by now. */
	if (connection->pg != NULL && PQsocket(connection->pg) == connection->watch.fd)
		loop_unwatch(&connection->watch);
	else
		loop_forget(&connection->watch);
}

/* Notices are for a person at a terminal; libpq would print them. */
static void
notice_drop(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}
