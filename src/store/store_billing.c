/*
 * The statements about billing.  Used by the flows of the billing page and of its reports.
 */
#include "store/store_billing.h"

#include <assert.h>

#include "base/integer.h"
#include "io/row.h"
#include "store/store_array.h"

#define BILLING_COLUMNS									\
	"select account_id, order_id, state, amount_minor, currency, recurring, payable, publishable_key"	\
	" from "
#define ARRAY_MAX	(BILLING_LOCATIONS_MAX * (REFERENCE_SIZE + 3))	/* bytes; nothing in them is escaped */

static const struct pool_statement billing_order_open = {
	"billing_order_open",
	BILLING_COLUMNS "kassa.billing_order_open($1, $2, $3::bigint, $4, $5::boolean, $6, $7::boolean,"
	" $8::text[])", 8, .returns = true
};
static const struct pool_statement billing_order_read = {
	"billing_order_read", BILLING_COLUMNS "kassa.billing_order_read($1)", 1, .reads = true
};
static const struct pool_statement billing_report_read = {
	"billing_report_read",
	"select payer = 'company', reference_id, state, order_id, charge_id, price_minor, currency, recurring"
	" from kassa.billing_report_read($1, $2)", 2, .reads = true
};
static const struct pool_statement billing_report_told = {
	"billing_report_told", "select state from kassa.billing_report_told($1, $2)", 2
};
static const struct pool_statement billing_report_missed = {
	"billing_report_missed", "select again from kassa.billing_report_missed($1, $2)", 2
};

static void	billing_ask(struct store_call *, const struct pool_statement *, const char *const *,
		    struct store_billing *);
static void	report_ask(struct store_call *, const struct pool_statement *, const struct store_job *);
static void	billing_take(const PGresult *, int, void *);
static void	report_take(const PGresult *, int, void *);

void
store_billing_open(struct store_call *call, const struct store_billing_ask *ask,
    struct store_billing *billing)
{
	const struct billing_payers	*payers = ask->payers;
	struct integer			 price;
	struct buf			 locations;
	const char			*params[8];

	buf_init(&locations, ARRAY_MAX);
	for (size_t i = 0; i < payers->location_count; i++)
		store_array_add(&locations, payers->locations[i].text);
	store_array_end(&locations);
	params[0] = ask->account_id;
	params[1] = ask->order_id;
	params[2] = integer_print(ask->price.minor, &price);
	params[3] = ask->price.currency->code;
	params[4] = ask->is_recurring ? "true" : "false";
	params[5] = reference_is_empty(&payers->company) ? NULL : payers->company.text;
	params[6] = payers->bills_company ? "true" : "false";
	params[7] = buf_text(&locations);
	assert(buf_ok(&locations));
	billing_ask(call, &billing_order_open, params, billing);
	buf_release(&locations);
}

void
store_billing_read(struct store_call *call, const char *order_id, struct store_billing *billing)
{
	const char	*params[] = { order_id };

	billing_ask(call, &billing_order_read, params, billing);
}

void
store_billing_report(struct store_call *call, const struct store_job *job, struct store_report *report)
{
	call->take = report_take;
	call->into = report;
	call->size = sizeof(*report);
	report_ask(call, &billing_report_read, job);
}

void
store_billing_told(struct store_call *call, const struct store_job *job)
{
	call->take = store_take_nothing;
	call->into = NULL;
	call->size = 0;
	report_ask(call, &billing_report_told, job);
}

void
store_billing_missed(struct store_call *call, const struct store_job *job, bool *again)
{
	*again = false;
	call->take = store_take_flag;
	call->into = again;
	call->size = sizeof(*again);
	report_ask(call, &billing_report_missed, job);
}

static void
billing_ask(struct store_call *call, const struct pool_statement *statement, const char *const *params,
    struct store_billing *billing)
{
	call->take = billing_take;
	call->into = billing;
	call->size = sizeof(*billing);
	call->rows_max = 1;
	store_ask(call, statement, params);
}

static void
report_ask(struct store_call *call, const struct pool_statement *statement, const struct store_job *job)
{
	const char	*params[] = { job->account_id, job->subject };

	call->rows_max = 1;
	store_ask(call, statement, params);
}

static void
billing_take(const PGresult *rows, int row, void *into)
{
	struct store_billing	*billing = into;

	row_text(rows, row, 0, billing->account_id, sizeof(billing->account_id));
	row_text(rows, row, 1, billing->order_id, sizeof(billing->order_id));
	row_expect(billing_state_find(row_slice(rows, row, 2), &billing->state));
	billing->money.minor = row_integer(rows, row, 3);
	billing->money.currency = currency_find(row_slice(rows, row, 4));
	row_expect(billing->money.currency != NULL);
	billing->is_recurring = row_flag(rows, row, 5);
	billing->is_payable = row_flag(rows, row, 6);
	row_text(rows, row, 7, billing->publishable_key, sizeof(billing->publishable_key));
}

static void
report_take(const PGresult *rows, int row, void *into)
{
	struct store_report	*report = into;

	report->is_company = row_flag(rows, row, 0);
	row_text(rows, row, 1, report->reference.text, sizeof(report->reference.text));
	row_expect(billing_state_find(row_slice(rows, row, 2), &report->state));
	row_text(rows, row, 3, report->order_id, sizeof(report->order_id));
	row_text(rows, row, 4, report->charge_id, sizeof(report->charge_id));
	report->price.minor = row_integer(rows, row, 5);
	report->price.currency = currency_find(row_slice(rows, row, 6));
	row_expect(report->price.currency != NULL);
	report->is_recurring = row_flag(rows, row, 7);
}
