/*
 * Who asks, as an address.  Used by whoever counts by it.
 */
#ifndef WEB_CLIENT_H
#define WEB_CLIENT_H

#include "base/address.h"
#include "pay/pay.h"
#include "serve/serve.h"

/**
 * web_client_address(request, address):
 * The client's address: what X-Real-IP says, if the peer is one of KASSA_TRUSTED_PROXIES and it says an
 * address; else the peer's own.
 */
void	web_client_address(const struct serve_request *, struct address *);

/** web_client_digest(request, digest): What the books keep of the block that it is in (pay_client_digest). */
void	web_client_digest(const struct serve_request *, char[PAY_CLIENT_SIZE]);

#endif /* !WEB_CLIENT_H */
