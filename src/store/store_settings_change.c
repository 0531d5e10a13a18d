/*
 * The statements of the settings page that change something.  Used by the flows change and check, and for
 * every query that was answered.
 */
#include "store/store_settings.h"

static const struct pool_statement settings_rotate = {
	"settings_rotate",
	"select account_id from kassa.settings_rotate($1, $2::kassa.mode, $3, $4, $5)", 5
};

static const struct pool_statement settings_revoke = {
	"settings_revoke", "select revoked from kassa.settings_revoke($1, $2::kassa.mode, $3)", 3
};

static const struct pool_statement settings_processor_put = {
	"settings_processor_put",
	"select account_id from kassa.settings_processor_put($1, $2::kassa.mode, $3, $4)", 4
};

static const struct pool_statement settings_brand_put = {
	"settings_brand_put", "select changed from kassa.settings_brand_put($1, $2, $3, $4, $5)", 5
};

static const struct pool_statement settings_repair = {
	"settings_repair", "select location_id from kassa.settings_repair($1, $2::boolean)", 2
};

static const struct pool_statement key_asked = {
	"key_asked", "select account_id from kassa.key_asked($1)", 1
};

static void
nothing_take(const PGresult *rows, int row, void *into)
{
	(void)rows;
	(void)row;
	(void)into;
}

/* What comes back says only that it was done. */
static void
change_ask(struct store_call *call, const struct pool_statement *statement,
    const char *const *params)
{
	call->take = nothing_take;
	call->into = NULL;
	call->size = 0;
	call->rows_max = 1;
	store_ask(call, statement, params);
}

void
store_settings_rotate(struct store_call *call, const struct store_rotate_ask *ask)
{
	const char	*params[] = {
		ask->location, mode_label(ask->mode), ask->key_hash, ask->sealed, ask->publishable_key,
	};

	change_ask(call, &settings_rotate, params);
}

void
store_settings_revoke(struct store_call *call, const struct store_rotate_ask *ask)
{
	const char	*params[] = { ask->location, mode_label(ask->mode), ask->key_hash };

	change_ask(call, &settings_revoke, params);
}

void
store_settings_processor_put(struct store_call *call, const struct store_processor_ask *ask)
{
	const char	*params[] = {
		ask->location, mode_label(ask->mode), ask->processor, ask->sealed,
	};

	change_ask(call, &settings_processor_put, params);
}

void
store_settings_brand_put(struct store_call *call, const struct store_brand_ask *ask)
{
	const char	*params[] = {
		ask->company, ask->name, ask->description, ask->logo_url, ask->support,
	};

	change_ask(call, &settings_brand_put, params);
}

void
store_settings_repair(struct store_call *call, const char *location, bool is_registered)
{
	const char	*params[] = { location, is_registered ? "true" : "false" };

	change_ask(call, &settings_repair, params);
}

void
store_key_asked(struct store_call *call, const char *key_hash)
{
	const char	*params[] = { key_hash };

	change_ask(call, &key_asked, params);
}
