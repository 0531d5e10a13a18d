/*
 * The statements about charges.  Used by the flows confirm, resolve and verify and by the janitor.
 */
#include "store/store_charge.h"

#include <assert.h>

#include "base/integer.h"
#include "io/row.h"
#include "store/store_session_row.h"

static const struct pool_statement charge_reserve = {
	"charge_reserve",
	"select " STORE_SESSION_COLUMNS ", fresh from kassa.charge_reserve($1, $2, $3, $4::bigint)", 4
};

static const struct pool_statement charge_settle = {
	"charge_settle",
	"select charge_id, status, decline, action, changed, contradicted"
	" from kassa.charge_settle($1, $2, $3::kassa.outcome, $4::kassa.decline, $5, $6, $7::bigint)",
	7
};

static const struct pool_statement charge_take_due = {
	"charge_take_due",
	"select account_id, charge_id, processor, status, resolve_tries"
	" from kassa.charge_take_due($1::int, $2::bigint)", 2
};

/*
 * The hot path.  The first branch is one index look-up and is all that runs for a charge that is
 * there; the limit keeps the others from being asked.
 */
static const struct pool_statement charge_verify = {
	"charge_verify",
	"select k.account_id, c.charge_id, c.transaction_id, c.status, c.captured_minor, c.currency,"
	" c.asked_minor, c.asked_currency, (extract(epoch from c.settled_at) * 1000000)::bigint,"
	" c.open"
	" from kassa.api_key k left join lateral ("
	"select h.charge_id, h.transaction_id, h.status, h.captured_minor, h.currency,"
	" s.amount_minor as asked_minor, s.currency as asked_currency, h.settled_at, false as open"
	" from kassa.charge h join kassa.checkout_session s"
	" on s.account_id = h.account_id and s.session_id = h.session_id"
	" where h.account_id = k.account_id and h.charge_id = $2"
	" union all "
	"(select h.charge_id, h.transaction_id, h.status, h.captured_minor, h.currency,"
	" s.amount_minor, s.currency, h.settled_at, false"
	" from kassa.charge h join kassa.checkout_session s"
	" on s.account_id = h.account_id and s.session_id = h.session_id"
	" where h.account_id = k.account_id and h.transaction_id = $3 and h.status <> 'failed')"
	" union all "
	"select null, s.transaction_id, null, null, null, s.amount_minor, s.currency, null, true"
	" from kassa.checkout_session s"
	" where s.account_id = k.account_id and s.transaction_id = $3"
	" limit 1) c on true"
	" where k.key_hash = $1 and k.kind = 'secret' and k.revoked_at is null", 3, .reads = true
};

static void
reserved_take(const PGresult *rows, int row, void *into)
{
	struct store_reserved	*reserved = into;

	store_session_take(rows, row, &reserved->session);
	reserved->fresh = row_flag(rows, row, STORE_SESSION_COLUMN_COUNT);
}

void
store_charge_reserve(struct store_call *call, const struct store_reserve_ask *ask,
    struct store_reserved *reserved)
{
	struct integer	after;
	const char		*params[] = {
		ask->session_id,
		ask->charge_id,
		ask->processor,
		integer_print(ask->resolve_after_ms, &after),
	};

	call->take = reserved_take;
	call->into = reserved;
	call->size = sizeof(*reserved);
	call->rows_max = 1;
	store_ask(call, &charge_reserve, params);
}

static void
settled_take(const PGresult *rows, int row, void *into)
{
	struct store_settled	*settled = into;

	row_text(rows, row, 0, settled->charge_id, sizeof(settled->charge_id));
	(void)charge_status_find(row_slice(rows, row, 1), &settled->status);
	(void)decline_find(row_slice(rows, row, 2), &settled->decline);
	row_text(rows, row, 3, settled->action, sizeof(settled->action));
	settled->changed = row_flag(rows, row, 4);
	settled->contradicted = row_flag(rows, row, 5);
}

void
store_charge_settle(struct store_call *call, const struct store_settle_ask *ask,
    struct store_settled *settled)
{
	struct integer	after;
	const char		*params[] = {
		ask->account_id,
		ask->charge_id,
		outcome_label(ask->outcome),
		decline_label(ask->decline),
		ask->reference,
		ask->action,
		integer_print(ask->resolve_after_ms, &after),
	};

	call->take = settled_take;
	call->into = settled;
	call->size = sizeof(*settled);
	call->rows_max = 1;
	store_ask(call, &charge_settle, params);
}

static void
due_take(const PGresult *rows, int row, void *into)
{
	struct store_due	*due = into;

	row_text(rows, row, 0, due->account_id, sizeof(due->account_id));
	row_text(rows, row, 1, due->charge_id, sizeof(due->charge_id));
	row_text(rows, row, 2, due->processor, sizeof(due->processor));
	(void)charge_status_find(row_slice(rows, row, 3), &due->status);
	due->resolve_tries = (int)row_integer(rows, row, 4);
}

void
store_charge_take_due(struct store_call *call, int64_t lease_ms, struct store_due *due, int max)
{
	struct integer	limit, lease;
	const char		*params[] = {
		integer_print(max, &limit),
		integer_print(lease_ms, &lease),
	};

	call->take = due_take;
	call->into = due;
	call->size = sizeof(*due);
	call->rows_max = max;
	store_ask(call, &charge_take_due, params);
}

static void
money_take(const PGresult *rows, int row, int column, struct money *money)
{
	money->minor = row_integer(rows, row, column);
	money->currency = currency_find(row_slice(rows, row, column + 1));
}

static void
verified_take(const PGresult *rows, int row, void *into)
{
	struct store_verified	*verified = into;

	row_text(rows, row, 0, verified->account_id, sizeof(verified->account_id));
	verified->found = !row_is_null(rows, row, 1);
	verified->open = row_flag(rows, row, 9);
	if (!verified->found)
		return;
	row_text(rows, row, 1, verified->charge_id, sizeof(verified->charge_id));
	row_text(rows, row, 2, verified->transaction.text, sizeof(verified->transaction.text));
	(void)charge_status_find(row_slice(rows, row, 3), &verified->status);
	money_take(rows, row, 4, &verified->captured);
	money_take(rows, row, 6, &verified->asked);
	assert(verified->captured.currency != NULL && verified->asked.currency != NULL);
	verified->settled_at_us = row_integer(rows, row, 8);
}

void
store_charge_verify(struct store_call *call, const struct store_verify_ask *ask,
    struct store_verified *verified)
{
	const char	*params[] = { ask->key_hash, ask->charge_id, ask->transaction };

	call->take = verified_take;
	call->into = verified;
	call->size = sizeof(*verified);
	call->rows_max = 1;
	store_ask(call, &charge_verify, params);
}
