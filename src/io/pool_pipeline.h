/*
 * The questions that are under way on one connection, in the order in which they were asked.
 * Private to the pool's files: everybody else includes io/pool.h.
 */
#ifndef POOL_PIPELINE_H
#define POOL_PIPELINE_H

#include "io/pool_connection.h"

/** pool_pipeline_ask(connection, question): Send it; the connection must be ready. */
void	pool_pipeline_ask(struct pool_connection *, struct pool_question *);

/** pool_pipeline_turn(connection): The loop is about to sleep: what was gathered is sent. */
void	pool_pipeline_turn(struct pool_connection *);

/** pool_pipeline_read(connection): Take all results that are there. */
void	pool_pipeline_read(struct pool_connection *);

/** pool_pipeline_late(connection, now_us): Answer those whose time is over. */
void	pool_pipeline_late(struct pool_connection *, int64_t);

#endif /* !POOL_PIPELINE_H */
