/*
 * The client's address, through a proxy that is trusted or without one.
 */
#include "web/web_client.h"

#include <string.h>

#include "web/web.h"

static bool	peer_is_trusted(const struct address *);

void
web_client_address(const struct serve_request *request, struct address *address)
{
	struct address	said;

	if (!address_read(serve_peer(request), address))
		memset(address, 0, sizeof(*address));	/* a peer without one, and those share it */
	if (peer_is_trusted(address) && address_read(serve_header(request, "x-real-ip"), &said))
		*address = said;
}

void
web_client_digest(const struct serve_request *request, char digest[PAY_CLIENT_SIZE])
{
	struct address	address;

	web_client_address(request, &address);
	address_block(&address);
	pay_client_digest((struct slice){ (const char *)address.bytes, sizeof(address.bytes) }, digest);
}

static bool
peer_is_trusted(const struct address *peer)
{
	const struct settings	*settings = web_settings();

	for (size_t i = 0; i < settings->proxy_count; i++) {
		if (address_range_holds(&settings->proxies[i], peer))
			return true;
	}
	return false;
}
