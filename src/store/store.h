/*
 * One call of one SQL statement: send it, read its row into a struct, wake the flow that asked.
 * The files store_<noun> are built on it; nobody else sends SQL to Kassa's schema.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "io/flow.h"
#include "io/pool.h"

#define STORE_SQLSTATE_SIZE	6
#define STORE_DETAIL_SIZE	200

/* A question and its answer, inside the context of the flow that asks. */
struct store_call {
	struct flow	*flow;		/* woken when the answer is there */
	enum fault	 fault;
	bool		 sent;		/* with FAULT_STORE_UNAVAILABLE: it may have been committed */
	int		 rows;
	char		 sqlstate[STORE_SQLSTATE_SIZE];
	char		 detail[STORE_DETAIL_SIZE];	/* of the database, for the log */
	void		(*take)(const PGresult *, int row, void *into);
	void		*into;		/* an array when rows_max > 1 */
	size_t		 size;		/* of one element */
	int		 rows_max;
};

/** store_start(pool): The worker's pool; called once before anything else here. */
void	store_start(struct pool *);

/**
 * store_ask(call, statement, params):
 * Send ${statement} for the flow of ${call}, whose take, into, size and rows_max are set.  The flow is
 * woken in any case; call->fault, rows and what ${take} read are then there.
 */
void	store_ask(struct store_call *, const struct pool_statement *, const char *const *);

/*
 * Takers that many statements share, for call->take: nothing, whether a row came is all there is to know;
 * its one column as a flag into a bool; as an id into a struct id.
 */
void	store_take_nothing(const PGresult *, int, void *);
void	store_take_flag(const PGresult *, int, void *);
void	store_take_id(const PGresult *, int, void *);

#endif /* !STORE_H */
