/*
 * The statements about kept cards.  Used by the flows list, charge, keep and forget.
 */
#include "store/store_kept.h"

#include <assert.h>
#include <stdio.h>

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement method_list = {
	"method_list",
	"select payment_method_id, contact_id, brand, last4, expiry_month, expiry_year,"
	" make_date(expiry_year, expiry_month, 1) + interval '1 month' <= now()"
	" from kassa.payment_method"
	" where account_id = $1 and contact_id = $2 and removed_at is null"
	" order by refreshed_at desc, payment_method_id desc limit $3::int", 3, .reads = true
};

static const struct pool_statement kept_reserve = {
	"charge_reserve_kept",
	"select charge_id, fresh, processor, token, amount_minor, currency, status, decline,"
	" (extract(epoch from settled_at) * 1000000)::bigint"
	" from kassa.charge_reserve_kept($1, $2, $3, nullif($4, ''), nullif($5, ''), $6::bigint, $7, $8,"
	" $9, $10::bigint, $11::bigint)", 11, .returns = true
};

static const struct pool_statement kept_keep = {
	"charge_keep",
	"select payment_method_id from kassa.charge_keep($1, $2, $3, $4::kassa.kept_card)", 4
};

static void
method_take(const PGresult *rows, int row, void *into)
{
	struct store_method	*method = into;

	row_text(rows, row, 0, method->payment_method_id, sizeof(method->payment_method_id));
	row_text(rows, row, 1, method->contact_id, sizeof(method->contact_id));
	row_text(rows, row, 2, method->brand, sizeof(method->brand));
	row_text(rows, row, 3, method->last4, sizeof(method->last4));
	method->expiry_month = (int)row_integer(rows, row, 4);
	method->expiry_year = (int)row_integer(rows, row, 5);
	method->is_expired = row_flag(rows, row, 6);
}

void
store_method_list(struct store_call *call, const char *account_id, const char *contact_id,
    struct store_method methods[STORE_METHODS_MAX])
{
	struct integer	most;
	const char	*params[] = {
		account_id, contact_id, integer_print(STORE_METHODS_MAX, &most),
	};

	call->take = method_take;
	call->into = methods;
	call->size = sizeof(methods[0]);
	call->rows_max = STORE_METHODS_MAX;
	store_ask(call, &method_list, params);
}

static void
kept_take(const PGresult *rows, int row, void *into)
{
	struct store_kept	*kept = into;

	row_text(rows, row, 0, kept->charge_id, sizeof(kept->charge_id));
	kept->fresh = row_flag(rows, row, 1);
	row_text(rows, row, 2, kept->processor, sizeof(kept->processor));
	row_text(rows, row, 3, kept->token, sizeof(kept->token));
	kept->money.minor = row_integer(rows, row, 4);
	kept->money.currency = currency_find(row_slice(rows, row, 5));
	row_expect(kept->money.currency != NULL);
	row_expect(charge_status_find(row_slice(rows, row, 6), &kept->status));
	row_expect(decline_find(row_slice(rows, row, 7), &kept->decline));
	kept->settled_at_us = row_integer(rows, row, 8);
}

void
store_kept_reserve(struct store_call *call, const struct store_kept_ask *ask,
    struct store_kept *kept)
{
	struct integer	amount, window, after;
	const char	*params[] = {
		ask->account_id,
		ask->charge_id,
		ask->payment_method_id,
		ask->contact_id,
		ask->transaction,
		integer_print(ask->money.minor, &amount),
		ask->money.currency->code,
		ask->request_sha256,
		ask->description,
		integer_print(ask->window_ms, &window),
		integer_print(ask->resolve_after_ms, &after),
	};

	call->take = kept_take;
	call->into = kept;
	call->size = sizeof(*kept);
	call->rows_max = 1;
	store_ask(call, &kept_reserve, params);
}

/* What a processor calls its things has letters, digits and "_-.": nothing that would need quotes. */
void
store_card_text(const struct store_card *card, char text[STORE_CARD_SIZE])
{
	int	len;

	len = snprintf(text, STORE_CARD_SIZE, "(\"%s\",\"%s\",\"%s\",%s,%d,%d)", card->token,
	    card->fingerprint, card->brand, card->last4, card->expiry_month, card->expiry_year);
	assert(len > 0 && len < STORE_CARD_SIZE);
}

void
store_kept_keep(struct store_call *call, const struct store_keep_ask *ask, struct id *kept)
{
	char		card[STORE_CARD_SIZE];
	struct id	id;
	const char	*params[] = { ask->account_id, ask->charge_id, id.text, card };

	id_make("pm", &id);
	store_card_text(&ask->card, card);
	call->take = store_take_id;
	call->into = kept;
	call->size = sizeof(*kept);
	call->rows_max = 1;
	store_ask(call, &kept_keep, params);
}
