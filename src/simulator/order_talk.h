/*
 * What happens when the frame has said something, or the developer asks the provider once more.
 */
#ifndef ORDER_TALK_H
#define ORDER_TALK_H

#include "serve/serve.h"

/**
 * order_talk_message(request): POST /simulator/orders/{id}/messages. Keep the message; a success
 * that came from the frame is followed by the query, as on the platform, and the answer waits for
 * it.
 */
void	order_talk_message(struct serve_request *);

/** order_talk_verify(request): POST /simulator/orders/{id}/verify: ask the provider now. */
void	order_talk_verify(struct serve_request *);

#endif /* !ORDER_TALK_H */
