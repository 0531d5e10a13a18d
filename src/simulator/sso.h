/*
 * User data as the platform hands it to a settings page: who looks at it, and from which company or
 * location.  Source: contract.md §8.
 */
#ifndef SSO_H
#define SSO_H

#include "serve/serve.h"

/**
 * sso_make(request):
 * POST /simulator/sso: companyId, and if it is the page of a location activeLocation; optional: userId,
 * role (admin, user), type (agency, account), userName, email.  Answers the payload of a
 * REQUEST_USER_DATA_RESPONSE.
 */
void	sso_make(struct serve_request *);

#endif /* !SSO_H */
