/*
 * A refund as a merchant presses it on the platform: the provider is asked, and believed.
 */
#ifndef ORDER_REFUND_H
#define ORDER_REFUND_H

#include "serve/serve.h"

/**
 * order_refund_make(request):
 * POST /simulator/orders/{id}/refunds, {"amount":20}: ask the provider to refund a part of a paid
 * order, and count it when the provider says so.  With "count":false the platform loses the answer
 * and counts nothing.  Nothing but the form of the amount is checked: limits are the provider's.
 */
void	order_refund_make(struct serve_request *);

#endif /* !ORDER_REFUND_H */
