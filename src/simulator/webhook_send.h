/*
 * The webhook sender: in each worker, takes webhooks that are due, signs them, posts them to the
 * provider and keeps what it answered.  Retries as the platform documents: contract.md §7.3.
 */
#ifndef WEBHOOK_SEND_H
#define WEBHOOK_SEND_H

/** webhook_send_start(): Once in each worker; from then on it looks four times a second. */
void	webhook_send_start(void);

/** webhook_send_wake(): Something may be due now. */
void	webhook_send_wake(void);

#endif /* !WEBHOOK_SEND_H */
