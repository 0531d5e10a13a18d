/*
 * One connection of the pool: opening it, watching its socket, losing it.  Used by pool.c; the questions
 * on it are pool_pipeline.c's.
 */
#include "io/pool_connection.h"

#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "io/pool_pipeline.h"

#define BACKOFF_MOST_MS		2000
#define PATIENCE_MS		250	/* beyond the server's own limit; then it is gone */

static void	connection_ready(struct loop_watch *, unsigned);
static void	connection_open(struct pool_connection *);
static void	connection_go_on(struct pool_connection *);
static void	connection_unwatch(struct pool_connection *);
static void	notice_take(void *, const PGresult *);

void
pool_connection_init(struct pool_connection *connection, struct pool *pool,
    struct pool_conninfo *conninfo, unsigned statement_ms)
{
	memset(connection, 0, sizeof(*connection));
	connection->watch.ready = connection_ready;
	connection->watch.fd = -1;
	connection->pool = pool;
	connection->conninfo = conninfo;
	connection->backoff_ms = POOL_BACKOFF_LEAST_MS;
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
			pool_pipeline_late(connection, now_us);
		break;
	case POOL_BROKEN:
		pool_connection_lose(connection, "could not send");
		break;
	}
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
	connection->garbled = false;
	connection->next = NULL;
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

/* Possibly inside pool_ask(), where nobody may be called: the tick will lose the connection. */
void
pool_connection_break(struct pool_connection *connection)
{
	connection_unwatch(connection);
	connection->state = POOL_BROKEN;
	pool_tick_start(connection->pool);
}

void
pool_connection_watch(struct pool_connection *connection, unsigned events)
{
	if (connection->watch.fd >= 0 && connection->events == events)
		return;
	connection->events = events;
	loop_watch(&connection->watch, PQsocket(connection->pg), events);
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
		pool_pipeline_read(connection);
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
	PQsetNoticeReceiver(connection->pg, notice_take, connection);
	connection->state = POOL_OPENING;
	connection->due_us = clock_elapsed_us() + connection->conninfo->connect_us;
	pool_connection_watch(connection, LOOP_WRITE);
}

static void
connection_go_on(struct pool_connection *connection)
{
	/* It may close its socket and open another one that gets the same number. */
	connection_unwatch(connection);
	switch (PQconnectPoll(connection->pg)) {
	case PGRES_POLLING_READING:
		pool_connection_watch(connection, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		pool_connection_watch(connection, LOOP_WRITE);
		break;
	case PGRES_POLLING_OK:
		/* Who is not busy has read all that came: nobody has asked for more than the login. */
		if (!PQenterPipelineMode(connection->pg) || PQisBusy(connection->pg) ||
		    connection->garbled) {
			pool_connection_lose(connection, "could not enter pipeline mode");
			break;
		}
		connection->state = POOL_READY;
		pool_connection_watch(connection, LOOP_READ);
		log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "store_ready" });
		pool_opened(connection->pool, connection);
		pool_fill(connection->pool);
		break;
	default:
		pool_connection_lose(connection, "could not connect");
	}
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

/*
 * Notices are for a person at a terminal; libpq would print them.  Those without a state are of libpq itself,
 * about messages that nobody has asked for and columns that are not there.
 */
static void
notice_take(void *arg, const PGresult *result)
{
	struct pool_connection	*connection = arg;

	if (PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL)
		connection->garbled = true;
}
