/*
 * The statements of the settings page that look.  Used by the flows session, state and check; those that
 * change something are in store_settings_change.c.
 */
#include "store/store_settings.h"

#include <string.h>

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement settings_open = {
	"settings_open", "select verdict, left_ms from kassa.settings_open($1, $2, nullif($3, ''), $4::bigint)", 4
};

static const struct pool_statement settings_look = {
	"settings_look", "select kassa.settings_stands($1, $2, nullif($3, ''), $4, $5::bigint)", 5, .reads = true
};

/* What both modes share stands in both rows; a location that was never connected has no accounts. */
static const struct pool_statement settings_modes = {
	"settings_modes",
	"select m.mode, i.name, i.state, i.reason, p.segment, p.registered_sha256 is not null,"
	" p.connected_sha256, a.account_id, s.processor, k.key_hash, k.sealed, k.publishable_key,"
	" (extract(epoch from k.created_at) * 1000000)::bigint,"
	" (select (extract(epoch from max(o.created_at)) * 1000000)::bigint from kassa.api_key o"
	"  where o.account_id = a.account_id and o.kind = 'secret' and o.revoked_at is null"
	"  and o.key_hash <> k.key_hash),"
	" (select (extract(epoch from max(o.asked_at)) * 1000000)::bigint from kassa.api_key o"
	"  where o.account_id = a.account_id and o.kind = 'secret' and o.revoked_at is null),"
	" i.installation_id"
	" from kassa.installation i"
	" cross join unnest(enum_range(null::kassa.mode)) as m (mode)"
	" left join kassa.account a on a.location_id = i.location_id and a.mode = m.mode"
	" left join kassa.provider p on p.location_id = i.location_id and p.removed_at is null"
	" left join kassa.processor_setup s on s.account_id = a.account_id"
	" left join kassa.account_key_sealed k on k.account_id = a.account_id"
	" where i.kind = 'location' and i.location_id = $1"
	" order by m.mode", 1, .reads = true
};

static void
opened_take(const PGresult *rows, int row, void *into)
{
	struct store_settings_opened	*opened = into;

	row_text(rows, row, 0, opened->verdict, sizeof(opened->verdict));
	opened->left_ms = row_integer(rows, row, 1);
}

void
store_settings_open(struct store_call *call, const struct store_settings_ask *ask,
    struct store_settings_opened *opened)
{
	struct integer	lives;
	const char	*params[] = {
		ask->digest, ask->company, ask->location, integer_print(ask->lives_ms, &lives),
	};

	memset(opened, 0, sizeof(*opened));
	call->take = opened_take;
	call->into = opened;
	call->size = sizeof(*opened);
	call->rows_max = 1;
	store_ask(call, &settings_open, params);
}

static void
stands_take(const PGresult *rows, int row, void *into)
{
	bool	*stands = into;

	*stands = row_flag(rows, row, 0);
}

void
store_settings_look(struct store_call *call, const struct store_settings_ask *ask, bool *stands)
{
	struct integer	lives;
	const char	*params[] = {
		ask->digest, ask->company, ask->location, ask->user, integer_print(ask->lives_ms, &lives),
	};

	*stands = false;
	call->take = stands_take;
	call->into = stands;
	call->size = sizeof(*stands);
	call->rows_max = 1;
	store_ask(call, &settings_look, params);
}

static void
mode_take(const PGresult *rows, int row, void *into)
{
	struct store_settings_mode	*mode = into;

	row_expect(mode_find(row_slice(rows, row, 0), &mode->mode));
	row_text(rows, row, 1, mode->name, sizeof(mode->name));
	row_expect(installation_state_find(row_slice(rows, row, 2), &mode->state));
	row_text(rows, row, 3, mode->reason, sizeof(mode->reason));
	row_text(rows, row, 4, mode->segment, sizeof(mode->segment));
	mode->is_registered = row_flag(rows, row, 5);
	row_text(rows, row, 6, mode->connected_sha256, sizeof(mode->connected_sha256));
	row_text(rows, row, 7, mode->account_id, sizeof(mode->account_id));
	row_text(rows, row, 8, mode->processor, sizeof(mode->processor));
	row_text(rows, row, 9, mode->key_hash, sizeof(mode->key_hash));
	row_text(rows, row, 10, mode->sealed, sizeof(mode->sealed));
	row_text(rows, row, 11, mode->publishable_key, sizeof(mode->publishable_key));
	mode->made_at_us = row_integer(rows, row, 12);
	mode->previous_at_us = row_integer(rows, row, 13);
	mode->asked_at_us = row_integer(rows, row, 14);
	row_text(rows, row, 15, mode->installation_id, sizeof(mode->installation_id));
}

void
store_settings_modes(struct store_call *call, const char *location,
    struct store_settings_mode modes[STORE_MODES])
{
	const char	*params[] = { location };

	memset(modes, 0, STORE_MODES * sizeof(modes[0]));
	call->take = mode_take;
	call->into = modes;
	call->size = sizeof(modes[0]);
	call->rows_max = STORE_MODES;
	store_ask(call, &settings_modes, params);
}
