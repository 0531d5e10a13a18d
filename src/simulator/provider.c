/*
 * Reading a provider's row.  Used by the order page and by queries.
 */
#include "simulator/provider.h"

#include <string.h>

#include "io/row.h"
#include "simulator/simulator.h"

/* What was registered came from outside: a text that does not fit is as good as none. */
void
provider_take(const PGresult *rows, int row, int column, struct provider *provider)
{
	memset(provider, 0, sizeof(*provider));
	(void)slice_copy(row_slice(rows, row, column), provider->payments_url,
	    sizeof(provider->payments_url));
	(void)slice_copy(row_slice(rows, row, column + 1), provider->query_url,
	    sizeof(provider->query_url));
	(void)slice_copy(row_slice(rows, row, column + 2), provider->api_key,
	    sizeof(provider->api_key));
	(void)slice_copy(row_slice(rows, row, column + 3), provider->publishable_key,
	    sizeof(provider->publishable_key));
}

void
provider_fall_back(struct provider *provider)
{
	const struct simulator_settings	*settings = simulator_settings();

	if (provider->payments_url[0] != '\0' && provider->query_url[0] != '\0' &&
	    provider->api_key[0] != '\0' && provider->publishable_key[0] != '\0')
		return;
	/* All or nothing: keys of one provider are no business of another's address. */
	(void)slice_copy(slice_of(settings->payments_url), provider->payments_url,
	    sizeof(provider->payments_url));
	(void)slice_copy(slice_of(settings->query_url), provider->query_url,
	    sizeof(provider->query_url));
	(void)slice_copy(slice_of(settings->api_key), provider->api_key, sizeof(provider->api_key));
	(void)slice_copy(slice_of(settings->publishable_key), provider->publishable_key,
	    sizeof(provider->publishable_key));
}
