/*
 * Errors as the platform's API words them; a provider must be able to read each of them.
 */
#ifndef PLATFORM_ERROR_H
#define PLATFORM_ERROR_H

#include "serve/serve.h"

/**
 * platform_error_answer(request, status, message):
 * {"statusCode","message","error"}; with 422 the message is a list, as the platform's validation
 * has it.
 * Source: contract.md §6.6, §10.
 */
void	platform_error_answer(struct serve_request *, int, const char *);

/** platform_error_unknown(request, message): 404 with {"status","message","name","traceId"}; §10. */
void	platform_error_unknown(struct serve_request *, const char *);

#endif /* !PLATFORM_ERROR_H */
