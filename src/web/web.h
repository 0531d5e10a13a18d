/*
 * What all endpoints share: the settings, reading a JSON body, and the list of routes.
 */
#ifndef WEB_H
#define WEB_H

#include "base/json_read.h"
#include "base/settings.h"
#include "serve/serve.h"

#define WEB_ANSWER_MAX	16384	/* bytes of a JSON answer */

/** web_start(settings): Once a worker; ${settings} is lent for good. */
void			 web_start(const struct settings *);

/** web_settings(): The settings given to web_start(). */
const struct settings	*web_settings(void);

/** web_routes(count): The route table, the only list of what Kassa answers. */
const struct serve_route *web_routes(size_t *);

/**
 * web_read_json(request, json):
 * Parse the body of a request that must be application/json and one object.  On a fault the request
 * has been answered, and the caller returns; else it frees ${json}.
 */
enum fault		 web_read_json(struct serve_request *, struct json **);

/* Handlers, one file a page or endpoint. */
void	web_home(struct serve_request *);
void	web_live(struct serve_request *);
void	web_ready(struct serve_request *);
void	web_checkout(struct serve_request *);
void	web_asset(struct serve_request *);
void	web_session_open(struct serve_request *);
void	web_session_look(struct serve_request *);
void	web_session_confirm(struct serve_request *);
void	web_sandbox_frame(struct serve_request *);
void	web_sandbox_preflight(struct serve_request *);
void	web_sandbox_token(struct serve_request *);
void	web_sandbox_challenge(struct serve_request *);
void	web_sandbox_refuse(struct serve_request *, enum fault, const char *);
void	web_query(struct serve_request *);
void	web_query_refuse(struct serve_request *, enum fault, const char *);

#endif /* !WEB_H */
