/*
 * The statements about providers.  Used by the flow that connects a location.
 */
#include "store/store_provider.h"

#include "io/row.h"
#include "store/store_array.h"

#define ARRAY_MAX	(2 * STORE_KEY_SEALED_SIZE + 8)	/* bytes */

static const struct pool_statement provider_prepare = {
	"provider_prepare",
	"select mode, account_id, sealed, publishable_key, segment, registered_sha256, connected_sha256"
	" from kassa.provider_prepare($1, $2, $3::text[], $4::kassa.mode[], $5, $6::text[], $7::text[],"
	" $8::text[])", 8
};
static const struct pool_statement provider_told = {
	"provider_told", "select location_id from kassa.provider_told($1, $2, $3)", 3
};

static void	connection_take(const PGresult *, int, void *);
static void	array_of(struct buf *, const char *, const char *);

void
store_provider_prepare(struct store_call *call, const struct store_prepare_ask *ask,
    struct store_connection connections[STORE_MODES])
{
	const struct store_pair	*one = &ask->pairs[0], *two = &ask->pairs[1];
	struct buf		 accounts, modes, hashes, sealed, keys;
	const char		*params[8];

	array_of(&accounts, one->account.text, two->account.text);
	array_of(&modes, mode_label(one->mode), mode_label(two->mode));
	array_of(&hashes, one->key_hash, two->key_hash);
	array_of(&sealed, one->sealed, two->sealed);
	array_of(&keys, one->publishable_key, two->publishable_key);
	params[0] = ask->location;
	params[1] = ask->segment;
	params[2] = buf_text(&accounts);
	params[3] = buf_text(&modes);
	params[4] = ask->currency;
	params[5] = buf_text(&hashes);
	params[6] = buf_text(&sealed);
	params[7] = buf_text(&keys);
	call->take = connection_take;
	call->into = connections;
	call->size = sizeof(connections[0]);
	call->rows_max = STORE_MODES;
	store_ask(call, &provider_prepare, params);
	buf_release(&accounts);
	buf_release(&modes);
	buf_release(&hashes);
	buf_release(&sealed);
	buf_release(&keys);
}

void
store_provider_told(struct store_call *call, const char *location, const char *registered_sha256,
    const char *connected_sha256)
{
	const char	*params[] = { location, registered_sha256, connected_sha256 };

	call->take = store_take_nothing;
	call->into = NULL;
	call->size = 0;
	call->rows_max = 1;
	store_ask(call, &provider_told, params);
}

static void
connection_take(const PGresult *rows, int row, void *into)
{
	struct store_connection	*one = into;

	one->mode = MODE_TEST;
	row_expect(mode_find(row_slice(rows, row, 0), &one->mode));
	row_text(rows, row, 1, one->account_id, sizeof(one->account_id));
	row_text(rows, row, 2, one->sealed, sizeof(one->sealed));
	row_text(rows, row, 3, one->publishable_key, sizeof(one->publishable_key));
	row_text(rows, row, 4, one->segment, sizeof(one->segment));
	row_text(rows, row, 5, one->registered_sha256, sizeof(one->registered_sha256));
	row_text(rows, row, 6, one->connected_sha256, sizeof(one->connected_sha256));
}

static void
array_of(struct buf *array, const char *one, const char *two)
{
	buf_init(array, ARRAY_MAX);
	store_array_add(array, one);
	store_array_add(array, two);
	store_array_end(array);
}
