/*
 * The statements about reconciliations.  Used by the flow reconcile.
 */
#include "store/store_reconciliation.h"

#include "base/integer.h"
#include "io/row.h"

/* The processor's clock may be a little behind ours; what is in the books already is only looked at. */
static const struct pool_statement reconciliation_read = {
	"reconciliation_read",
	"select a.mode, r.since - interval '5 minutes', r.cursor, r.ended_at is not null"
	" from kassa.reconciliation r join kassa.account a on a.account_id = r.account_id"
	" where r.account_id = $1 and r.reconciliation_id = $2", 2, .reads = true
};
static const struct pool_statement reconciliation_page = {
	"reconciliation_page",
	"select booked, wrong from kassa.reconciliation_page($1, $2, $3, $4::jsonb, $5, $6::bigint)", 6
};
static const struct pool_statement reconciliation_end = {
	"reconciliation_end",
	"select booked, wrong from kassa.reconciliation_end($1, $2, $3, $4)", 4
};

static void	reconciliation_take(const PGresult *, int, void *);
static void	reconciled_take(const PGresult *, int, void *);

void
store_reconciliation_read(struct store_call *call, const char *account_id, const char *id,
    struct store_reconciliation *reconciliation)
{
	const char	*params[] = { account_id, id };

	call->take = reconciliation_take;
	call->into = reconciliation;
	call->size = sizeof(*reconciliation);
	call->rows_max = 1;
	store_ask(call, &reconciliation_read, params);
}

void
store_reconciliation_page(struct store_call *call, const struct store_reconciliation_ask *ask,
    struct store_reconciled *reconciled)
{
	struct integer	minute;
	const char	*params[] = {
		ask->account_id,
		ask->reconciliation_id,
		ask->processor,
		ask->operations,
		ask->cursor,
		integer_print(ask->minute_ms, &minute),
	};

	call->take = reconciled_take;
	call->into = reconciled;
	call->size = sizeof(*reconciled);
	call->rows_max = 1;
	store_ask(call, &reconciliation_page, params);
}

void
store_reconciliation_end(struct store_call *call, const struct store_reconciliation_ask *ask,
    struct store_reconciled *reconciled)
{
	const char	*params[] = {
		ask->account_id, ask->reconciliation_id, ask->processor, ask->fault
	};

	call->take = reconciled_take;
	call->into = reconciled;
	call->size = sizeof(*reconciled);
	call->rows_max = 1;
	store_ask(call, &reconciliation_end, params);
}

static void
reconciliation_take(const PGresult *rows, int row, void *into)
{
	struct store_reconciliation	*reconciliation = into;

	row_expect(mode_find(row_slice(rows, row, 0), &reconciliation->mode));
	row_text(rows, row, 1, reconciliation->since, sizeof(reconciliation->since));
	row_text(rows, row, 2, reconciliation->cursor, sizeof(reconciliation->cursor));
	reconciliation->has_ended = row_flag(rows, row, 3);
}

static void
reconciled_take(const PGresult *rows, int row, void *into)
{
	struct store_reconciled	*reconciled = into;

	reconciled->booked = row_integer(rows, row, 0);
	reconciled->wrong = row_integer(rows, row, 1);
}
