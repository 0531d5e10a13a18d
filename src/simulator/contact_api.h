/*
 * The simulator's JSON API about contacts, as far as one statement answers it.
 */
#ifndef CONTACT_API_H
#define CONTACT_API_H

#include "serve/serve.h"

/** contact_api_show(request): GET /simulator/contacts/{id}. */
void	contact_api_show(struct serve_request *);

/**
 * contact_api_message(request):
 * POST /simulator/contacts/{id}/messages: keep a message of the frame in which a card is saved.
 * Nothing follows a success: the platform asks for the list when somebody wants to see it.
 */
void	contact_api_message(struct serve_request *);

#endif /* !CONTACT_API_H */
