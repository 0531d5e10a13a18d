/*
 * One question of the platform while its answer is on its way.  web_query.c reads and dispatches it, the
 * files web_query_<noun>.c serve it.
 */
#ifndef WEB_ASKING_H
#define WEB_ASKING_H

#include "platform/query.h"
#include "store/store_account.h"
#include "web/web.h"

struct web_asking {
	struct serve_request	*request;
	struct query		 query;		/* without its API key, which is wiped */
	struct store_key	 key;
	uint64_t		 limit_key;	/* its name for web_limit.h */
};

/* Who serves which operation; each ends with one of the two below. */
void	web_asking_verify(struct web_asking *);
void	web_asking_methods(struct web_asking *);
void	web_asking_charge(struct web_asking *);
void	web_asking_refund(struct web_asking *);
void	web_asking_unsupported(struct web_asking *);

/** web_asking_answer(asking, body): Answer 200 with ${body} and give up ${asking}; its key was right. */
void	web_asking_answer(struct web_asking *, const struct buf *);

/** web_asking_refuse(asking, fault, field): Say why it was not served, after the books were asked; give up. */
void	web_asking_refuse(struct web_asking *, enum fault, const char *);

#endif /* !WEB_ASKING_H */
