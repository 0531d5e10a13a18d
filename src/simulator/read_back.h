/*
 * The platform's API as far as a provider reads amounts back: one transaction, one order, by id.
 */
#ifndef READ_BACK_H
#define READ_BACK_H

#include "serve/serve.h"

/**
 * read_back_transaction(request): GET /payments/transactions/{id}?altId=…&altType=location.
 * read_back_order(request): GET /payments/orders/{id}?altId=…&altType=location.
 * Needs a Version header and "Authorization: Bearer" with a token of the location that has the scope, or with
 * the settings' own for theirs.
 * Source: the platform's API document (payments.json); contract.md §4.1, §6.6 and §10 for errors.
 */
void	read_back_transaction(struct serve_request *);
void	read_back_order(struct serve_request *);

/** read_back_refuse(request, fault, detail): The router's faults in the platform's shape. */
void	read_back_refuse(struct serve_request *, enum fault, const char *);

#endif /* !READ_BACK_H */
