/*
 * External billing: what the provider tells the platform about payments for the app, and what it has
 * told so far.  Source: contract.md §9.
 */
#ifndef BILLING_H
#define BILLING_H

#include "serve/serve.h"

/** billing_take(request): POST /oauth/billing/webhook, with the app's credentials in headers. */
void	billing_take(struct serve_request *);

/** billing_list(request): GET /simulator/billing. */
void	billing_list(struct serve_request *);

/** billing_refuse(request, fault, detail): Faults of the router, as the platform words them. */
void	billing_refuse(struct serve_request *, enum fault, const char *);

#endif /* !BILLING_H */
