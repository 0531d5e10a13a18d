/*
 * The question which cards the provider keeps for a contact.
 */
#ifndef CONTACT_METHODS_H
#define CONTACT_METHODS_H

#include "serve/serve.h"

/**
 * contact_methods_ask(request):
 * POST /simulator/contacts/{id}/payment-methods, {"dialect":"live"}: ask now.  Answers
 * {"httpStatus","answer","methods","reason"}: what came, and what the platform reads in it.
 */
void	contact_methods_ask(struct serve_request *);

#endif /* !CONTACT_METHODS_H */
