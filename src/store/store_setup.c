/*
 * The statements about setups.  Used by the flows setup and resolve.
 */
#include "store/store_setup.h"

#include "base/integer.h"
#include "io/row.h"

#define SETUP_COLUMNS								\
	"account_id, mode, setup_id, contact_id, dialect, status, attempt, processor, decline," \
	" payment_method_id, brand, last4, expiry_month, expiry_year"

static const struct pool_statement setup_open = {
	"setup_open", "select " SETUP_COLUMNS " from kassa.setup_open($1, $2, $3, $4::kassa.dialect)",
	4, .returns = true
};

static const struct pool_statement setup_read = {
	"setup_read", "select " SETUP_COLUMNS " from kassa.setup_read($1)", 1, .reads = true, .returns = true
};

static const struct pool_statement setup_reserve = {
	"setup_reserve",
	"select (r.state).*, r.fresh from kassa.setup_reserve($1, $2, $3, $4::kassa.attempt_limits,"
	" $5::bigint) r", 5, .returns = true
};

static const struct pool_statement setup_settle = {
	"setup_settle",
	"select " SETUP_COLUMNS " from kassa.setup_settle($1, $2::int, $3::kassa.outcome,"
	" $4::kassa.decline, $5::kassa.kept_card, $6, $7::bigint)",
	7, .returns = true
};

#define LABEL(name, label) label,
static const char *const	status_labels[SETUP_STATUS_COUNT] = { SETUP_STATUSES(LABEL) };
#undef LABEL

static void
setup_take(const PGresult *rows, int row, void *into)
{
	struct store_setup	*setup = into;
	struct store_method	*method = &setup->method;

	row_text(rows, row, 0, setup->account_id, sizeof(setup->account_id));
	row_expect(mode_find(row_slice(rows, row, 1), &setup->mode));
	row_text(rows, row, 2, setup->setup_id, sizeof(setup->setup_id));
	row_text(rows, row, 3, setup->contact.text, sizeof(setup->contact.text));
	row_expect(dialect_find(row_slice(rows, row, 4), &setup->dialect));
	for (enum setup_status i = 0; i < SETUP_STATUS_COUNT; i++) {
		if (slice_is(row_slice(rows, row, 5), status_labels[i]))
			setup->status = i;
	}
	setup->attempt = (int)row_integer(rows, row, 6);
	row_text(rows, row, 7, setup->processor, sizeof(setup->processor));
	row_expect(decline_find(row_slice(rows, row, 8), &setup->decline));
	row_text(rows, row, 9, method->payment_method_id, sizeof(method->payment_method_id));
	row_text(rows, row, 10, method->brand, sizeof(method->brand));
	row_text(rows, row, 11, method->last4, sizeof(method->last4));
	method->expiry_month = (int)row_integer(rows, row, 12);
	method->expiry_year = (int)row_integer(rows, row, 13);
	setup->fresh = PQnfields(rows) > 14 && row_flag(rows, row, 14);
}

static void
setup_ask(struct store_call *call, const struct pool_statement *statement,
    const char *const *params, struct store_setup *setup)
{
	call->take = setup_take;
	call->into = setup;
	call->size = sizeof(*setup);
	call->rows_max = 1;
	store_ask(call, statement, params);
}

void
store_setup_open(struct store_call *call, const struct store_setup_ask *ask,
    struct store_setup *setup)
{
	struct id	id;
	const char	*params[] = {
		ask->account_id, id.text, ask->contact, dialect_label(ask->dialect),
	};

	id_make_secret("ss", &id);
	setup_ask(call, &setup_open, params, setup);
}

void
store_setup_read(struct store_call *call, const char *setup_id, struct store_setup *setup)
{
	const char	*params[] = { setup_id };

	setup_ask(call, &setup_read, params, setup);
}

void
store_setup_reserve(struct store_call *call, const struct store_setup_reserve_ask *ask,
    struct store_setup *setup)
{
	struct integer	after;
	const char	*params[] = {
		ask->setup_id,
		ask->processor,
		ask->client,
		ask->limits,
		integer_print(ask->resolve_after_ms, &after),
	};

	setup_ask(call, &setup_reserve, params, setup);
}

void
store_setup_settle(struct store_call *call, const struct store_setup_settle_ask *ask,
    struct store_setup *setup)
{
	char		card[STORE_CARD_SIZE];
	struct integer	attempt, minute;
	struct id	id;
	const char	*params[] = {
		ask->setup_id,
		integer_print(ask->attempt, &attempt),
		outcome_label(ask->outcome),
		decline_label(ask->decline),
		NULL,
		id.text,
		integer_print(ask->minute_ms, &minute),
	};

	id_make("pm", &id);
	if (ask->outcome == OUTCOME_SUCCEEDED) {
		store_card_text(&ask->card, card);
		params[4] = card;
	}
	setup_ask(call, &setup_settle, params, setup);
}
