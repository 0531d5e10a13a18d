/*
 * The statements about installations that are found, listed and left.  Those about tokens are in
 * store_token.c.
 */
#include "store/store_installation.h"

#include "base/integer.h"
#include "io/row.h"
#include "store/store_array.h"

#define ARRAY_MAX	(STORE_LIST_MAX * 2 * STORE_LIST_NAME_SIZE)	/* bytes of a list as SQL reads it */

#define INSTALLATION_COLUMNS								\
	"select installation_id, kind, company_id, location_id, state, token_serial,"	\
	" access_sealed, refresh_sealed,"						\
	" (extract(epoch from access_until - now()) * 1000)::bigint, claim_spends"	\
	" from kassa.installation"

static const struct pool_statement by_id = {
	"installation_find", INSTALLATION_COLUMNS " where installation_id = $1", 1, .reads = true
};
static const struct pool_statement of_company = {
	"installation_of_company",
	INSTALLATION_COLUMNS " where kind = 'company' and company_id = $1", 1, .reads = true
};
static const struct pool_statement of_location = {
	"installation_of_location",
	INSTALLATION_COLUMNS " where kind = 'location' and location_id = $1", 1, .reads = true
};
static const struct pool_statement hosts_of = {
	"installation_hosts",
	"select company_id from kassa.installation where kind = 'company' and state = 'active'"
	" and (company_id = $1 or ($1 = '' and installs_future)) order by updated_at desc limit 20",
	1, .reads = true
};
static const struct pool_statement listed = {
	"installation_list",
	"select announced from kassa.installation_list($1, $2, $3::text[], $4::text[], $5::text[],"
	" $6::boolean, $7::bigint)", 7
};
static const struct pool_statement left = {
	"installation_left", "select location_id from kassa.installation_left($1)", 1
};

static void	installation_take(const PGresult *, int, void *);
static void	reference_take(const PGresult *, int, void *);

void
store_installation_find(struct store_call *call, const char *id,
    struct store_installation *installation)
{
	const char	*params[] = { id };

	call->take = installation_take;
	call->into = installation;
	call->size = sizeof(*installation);
	call->rows_max = 1;
	store_ask(call, &by_id, params);
}

void
store_installation_of(struct store_call *call, enum installation_kind kind, const char *reference,
    struct store_installation *installation)
{
	const char	*params[] = { reference };

	call->take = installation_take;
	call->into = installation;
	call->size = sizeof(*installation);
	call->rows_max = 1;
	store_ask(call, kind == INSTALLATION_COMPANY ? &of_company : &of_location, params);
}

void
store_installation_hosts(struct store_call *call, const char *company,
    struct reference hosts[STORE_COMPANIES_MAX])
{
	const char	*params[] = { company };

	call->take = reference_take;
	call->into = hosts;
	call->size = sizeof(hosts[0]);
	call->rows_max = STORE_COMPANIES_MAX;
	store_ask(call, &hosts_of, params);
}

void
store_installation_list(struct store_call *call, const struct store_list_ask *ask)
{
	struct buf	locations, names, fresh;
	struct integer	again;
	struct id	id;
	const char	*params[7];

	buf_init(&locations, ARRAY_MAX);
	buf_init(&names, ARRAY_MAX);
	buf_init(&fresh, ARRAY_MAX);
	for (size_t i = 0; i < ask->count; i++) {
		id_make("in", &id);
		store_array_add(&locations, ask->locations[i].text);
		store_array_add(&names, ask->names[i]);
		store_array_add(&fresh, id.text);
	}
	store_array_end(&locations);
	store_array_end(&names);
	store_array_end(&fresh);
	params[0] = ask->installation_id;
	params[1] = ask->company;
	params[2] = buf_text(&locations);
	params[3] = buf_text(&names);
	params[4] = buf_text(&fresh);
	params[5] = ask->is_last ? "true" : "false";
	params[6] = integer_print(ask->again_ms, &again);
	call->take = store_take_nothing;
	call->into = NULL;
	call->size = 0;
	call->rows_max = 1;
	store_ask(call, &listed, params);
	buf_release(&locations);
	buf_release(&names);
	buf_release(&fresh);
}

void
store_installation_left(struct store_call *call, const char *id)
{
	const char	*params[] = { id };

	call->take = store_take_nothing;
	call->into = NULL;
	call->size = 0;
	call->rows_max = 1;
	store_ask(call, &left, params);
}

static void
installation_take(const PGresult *rows, int row, void *into)
{
	struct store_installation	*one = into;

	row_text(rows, row, 0, one->installation_id, sizeof(one->installation_id));
	one->kind = slice_is(row_slice(rows, row, 1), "company") ? INSTALLATION_COMPANY :
	    INSTALLATION_LOCATION;
	row_text(rows, row, 2, one->company.text, sizeof(one->company.text));
	row_text(rows, row, 3, one->location.text, sizeof(one->location.text));
	one->state = INSTALLATION_DEAD;
	row_expect(installation_state_find(row_slice(rows, row, 4), &one->state));
	one->serial = row_integer(rows, row, 5);
	row_text(rows, row, 6, one->access_sealed, sizeof(one->access_sealed));
	row_text(rows, row, 7, one->refresh_sealed, sizeof(one->refresh_sealed));
	one->access_left_ms = row_integer(rows, row, 8);
	one->refresh_is_spent = row_flag(rows, row, 9);
}

static void
reference_take(const PGresult *rows, int row, void *into)
{
	struct reference	*reference = into;

	row_text(rows, row, 0, reference->text, sizeof(reference->text));
}
