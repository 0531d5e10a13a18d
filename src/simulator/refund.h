/*
 * A refund as a merchant presses it on the platform: the provider is asked, and believed.
 */
#ifndef REFUND_H
#define REFUND_H

#include "serve/serve.h"

/**
 * refund_make(request):
 * POST /simulator/orders/{id}/refunds, {"amount":20}: ask the provider to refund a part of a paid
 * order, and count it when the provider says so.  With "count":false the platform loses the answer
 * and counts nothing.  Nothing but the form of the amount is checked: limits are the provider's.
 */
void	refund_make(struct serve_request *);

#endif /* !REFUND_H */
