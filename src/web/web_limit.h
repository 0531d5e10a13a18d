/*
 * How often one may ask.  Valid keys are limited each by itself, never by where they come from: the
 * platform asks for thousands of tenants from few addresses.  Addresses pay for what needs no secret
 * (the payer's calls) and for wrong keys, so guessing is slow.  Used by the route table and by the
 * handlers that read keys.
 *
 * The rule at queryUrl, before the books are asked:
 *   1. a key that was right before needs room in its own bucket, and no more;
 *   2. any other needs that too, and room in the bucket of its address;
 *   3. a key that the books then call wrong costs its address KASSA_LIMIT_WRONG_KEY_COST, and its own
 *      bucket the same; called again it costs its address one.  So a tenant that left a stale key behind
 *      is slowed by itself, and a guess, which is a new key each time, slows its address.
 * What is refused costs nothing.
 */
#ifndef WEB_LIMIT_H
#define WEB_LIMIT_H

#include <stdint.h>

#include "base/digest.h"
#include "base/fault.h"
#include "base/settings.h"
#include "serve/serve.h"

/** web_limit_start(settings): Once a worker: forget all, choose a seed, take a worker's share of the limits. */
void		web_limit_start(const struct settings *);

/** web_limit_payer(request): For the route table: one call from the client's address. */
enum fault	web_limit_payer(struct serve_request *);

/** web_limit_publishable(request, key): One call with this publishable key. */
enum fault	web_limit_publishable(struct serve_request *, struct slice);

/**
 * web_limit_api_key(request, text, hash, name):
 * What was sent as an API key: its SHA-256 in ${hash}, what web_limit_query_answered() calls it in ${name}, and
 * whether the books may be asked about it.  FAULT_NONE; FAULT_API_KEY_INVALID for what has not the form of
 * one, which is limited too; FAULT_RATE_LIMITED after noting the rule and the Retry-After, as all of these do.
 * The caller answers.
 */
enum fault	web_limit_api_key(struct serve_request *, struct slice, char[DIGEST_HEX], uint64_t *);

/**
 * web_limit_query_answered(request, key, fault):
 * What came of it: FAULT_API_KEY_INVALID, FAULT_NONE for a key that is right; others say nothing of the key.
 */
void		web_limit_query_answered(struct serve_request *, uint64_t, enum fault);

#endif /* !WEB_LIMIT_H */
