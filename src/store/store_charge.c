/*
 * The statements about charges.  Used by the flows confirm, charge, resolve and verify.
 */
#include "store/store_charge.h"

#include <assert.h>
#include <stdio.h>

#include "base/integer.h"
#include "io/row.h"
#include "store/store_session_row.h"

static const struct pool_statement charge_reserve = {
	"charge_reserve",
	"select " STORE_SESSION_COLUMNS ", fresh from kassa.charge_reserve($1, $2, $3, $4::boolean, $5,"
	" $6::kassa.attempt_limits, $7::bigint)", 7, .returns = true
};

static const struct pool_statement charge_settle = {
	"charge_settle",
	"select charge_id, status, decline, action, (extract(epoch from settled_at) * 1000000)::bigint,"
	" changed, contradicted"
	" from kassa.charge_settle($1, $2, $3::kassa.outcome, $4::kassa.decline, $5, $6, $7::bigint)",
	7, .returns = true
};

/*
 * The hot path.  The first branch is one index look-up and is all that runs for a charge that is
 * there; the limit keeps the others from being asked.  The last one is for the log: somebody asks with
 * the wrong key, and is told no more than that there is nothing.  What was asked for stands in the charge:
 * it was read back when the intent was written, and no session changes under a living charge.
 */
static const struct pool_statement charge_verify = {
	"charge_verify",
	"select k.account_id, c.found, c.charge_id, c.transaction_id, c.status, c.captured_minor,"
	" c.currency, c.asked_minor, c.asked_currency,"
	" (extract(epoch from c.settled_at) * 1000000)::bigint, k.inert"
	" from kassa.api_key k left join lateral ("
	"select 1 as found, h.charge_id, h.transaction_id, h.status, h.captured_minor, h.currency,"
	" h.amount_minor as asked_minor, h.currency as asked_currency, h.settled_at"
	" from kassa.charge h"
	" where h.account_id = k.account_id and h.charge_id = $2"
	" union all "
	"(select 1, h.charge_id, h.transaction_id, h.status, h.captured_minor, h.currency,"
	" h.amount_minor, h.currency, h.settled_at"
	" from kassa.charge h"
	" where h.account_id = k.account_id and h.transaction_id = $3 and h.status <> 'failed')"
	" union all "
	"select 2, null, s.transaction_id, null, null, null, s.amount_minor, s.currency, null"
	" from kassa.checkout_session s"
	" where s.account_id = k.account_id and s.transaction_id = $3"
	" union all "
	"(select case when o.location_id = a.location_id then 3 else 4 end,"
	" h.charge_id, null, null, null, null, null, null, null"
	" from kassa.charge h"
	" join kassa.account o on o.account_id = h.account_id"
	" join kassa.account a on a.account_id = k.account_id"
	" where h.charge_id = $2)"
	" limit 1) c on true"
	" where k.key_hash = $1 and k.kind = 'secret' and k.revoked_at is null"
	" and k.segment is not distinct from nullif($4, '')", 4, .reads = true
};

void
store_limits_text(const struct store_limits *limits, char text[STORE_LIMITS_SIZE])
{
	int	len;

	len = snprintf(text, STORE_LIMITS_SIZE, "(%lld,%ld,%ld,%ld,%ld,%ld)",
	    (long long)limits->window_ms, limits->contact, limits->client, limits->account,
	    limits->ratio_least, limits->ratio_percent);
	assert(len > 0 && len < STORE_LIMITS_SIZE);
}

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
		ask->saves ? "true" : "false",
		ask->client,
		ask->limits,
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
	row_expect(charge_status_find(row_slice(rows, row, 1), &settled->status));
	row_expect(decline_find(row_slice(rows, row, 2), &settled->decline));
	row_text(rows, row, 3, settled->action, sizeof(settled->action));
	settled->settled_at_us = row_integer(rows, row, 4);
	settled->changed = row_flag(rows, row, 5);
	settled->contradicted = row_flag(rows, row, 6);
}

void
store_charge_settle(struct store_call *call, const struct store_settle_ask *ask,
    struct store_settled *settled)
{
	struct integer	minute;
	const char		*params[] = {
		ask->account_id,
		ask->charge_id,
		outcome_label(ask->outcome),
		decline_label(ask->decline),
		ask->reference,
		ask->action,
		integer_print(ask->minute_ms, &minute),
	};

	call->take = settled_take;
	call->into = settled;
	call->size = sizeof(*settled);
	call->rows_max = 1;
	store_ask(call, &charge_settle, params);
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
	verified->found = (enum store_found)row_integer(rows, row, 1);
	verified->is_inert = row_flag(rows, row, 10);
	row_text(rows, row, 2, verified->charge_id, sizeof(verified->charge_id));
	if (verified->found != STORE_FOUND_CHARGE)
		return;
	row_text(rows, row, 3, verified->transaction.text, sizeof(verified->transaction.text));
	row_expect(charge_status_find(row_slice(rows, row, 4), &verified->status));
	money_take(rows, row, 5, &verified->captured);
	money_take(rows, row, 7, &verified->asked);
	row_expect(verified->captured.currency != NULL && verified->asked.currency != NULL);
	verified->settled_at_us = row_integer(rows, row, 9);
}

void
store_charge_verify(struct store_call *call, const struct store_verify_ask *ask,
    struct store_verified *verified)
{
	const char	*params[] = {
		ask->key->hash, ask->charge_id, ask->transaction, ask->key->segment,
	};

	call->take = verified_take;
	call->into = verified;
	call->size = sizeof(*verified);
	call->rows_max = 1;
	store_ask(call, &charge_verify, params);
}
