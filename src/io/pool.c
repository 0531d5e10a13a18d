/*
 * The pool: who gets which question, who waits, and what time does to those who wait.
 * One tick serves all deadlines and all reconnects; it sleeps while there is nothing to time.
 */
#include "io/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "io/loop.h"
#include "io/pool_pipeline.h"
#include "io/row.h"

#define TICK_MS	20

struct pool {
	SLIST_ENTRY(pool)		 link;
	struct pool_conninfo		 conninfo;
	unsigned			 depth_max, queue_max, statement_ms;
	struct pool_questions		 queue;		/* oldest first */
	unsigned			 queued;
	unsigned			 waiting;	/* not answered: queued or under way */
	bool				 ticking, closed;
	const struct pool_statement	*listen;
	void				(*notified)(void);
	size_t				 statement_count;
	const struct pool_statement	*statements[POOL_STATEMENTS_MAX];
	unsigned			 connection_count;
	struct pool_connection		 connections[];
};

/* Answers to those who never left the queue. */
static const struct pool_answer	unsent_late = { .fault = FAULT_STORE_UNAVAILABLE, .sqlstate = "",
				    .detail = "no connection was free in time" };
static const struct pool_answer	unsent_closed = { .fault = FAULT_STORE_UNAVAILABLE, .sqlstate = "",
				    .detail = "pool is closed" };

static struct metric	connections_ready = {
	.kind = METRIC_GAUGE, .name = "kassa_store_connections",
	.help = "Connections to the database that answer.",
};
static struct metric	questions_waiting = {
	.kind = METRIC_GAUGE, .name = "kassa_store_waiting",
	.help = "Statements without an answer yet: under way, or waiting for a connection.",
};
static struct metric	questions_refused = {
	.kind = METRIC_COUNTER, .name = "kassa_store_refused_total",
	.help = "Statements that found the queue full.",
};
static struct metric	questions_unanswered = {
	.kind = METRIC_COUNTER, .name = "kassa_store_unanswered_total",
	.help = "Statements whose answer did not come in time, or whose connection was lost.",
};

static SLIST_HEAD(, pool)	 pools = SLIST_HEAD_INITIALIZER(pools);	/* that are open */

static void			 pools_turn(void *);
static void			 pool_tick(void *);
static void			 pool_sweep(struct pool *, int64_t);
static struct pool_connection	*pool_pick(struct pool *, const struct pool_statement *);
static void			 listen_done(void *, const struct pool_answer *);
static size_t			 statement_number(struct pool *, const struct pool_statement *);

void
pool_metric_declare(void)
{
	metric_declare(&connections_ready);
	metric_declare(&questions_waiting);
	metric_declare(&questions_refused);
	metric_declare(&questions_unanswered);
}

bool
pool_reads(const char *conninfo)
{
	PQconninfoOption	*parsed;

	/* Its message may quote a password, so nobody sees it. */
	parsed = PQconninfoParse(conninfo, NULL);
	PQconninfoFree(parsed);
	return parsed != NULL;
}

struct pool *
pool_new(const struct pool_options *options)
{
	struct pool	*pool;

	assert(options->connections >= 1 && options->depth_max >= 1 && options->statement_ms >= 1);
	pool = calloc(1, sizeof(*pool) + options->connections * sizeof(pool->connections[0]));
	if (pool == NULL)
		return NULL;
	if (!pool_conninfo_init(&pool->conninfo, options->conninfo, options->statement_ms)) {
		log_write(&(struct log_entry){ .level = LOG_LEVEL_ERROR,
		    .event = "store_unreadable",
		    .detail = "libpq cannot read the connection settings" });
		pool_conninfo_release(&pool->conninfo);
		free(pool);
		return NULL;
	}
	pool->depth_max = options->depth_max;
	pool->queue_max = options->queue_max;
	pool->statement_ms = options->statement_ms;
	pool->listen = options->listen;
	pool->notified = options->notified;
	STAILQ_INIT(&pool->queue);
	pool->connection_count = options->connections;
	for (unsigned i = 0; i < pool->connection_count; i++) {
		pool_connection_init(&pool->connections[i], pool, &pool->conninfo,
		    options->statement_ms);
		pool_connection_tick(&pool->connections[i], clock_elapsed_us());
	}
	pool_tick_start(pool);
	if (SLIST_EMPTY(&pools))
		loop_each_turn(pools_turn, NULL);
	SLIST_INSERT_HEAD(&pools, pool, link);
	return pool;
}

void
pool_free(struct pool *pool)
{
	struct pool_question	*question;

	if (pool == NULL)
		return;
	pool->closed = true;
	SLIST_REMOVE(&pools, pool, pool, link);
	for (unsigned i = 0; i < pool->connection_count; i++)
		pool_connection_lose(&pool->connections[i], NULL);
	while ((question = STAILQ_FIRST(&pool->queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&pool->queue, link);
		pool_answer(pool, question, &unsent_closed);
		pool_question_free(question);
	}
	/* The loop may still hold watches of this turn, and the tick the pool: it frees both. */
	pool_tick_start(pool);
}

enum fault
pool_ask(struct pool *pool, const struct pool_statement *statement, const char *const *params,
    pool_done done, void *arg)
{
	struct pool_connection	*connection;
	struct pool_question	*question;

	assert(done != NULL && statement->params <= POOL_PARAMS_MAX);
	connection = STAILQ_EMPTY(&pool->queue) ? pool_pick(pool, statement) : NULL;
	if (pool->closed || (connection == NULL && pool->queued >= pool->queue_max)) {
		metric_count(&questions_refused, 0, 0);
		return FAULT_STORE_BUSY;
	}
	question = pool_question_new(statement, params);
	if (question == NULL)
		return FAULT_STORE_BUSY;
	question->number = statement_number(pool, statement);
	question->done = done;
	question->arg = arg;
	question->deadline_us = clock_elapsed_us() + (int64_t)pool->statement_ms * 1000;
	pool->waiting++;
	pool_tick_start(pool);
	if (connection != NULL) {
		pool_pipeline_ask(connection, question);
	} else {
		STAILQ_INSERT_TAIL(&pool->queue, question, link);
		pool->queued++;
	}
	return FAULT_NONE;
}

unsigned
pool_ready(const struct pool *pool)
{
	unsigned	ready;

	ready = 0;
	for (unsigned i = 0; i < pool->connection_count; i++)
		if (pool->connections[i].state == POOL_READY)
			ready++;
	return ready;
}

unsigned
pool_waiting(const struct pool *pool)
{
	return pool->waiting;
}

void
pool_answer(struct pool *pool, struct pool_question *question, const struct pool_answer *answer)
{
	pool_done	done;

	row_trust();
	done = question->done;
	if (done == NULL)
		return;
	question->done = NULL;
	pool->waiting--;
	if (answer->fault == FAULT_STORE_UNAVAILABLE)
		metric_count(&questions_unanswered, 0, 0);
	done(question->arg, answer);
}

void
pool_repeat(struct pool *pool, struct pool_question *question)
{
	pool_question_again(question);
	STAILQ_INSERT_HEAD(&pool->queue, question, link);
	pool->queued++;
}

void
pool_fill(struct pool *pool)
{
	struct pool_connection	*connection;
	struct pool_question	*question;

	while ((question = STAILQ_FIRST(&pool->queue)) != NULL &&
	    (connection = pool_pick(pool, question->statement)) != NULL) {
		STAILQ_REMOVE_HEAD(&pool->queue, link);
		pool->queued--;
		pool_pipeline_ask(connection, question);
	}
}

/* One connection listens for all: a second one would hear the same. */
void
pool_opened(struct pool *pool, struct pool_connection *connection)
{
	struct pool_question	*question;

	if (pool->listen == NULL || connection != &pool->connections[0])
		return;
	question = pool_question_new(pool->listen, NULL);
	if (question == NULL)
		return;		/* the slow poll of whoever listens has to do */
	question->number = statement_number(pool, pool->listen);
	question->done = listen_done;
	question->deadline_us = clock_elapsed_us() + (int64_t)pool->statement_ms * 1000;
	pool->waiting++;
	pool_pipeline_ask(connection, question);
}

void
pool_heard(struct pool *pool)
{
	if (pool->notified != NULL)
		pool->notified();
}

void
pool_tick_start(struct pool *pool)
{
	if (pool->ticking)
		return;
	pool->ticking = true;
	loop_after(TICK_MS, pool_tick, pool);
}

static void
pools_turn(void *arg)
{
	struct pool	*pool;

	(void)arg;
	SLIST_FOREACH(pool, &pools, link) {
		for (unsigned i = 0; i < pool->connection_count; i++)
			pool_pipeline_turn(&pool->connections[i]);
		metric_set(&connections_ready, 0, 0, pool_ready(pool));
		metric_set(&questions_waiting, 0, 0, pool->waiting);
	}
}

static void
pool_tick(void *arg)
{
	struct pool	*pool = arg;
	bool		 busy;
	int64_t		 now_us;

	if (pool->closed) {
		pool_conninfo_release(&pool->conninfo);
		free(pool);
		return;
	}
	now_us = clock_elapsed_us();
	for (unsigned i = 0; i < pool->connection_count; i++)
		pool_connection_tick(&pool->connections[i], now_us);
	pool_sweep(pool, now_us);
	pool_fill(pool);

	busy = !STAILQ_EMPTY(&pool->queue);
	for (unsigned i = 0; i < pool->connection_count; i++)
		busy = busy || pool_connection_busy(&pool->connections[i]);
	pool->ticking = false;
	if (busy)
		pool_tick_start(pool);
}

/* Tell those who waited too long for a connection.  The queue is oldest first. */
static void
pool_sweep(struct pool *pool, int64_t now_us)
{
	struct pool_question	*question;

	while ((question = STAILQ_FIRST(&pool->queue)) != NULL &&
	    question->deadline_us <= now_us) {
		STAILQ_REMOVE_HEAD(&pool->queue, link);
		pool->queued--;
		pool_answer(pool, question, &unsent_late);
		pool_question_free(question);
	}
}

/*
 * An idle connection, else the shortest pipeline that has room, else NULL.  One that only reads joins those
 * of this turn, and leaves the other connections to those that commit.
 */
static struct pool_connection *
pool_pick(struct pool *pool, const struct pool_statement *statement)
{
	struct pool_connection	*connection, *best;

	best = NULL;
	for (unsigned i = 0; i < pool->connection_count; i++) {
		connection = &pool->connections[i];
		if (connection->state != POOL_READY || connection->depth >= pool->depth_max)
			continue;
		if (statement->reads && connection->unsynced)
			return connection;
		if (best == NULL || connection->depth < best->depth)
			best = connection;
	}
	return best;
}

static void
listen_done(void *arg, const struct pool_answer *answer)
{
	(void)arg;
	if (answer->fault != FAULT_NONE)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING,
		    .event = "store_not_listening", .sqlstate = answer->sqlstate,
		    .detail = answer->detail });
}

/* Statements are numbered as they come, so that a connection can keep one mark for each. */
static size_t
statement_number(struct pool *pool, const struct pool_statement *statement)
{
	size_t	number;

	for (number = 0; number < pool->statement_count; number++)
		if (pool->statements[number] == statement)
			return number;
	assert(number < POOL_STATEMENTS_MAX);
	pool->statements[pool->statement_count++] = statement;
	return number;
}
