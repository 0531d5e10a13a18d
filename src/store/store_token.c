/*
 * The statements about an installation's tokens.  Used by the flows callback and token.
 */
#include "store/store_installation.h"

#include "base/integer.h"
#include "io/row.h"
#include "store/store_array.h"

#define APPROVED_BYTES	(INSTALLATION_APPROVED_MAX * (REFERENCE_SIZE + 3))	/* nothing in them is escaped */

static const struct pool_statement token_grant = {
	"token_grant",
	"select installation_id from kassa.token_grant($1, $2::kassa.installation_kind, nullif($3, ''),"
	" nullif($4, ''), $5, $6, $7, $8, $9::boolean, $10, nullif($11, ''), $12::bigint, $13::bigint,"
	" $14::text[])",
	14
};
static const struct pool_statement token_claim = {
	"token_claim",
	"select verdict from kassa.token_claim($1, $2::int, $3, $4::boolean, $5::bigint)", 5
};
static const struct pool_statement token_renew = {
	"token_renew",
	"select kept from kassa.token_renew($1, $2, $3, nullif($4, ''), $5::bigint, $6::bigint)", 6
};
static const struct pool_statement token_give_up = {
	"token_give_up",
	"select state from kassa.token_give_up($1, $2, $3::boolean, $4::kassa.installation_state, $5)", 5
};

static void	claim_take(const PGresult *, int, void *);

void
store_token_grant(struct store_call *call, const struct store_grant_ask *ask, struct id *granted)
{
	struct integer	lives, ahead;
	struct id	id;
	struct buf	approved;
	const char	*params[] = {
		id.text,
		installation_kind_label(ask->kind),
		ask->company,
		ask->location,
		ask->user,
		ask->version,
		ask->plan,
		ask->scope,
		ask->installs_future ? "true" : "false",
		ask->access_sealed,
		ask->refresh_sealed,
		integer_print(ask->lives_ms, &lives),
		integer_print(ask->ahead_ms, &ahead),
		NULL,
	};

	id_make("in", &id);
	buf_init(&approved, APPROVED_BYTES);
	for (size_t i = 0; i < ask->approved_count; i++)
		store_array_add(&approved, ask->approved[i].text);
	store_array_end(&approved);
	params[13] = buf_text(&approved);
	call->take = store_take_id;
	call->into = granted;
	call->size = sizeof(*granted);
	call->rows_max = 1;
	store_ask(call, &token_grant, params);
	buf_release(&approved);
}

void
store_token_claim(struct store_call *call, const struct store_claim_ask *ask,
    enum store_claim *verdict)
{
	struct integer	serial, lease;
	const char	*params[] = {
		ask->installation_id,
		integer_print(ask->serial, &serial),
		ask->claim,
		ask->spends ? "true" : "false",
		integer_print(ask->lease_ms, &lease),
	};

	*verdict = STORE_CLAIM_GONE;
	call->take = claim_take;
	call->into = verdict;
	call->size = sizeof(*verdict);
	call->rows_max = 1;
	store_ask(call, &token_claim, params);
}

void
store_token_renew(struct store_call *call, const struct store_renew_ask *ask, bool *kept)
{
	struct integer	lives, ahead;
	const char	*params[] = {
		ask->installation_id,
		ask->claim,
		ask->access_sealed,
		ask->refresh_sealed,
		integer_print(ask->lives_ms, &lives),
		integer_print(ask->ahead_ms, &ahead),
	};

	*kept = false;
	call->take = store_take_flag;
	call->into = kept;
	call->size = sizeof(*kept);
	call->rows_max = 1;
	store_ask(call, &token_renew, params);
}

void
store_token_give_up(struct store_call *call, const struct store_give_up_ask *ask)
{
	const char	*params[] = {
		ask->installation_id,
		ask->claim,
		ask->is_unspent ? "true" : "false",
		ask->state,
		ask->reason,
	};

	call->take = store_take_nothing;
	call->into = NULL;
	call->size = 0;
	call->rows_max = 1;
	store_ask(call, &token_give_up, params);
}

static void
claim_take(const PGresult *rows, int row, void *into)
{
	static const char *const	verdicts[] = { "claimed", "newer", "busy", "spent", "gone" };
	enum store_claim		*verdict = into;
	bool				 known = false;

	for (enum store_claim i = STORE_CLAIM_MINE; i <= STORE_CLAIM_GONE; i++) {
		if (slice_is(row_slice(rows, row, 0), verdicts[i])) {
			*verdict = i;
			known = true;
		}
	}
	row_expect(known);
}
