/*
 * PostgreSQL connections of one worker: libpq in pipeline mode, named prepared statements, a bounded
 * queue, a time limit for each question, and a word of its own for "the connection was lost".
 * One statement is one transaction.  Used by store/ and by connectors that keep state in the database.
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "base/fault.h"

#define POOL_PARAMS_MAX		24
#define POOL_STATEMENTS_MAX	128	/* different statements in one process */

/* Prepared on each connection the first time it is used there.  One static object a statement. */
struct pool_statement {
	const char	*name;		/* unique in the process */
	const char	*sql;
	int		 params;	/* all as text */
	bool		 reads;		/* changes nothing: may share a sync with its neighbours */
	bool		 returns;	/* one row, always: a function that returns or raises */
};

struct pool_options {
	const char	*conninfo;	/* libpq; several hosts with target_session_attrs=read-write */
	unsigned	 connections;	/* how many may commit at once; docs/why.md has measurements */
	unsigned	 depth_max;	/* statements under way on one connection */
	unsigned	 queue_max;	/* statements waiting for a connection */
	unsigned	 statement_ms;	/* from pool_ask() to the answer; also the server's statement_timeout */
	const struct pool_statement	*listen;	/* "listen channel", or NULL: sent on each connect */
	void		(*notified)(void);	/* somebody has notified the channel; once for many is right */
};

struct pool_answer {
	/*
	 * FAULT_NONE: rows are there.  FAULT_STORE_UNAVAILABLE: nobody knows whether it was committed
	 * (lost connection, or no answer in time): repeat with the same key.  Else what
	 * fault_from_sqlstate() says, and nothing was committed.
	 */
	enum fault	 fault;
	bool		 sent;		/* false: it never left the queue, surely not committed */
	const char	*sqlstate;	/* "" when the server gave none */
	const char	*detail;	/* the server's message for the log; "" when none */
	const PGresult	*rows;		/* lent for the call; NULL on a fault */
};

typedef void	(*pool_done)(void *arg, const struct pool_answer *);

struct pool;

/** pool_reads(conninfo): Whether libpq can read it; asked once, before anything is started. */
bool		 pool_reads(const char *);

/**
 * pool_new(options):
 * Start connecting; questions may be asked at once, they wait in the queue.  Options are copied.
 * Reconnects by itself: 50 ms doubling to 2 s, with jitter.
 */
struct pool	*pool_new(const struct pool_options *);

/** pool_free(pool): Close all connections; questions under way get FAULT_STORE_UNAVAILABLE.  For tests. */
void		 pool_free(struct pool *);

/**
 * pool_ask(pool, statement, params, done, arg):
 * Send ${statement} with its ${params} (text, NULL for null; copied).  ${done} is called exactly once,
 * never from inside this call.
 * Return FAULT_NONE, or FAULT_STORE_BUSY if the queue is full (then ${done} is not called).
 */
enum fault	 pool_ask(struct pool *, const struct pool_statement *, const char *const *, pool_done,
		    void *);

/** pool_ready(pool), pool_waiting(pool): Connections that answer; questions without an answer yet. */
unsigned	 pool_ready(const struct pool *);
unsigned	 pool_waiting(const struct pool *);

/** pool_metric_declare(): Before metric_share() (base/metric.h). */
void		 pool_metric_declare(void);

#endif /* !POOL_H */
