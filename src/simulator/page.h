/*
 * The simulator's pages and what they load.
 */
#ifndef PAGE_H
#define PAGE_H

#include "serve/serve.h"

/** page_list(request): GET /: the orders, and a form for another one. */
void	page_list(struct serve_request *);

/** page_order(request): GET /orders/{id}: an order with the provider's checkout in a frame. */
void	page_order(struct serve_request *);

/** page_contact(request): GET /contacts/{id}: a contact, whose cards are saved and charged. */
void	page_contact(struct serve_request *);

/** page_install(request): GET /install: companies and locations, and the app's state in each. */
void	page_install(struct serve_request *);

/** page_choose(request): GET /v2/oauth/chooselocation: where an app is installed. */
void	page_choose(struct serve_request *);

/** page_settings(request): GET /locations/{id}/settings, /companies/{id}/settings: the provider's page. */
void	page_settings(struct serve_request *);

/** page_webhooks(request): GET /webhooks: webhooks, and what was answered to each try. */
void	page_webhooks(struct serve_request *);

/** page_faults(request): GET /faults: what goes wrong on purpose, and the calls that came. */
void	page_faults(struct serve_request *);

/** page_app(request): GET /simulator/app: what the pages have to know of the app that is tried. */
void	page_app(struct serve_request *);

/** page_asset(request): GET /assets/{name}. */
void	page_asset(struct serve_request *);

#endif /* !PAGE_H */
