/*
 * A charge to a card that the provider keeps, as the platform asks for it without a checkout.
 */
#ifndef CONTACT_CHARGE_H
#define CONTACT_CHARGE_H

#include "serve/serve.h"

/**
 * contact_charge_make(request):
 * POST /simulator/contacts/{id}/charges, {"paymentMethodId","amount","currency","dialect",
 * "description"}: make an order of the contact and ask the provider to charge it to the card.
 * With "orderId" alone the query of that order is sent once more, as a platform would that has
 * lost the answer.  The order is answered as it is then.
 */
void	contact_charge_make(struct serve_request *);

#endif /* !CONTACT_CHARGE_H */
