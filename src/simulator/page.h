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

/** page_asset(request): GET /assets/{name}. */
void	page_asset(struct serve_request *);

#endif /* !PAGE_H */
