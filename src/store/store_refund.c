/*
 * The statements about refunds.  Used by the flows refund and resolve.
 */
#include "store/store_refund.h"

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement refund_charge = {
	"refund_charge",
	"select charge_id, transaction_id, amount_minor, currency, status, processor from ("
	"select c.* from kassa.charge c where c.account_id = $1 and c.charge_id = $2"
	" union all "
	"(select c.* from kassa.charge c where c.account_id = $1 and c.transaction_id = $3"
	" order by c.status = 'failed', c.created_at desc)"
	" limit 1) c", 3, .reads = true
};

static const struct pool_statement refund_reserve = {
	"refund_reserve",
	"select refund_id, fresh, rule, processor, amount_minor, currency, status, decline,"
	" (extract(epoch from settled_at) * 1000000)::bigint"
	" from kassa.refund_reserve($1, $2, $3, $4::bigint, $5::bigint, $6::bigint, $7::bigint)",
	7, .returns = true
};

static const struct pool_statement refund_settle = {
	"refund_settle",
	"select status, decline, (extract(epoch from settled_at) * 1000000)::bigint, changed,"
	" contradicted"
	" from kassa.refund_settle($1, $2, $3::kassa.outcome, $4::kassa.decline, $5, $6::bigint)",
	6, .returns = true
};

static void
charge_take(const PGresult *rows, int row, void *into)
{
	struct store_refundable	*charge = into;

	row_text(rows, row, 0, charge->charge_id, sizeof(charge->charge_id));
	row_text(rows, row, 1, charge->transaction.text, sizeof(charge->transaction.text));
	charge->captured.minor = row_integer(rows, row, 2);
	charge->captured.currency = currency_find(row_slice(rows, row, 3));
	row_expect(charge->captured.currency != NULL);
	row_expect(charge_status_find(row_slice(rows, row, 4), &charge->status));
	row_text(rows, row, 5, charge->processor, sizeof(charge->processor));
}

void
store_refund_charge(struct store_call *call, const struct store_refundable_ask *ask,
    struct store_refundable *charge)
{
	const char	*params[] = { ask->account_id, ask->charge_id, ask->transaction };

	call->take = charge_take;
	call->into = charge;
	call->size = sizeof(*charge);
	call->rows_max = 1;
	store_ask(call, &refund_charge, params);
}

static void
refund_take(const PGresult *rows, int row, void *into)
{
	struct store_refund	*refund = into;

	row_text(rows, row, 0, refund->refund_id, sizeof(refund->refund_id));
	refund->fresh = row_flag(rows, row, 1);
	row_text(rows, row, 2, refund->rule, sizeof(refund->rule));
	row_text(rows, row, 3, refund->processor, sizeof(refund->processor));
	refund->money.minor = row_integer(rows, row, 4);
	refund->money.currency = currency_find(row_slice(rows, row, 5));
	row_expect(refund->money.currency != NULL);
	row_expect(charge_status_find(row_slice(rows, row, 6), &refund->status));
	row_expect(decline_find(row_slice(rows, row, 7), &refund->decline));
	refund->settled_at_us = row_integer(rows, row, 8);
}

void
store_refund_reserve(struct store_call *call, const struct store_refund_ask *ask,
    struct store_refund *refund)
{
	struct integer	amount, counted, window, after;
	const char	*params[] = {
		ask->account_id,
		ask->charge_id,
		ask->refund_id,
		integer_print(ask->money.minor, &amount),
		ask->is_counted ? integer_print(ask->counted_minor, &counted) : NULL,
		integer_print(ask->window_ms, &window),
		integer_print(ask->resolve_after_ms, &after),
	};

	call->take = refund_take;
	call->into = refund;
	call->size = sizeof(*refund);
	call->rows_max = 1;
	store_ask(call, &refund_reserve, params);
}

static void
settled_take(const PGresult *rows, int row, void *into)
{
	struct store_refund_settled	*settled = into;

	row_expect(charge_status_find(row_slice(rows, row, 0), &settled->status));
	row_expect(decline_find(row_slice(rows, row, 1), &settled->decline));
	settled->settled_at_us = row_integer(rows, row, 2);
	settled->changed = row_flag(rows, row, 3);
	settled->contradicted = row_flag(rows, row, 4);
}

void
store_refund_settle(struct store_call *call, const struct store_refund_settle_ask *ask,
    struct store_refund_settled *settled)
{
	struct integer	minute;
	const char	*params[] = {
		ask->account_id,
		ask->refund_id,
		outcome_label(ask->outcome),
		decline_label(ask->decline),
		ask->reference,
		integer_print(ask->minute_ms, &minute),
	};

	call->take = settled_take;
	call->into = settled;
	call->size = sizeof(*settled);
	call->rows_max = 1;
	store_ask(call, &refund_settle, params);
}
