/*
 * GET /metrics, by the inner door: what the workers counted, and how the books stand.
 */
#ifndef WEB_METRIC_H
#define WEB_METRIC_H

#include "platform/webhook_signature.h"
#include "serve/serve.h"

/** web_metric_declare(): Before metric_share(). */
void	web_metric_declare(void);

/** web_metric_webhook(scheme): One webhook came, and was signed like this. */
void	web_metric_webhook(enum webhook_scheme);

/** web_metrics(request): Answer in Prometheus' text format; also while the database is away. */
void	web_metrics(struct serve_request *);

#endif /* !WEB_METRIC_H */
