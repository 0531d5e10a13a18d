/*
 * User data as the platform hands it to a settings page: who looks at it, and from which company or
 * location.  Source: contract.md §8.
 */
#ifndef USER_DATA_H
#define USER_DATA_H

#include "serve/serve.h"

/**
 * user_data_make(request):
 * POST /simulator/sso: companyId, and if it is the page of a location activeLocation; optional: userId,
 * role (admin, user), type (agency, account), userName, email.  Answers the payload of a
 * REQUEST_USER_DATA_RESPONSE.
 */
void	user_data_make(struct serve_request *);

#endif /* !USER_DATA_H */
