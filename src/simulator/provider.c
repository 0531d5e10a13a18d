/*
 * Reading a provider's row.  Used by the order page and by queries.
 */
#include "simulator/provider.h"

#include <string.h>

#include "io/row.h"

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
