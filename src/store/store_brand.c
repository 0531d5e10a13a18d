/*
 * The statements about brands.  Used by the flow that registers a provider and by pages.
 */
#include "store/store_brand.h"

#include <string.h>

#include "io/row.h"

#define BRAND_COLUMNS									\
	"select c.name, c.domain, c.brand_name, c.brand_description, c.brand_logo_url,"	\
	" c.brand_support from kassa.company c"

static const struct pool_statement of_company = {
	"brand_of_company", BRAND_COLUMNS " where c.company_id = $1", 1, .reads = true
};
static const struct pool_statement of_location = {
	"brand_of_location",
	BRAND_COLUMNS " join kassa.installation i on i.company_id = c.company_id"
	" where i.kind = 'location' and i.location_id = $1", 1, .reads = true
};

static void
brand_take(const PGresult *rows, int row, void *into)
{
	struct store_brand	*brand = into;

	row_text(rows, row, 0, brand->company_name, sizeof(brand->company_name));
	row_text(rows, row, 1, brand->domain, sizeof(brand->domain));
	row_text(rows, row, 2, brand->name, sizeof(brand->name));
	row_text(rows, row, 3, brand->description, sizeof(brand->description));
	row_text(rows, row, 4, brand->logo_url, sizeof(brand->logo_url));
	row_text(rows, row, 5, brand->support, sizeof(brand->support));
}

static void
brand_ask(struct store_call *call, const struct pool_statement *statement, const char *of,
    struct store_brand *brand)
{
	const char	*params[] = { of };

	memset(brand, 0, sizeof(*brand));
	call->take = brand_take;
	call->into = brand;
	call->size = sizeof(*brand);
	call->rows_max = 1;
	store_ask(call, statement, params);
}

void
store_brand_of(struct store_call *call, const char *company, struct store_brand *brand)
{
	brand_ask(call, &of_company, company, brand);
}

void
store_brand_of_location(struct store_call *call, const char *location, struct store_brand *brand)
{
	brand_ask(call, &of_location, location, brand);
}
