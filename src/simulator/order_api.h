/*
 * The simulator's JSON API, for its own pages and for tests: create, list and show orders; take
 * messages of the frame; ask the provider again.
 */
#ifndef ORDER_API_H
#define ORDER_API_H

#include "serve/serve.h"
#include "simulator/order.h"

/** order_api_create(request): POST /simulator/orders. */
void	order_api_create(struct serve_request *);

/** order_api_list(request): GET /simulator/orders. */
void	order_api_list(struct serve_request *);

/** order_api_show(request): GET /simulator/orders/{id}. */
void	order_api_show(struct serve_request *);

/** order_api_put_url(order, write): The member "url": where people find ${order}. */
void	order_api_put_url(const struct order *, struct json_write *);

#endif /* !ORDER_API_H */
