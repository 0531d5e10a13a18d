/*
 * What the sandbox remembers, page by page.  Used by the flow reconcile through struct processor.
 */
#include "processor/sandbox.h"

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement statement_list = {
	"sandbox_list",
	"select kind = 'refund', key, charge_key, amount_minor, currency, outcome, decline, reference, at,"
	" transaction_id, contact_id, payment_method_id, request_sha256, saves"
	" from sandbox.list($1, $2::timestamptz, $3, $4::int)", 4
};

static void	page_done(void *, const struct pool_answer *);
static void	operation_read(const PGresult *, int, struct processor_operation *);

void
sandbox_list(const struct processor_list *list, struct processor_page *page)
{
	struct integer	limit;
	const char	*params[] = {
		list->account_id,
		list->since,
		list->after,
		integer_print(PROCESSOR_PAGE_MAX, &limit),
	};

	page->count = 0;
	page->result.outcome = OUTCOME_UNKNOWN;
	page->result.decline = DECLINE_NONE;
	page->result.detail = "";
	if (pool_ask(sandbox_started()->pool, &statement_list, params, page_done, page) != FAULT_NONE) {
		page->result.detail = "processor was not asked: queue is full";
		flow_wake(page->result.flow);
	}
}

static void
page_done(void *arg, const struct pool_answer *answer)
{
	struct processor_page	*page = arg;

	if (answer->fault == FAULT_NONE) {
		page->count = PQntuples(answer->rows);
		row_expect(page->count <= PROCESSOR_PAGE_MAX);
		for (int row = 0; row < page->count && row < PROCESSOR_PAGE_MAX; row++)
			operation_read(answer->rows, row, &page->operations[row]);
	}
	if (answer->fault == FAULT_NONE && row_is_trusted()) {
		page->result.outcome = OUTCOME_SUCCEEDED;
	} else {
		page->count = 0;
		page->result.detail = "processor did not answer";
	}
	flow_wake(page->result.flow);
}

static void
operation_read(const PGresult *rows, int row, struct processor_operation *operation)
{
	operation->is_refund = row_flag(rows, row, 0);
	row_text(rows, row, 1, operation->key, sizeof(operation->key));
	row_text(rows, row, 2, operation->charge_key, sizeof(operation->charge_key));
	operation->amount_minor = row_integer(rows, row, 3);
	row_text(rows, row, 4, operation->currency, sizeof(operation->currency));
	operation->outcome = OUTCOME_UNKNOWN;
	row_expect(outcome_find(row_slice(rows, row, 5), &operation->outcome));
	operation->decline = DECLINE_NONE;
	row_expect(decline_find(row_slice(rows, row, 6), &operation->decline));
	row_text(rows, row, 7, operation->reference, sizeof(operation->reference));
	row_text(rows, row, 8, operation->at, sizeof(operation->at));
	row_text(rows, row, 9, operation->transaction, sizeof(operation->transaction));
	row_text(rows, row, 10, operation->contact, sizeof(operation->contact));
	row_text(rows, row, 11, operation->payment_method, sizeof(operation->payment_method));
	row_text(rows, row, 12, operation->request_sha256, sizeof(operation->request_sha256));
	operation->saves = row_flag(rows, row, 13);
}
