/*
 * One connection of the pool, with the questions that are under way on it.
 * Private to the pool's files: everybody else includes io/pool.h.
 */
#ifndef POOL_CONNECTION_H
#define POOL_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "io/loop.h"
#include "io/pool.h"
#include "io/pool_conninfo.h"
#include "io/pool_question.h"

#define POOL_BACKOFF_LEAST_MS	50	/* doubles with each failure in a row */

enum pool_connection_state {
	POOL_DOWN,		/* until due_us */
	POOL_OPENING,		/* until due_us at most */
	POOL_READY,
	POOL_BROKEN		/* sending failed; lost at the next tick, when askers may be told */
};

struct pool_connection {
	struct loop_watch		 watch;		/* first: the loop gives it back */
	struct pool			*pool;
	struct pool_conninfo		*conninfo;	/* the pool's */
	PGconn				*pg;
	enum pool_connection_state	 state;
	unsigned			 events;	/* that the loop watches for */
	unsigned			 order;		/* of the hosts in this attempt */
	int64_t				 backoff_ms;
	int64_t				 due_us;
	int64_t				 patience_us;	/* without an answer: then it is gone */
	int64_t				 progress_us;	/* last answer, or first question */
	unsigned			 depth;
	bool				 unsynced;	/* ${last} waits for company, and a sync */
	bool				 garbled;	/* libpq could not make sense of what came */
	struct pool_question		*last;		/* that was asked; valid while unsynced */
	struct pool_question		*next;		/* whose results come next; NULL: none of them */
	struct pool_questions		 asked;
	bool				 prepared[POOL_STATEMENTS_MAX];
};

/** pool_connection_init(connection, pool, conninfo, statement_ms): Not open yet, due at once. */
void	pool_connection_init(struct pool_connection *, struct pool *, struct pool_conninfo *,
	    unsigned);

/** pool_connection_tick(connection, now_us): Open, give up, or answer what is late. */
void	pool_connection_tick(struct pool_connection *, int64_t);

/** pool_connection_watch(connection, events): Let the loop tell of ${events}. */
void	pool_connection_watch(struct pool_connection *, unsigned);

/** pool_connection_break(connection): Sending failed, perhaps inside pool_ask(): the tick will lose it. */
void	pool_connection_break(struct pool_connection *);

/** pool_connection_lose(connection, why): Close, tell all who asked, plan the next attempt. */
void	pool_connection_lose(struct pool_connection *, const char *);

/** pool_connection_busy(connection): Whether it needs the tick. */
bool	pool_connection_busy(const struct pool_connection *);

/* What a connection needs of its pool, in pool.c. */

/** pool_answer(pool, question, answer): Tell the asker, once. */
void	pool_answer(struct pool *, struct pool_question *, const struct pool_answer *);

/** pool_repeat(pool, question): Put ${question}, which did nothing, in front of the queue. */
void	pool_repeat(struct pool *, struct pool_question *);

/** pool_fill(pool): Send from the queue as long as a connection takes it. */
void	pool_fill(struct pool *);

/** pool_opened(pool, connection): ${connection} is ready, nothing was asked on it yet. */
void	pool_opened(struct pool *, struct pool_connection *);

/** pool_heard(pool): A notification has come. */
void	pool_heard(struct pool *);

/** pool_tick_start(pool): Something depends on time: let the tick run. */
void	pool_tick_start(struct pool *);

#endif /* !POOL_CONNECTION_H */
