/*
 * The marketplace's side of the platform: tokens, installed locations, custom providers; and the control API
 * by which a developer makes companies, installs the app and switches faults on.  The rules are in
 * sql/simulator (0004, 0007 to 0009); here are forms and headers.
 */
#ifndef MARKET_H
#define MARKET_H

#include "io/pool.h"
#include "serve/serve.h"

#define MARKET_BODY_MAX	32768	/* bytes of a request */

/** market_start(pool): The worker's pool; called once before anything else here. */
void	market_start(struct pool *);

/** market_pool(): As started. */
struct pool	*market_pool(void);

/** market_pairs_put(text, names, into): Those of ${names} that are in the form or query ${text}, as a JSON object. */
void		 market_pairs_put(struct slice, const char *const *, struct buf *);

/** market_bearer(request): The token in "Authorization: Bearer …", lent; empty if there is none. */
struct slice	 market_bearer(struct serve_request *);

/** market_call(request): One call of the platform's API, at whichever of its addresses. */
void	market_call(struct serve_request *);

/** market_refuse(request, fault, detail): Faults of the router, as the platform words them. */
void	market_refuse(struct serve_request *, enum fault, const char *);

/** market_control(request), market_control_one(request): /simulator/… of this file; the second with an id. */
void	market_control(struct serve_request *);
void	market_control_one(struct serve_request *);

#endif /* !MARKET_H */
