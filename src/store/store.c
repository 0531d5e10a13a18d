/*
 * The way of every statement: pool, answer, row, flow.  Used by the other files of this folder.
 */
#include "store/store.h"

#include <assert.h>
#include <stdio.h>

#include "base/id.h"
#include "base/slice.h"
#include "io/row.h"

static struct pool	*pool;

static void	call_done(void *, const struct pool_answer *);
static void	call_distrust(struct store_call *);

void
store_start(struct pool *started)
{
	pool = started;
}

void
store_ask(struct store_call *call, const struct pool_statement *statement,
    const char *const *params)
{
	assert(pool != NULL && call->rows_max >= 1);
	call->rows = 0;
	call->sent = false;
	call->sqlstate[0] = '\0';
	call->detail[0] = '\0';
	call->fault = pool_ask(pool, statement, params, call_done, call);
	if (call->fault != FAULT_NONE)
		flow_wake(call->flow);
}

void
store_take_nothing(const PGresult *rows, int row, void *into)
{
	(void)rows;
	(void)row;
	(void)into;
}

void
store_take_flag(const PGresult *rows, int row, void *into)
{
	*(bool *)into = row_flag(rows, row, 0);
}

void
store_take_id(const PGresult *rows, int row, void *into)
{
	struct id	*id = into;

	row_text(rows, row, 0, id->text, sizeof(id->text));
}

static void
call_done(void *arg, const struct pool_answer *answer)
{
	struct store_call	*call = arg;
	int			 rows;

	call->fault = answer->fault;
	call->sent = answer->sent;
	if (answer->fault != FAULT_NONE) {
		(void)slice_copy(slice_of(answer->sqlstate), call->sqlstate, sizeof(call->sqlstate));
		/* Cut rather than lost: it is for the log alone. */
		if (snprintf(call->detail, sizeof(call->detail), "%s", answer->detail) < 0)
			call->detail[0] = '\0';
	} else {
		rows = PQntuples(answer->rows);
		if (rows > call->rows_max)
			rows = call->rows_max;
		for (int row = 0; row < rows; row++)
			call->take(answer->rows, row, (char *)call->into + (size_t)row * call->size);
		call->rows = rows;
		if (!row_is_trusted())
			call_distrust(call);
	}
	flow_wake(call->flow);
}

/* What came is not what this database says: whether the statement was committed, nobody knows. */
static void
call_distrust(struct store_call *call)
{
	call->fault = FAULT_STORE_UNAVAILABLE;
	call->rows = 0;
	(void)slice_copy(slice_of("answer cannot be read"), call->detail, sizeof(call->detail));
}
