/*
 * The control API of webhooks: make one, look at them, send one again, change how they are signed.
 */
#ifndef WEBHOOK_API_H
#define WEBHOOK_API_H

#include "base/json_read.h"
#include "serve/serve.h"

#define WEBHOOK_API_BODY_MAX	JSON_BYTES_MAX

/** webhook_api_create(request): POST /simulator/webhooks: any object with a type is sent as one. */
void	webhook_api_create(struct serve_request *);

/** webhook_api_list(request): GET /simulator/webhooks. */
void	webhook_api_list(struct serve_request *);

/** webhook_api_resend(request): POST /simulator/webhooks/{id}/resend. */
void	webhook_api_resend(struct serve_request *);

/** webhook_api_scheme(request): POST /simulator/webhooks/scheme. */
void	webhook_api_scheme(struct serve_request *);

#endif /* !WEBHOOK_API_H */
