/*
 * Accounts by key.  Used by the flows that open a session, make a token, answer a query.
 */
#include "store/store_account.h"

#include "io/row.h"

#define ACCOUNT_COLUMNS								\
	"select a.account_id, a.location_id, a.mode, coalesce(t.sealed, ''),"	\
	" k.inert, i.installation_id is not null"				\
	" from kassa.api_key k"							\
	" join kassa.account a on a.account_id = k.account_id"			\
	" left join kassa.platform_token t on t.account_id = k.account_id"	\
	" left join kassa.installation i on i.kind = 'location'"		\
	" and i.location_id = a.location_id and i.state <> 'uninstalled'"

static const struct pool_statement by_publishable_key = {
	"account_by_publishable_key",
	ACCOUNT_COLUMNS
	" where k.publishable_key = $1 and k.kind = 'publishable' and k.revoked_at is null", 1, .reads = true
};

static const struct pool_statement by_api_key = {
	"account_by_api_key",
	ACCOUNT_COLUMNS
	" where k.key_hash = $1 and k.kind = 'secret' and k.revoked_at is null"
	" and k.segment is not distinct from nullif($2, '')", 2, .reads = true
};

static void
account_take(const PGresult *rows, int row, void *into)
{
	struct store_account	*account = into;

	row_text(rows, row, 0, account->account_id, sizeof(account->account_id));
	row_text(rows, row, 1, account->location.text, sizeof(account->location.text));
	account->mode = MODE_TEST;
	row_expect(mode_find(row_slice(rows, row, 2), &account->mode));
	row_text(rows, row, 3, account->platform_token, sizeof(account->platform_token));
	account->is_inert = row_flag(rows, row, 4);
	account->is_installed = row_flag(rows, row, 5);
}

static void
account_ask(struct store_call *call, const struct pool_statement *statement,
    const char *const *params, struct store_account *account)
{
	call->take = account_take;
	call->into = account;
	call->size = sizeof(*account);
	call->rows_max = 1;
	store_ask(call, statement, params);
}

void
store_account_by_publishable_key(struct store_call *call, const char *key,
    struct store_account *account)
{
	const char	*params[] = { key };

	account_ask(call, &by_publishable_key, params, account);
}

void
store_account_by_api_key(struct store_call *call, const struct store_key *key,
    struct store_account *account)
{
	const char	*params[] = { key->hash, key->segment };

	account_ask(call, &by_api_key, params, account);
}

enum fault
store_account_fault(const struct store_call *call, const struct store_account *account,
    enum fault absent)
{
	if (call->fault != FAULT_NONE)
		return call->fault;
	if (call->rows == 0)
		return absent;
	return account->is_inert ? FAULT_ACCOUNT_NOT_SET_UP : FAULT_NONE;
}
