/*
 * One request of the settings page, once it is known who asks.  web_settings.c opens sessions, the files
 * web_settings_<noun>.c serve what comes under one.
 */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "install/install_session.h"
#include "web/web.h"

#define WEB_VISIT_ANSWER_MAX	131072	/* bytes: lists and sums */

struct web_visit {
	struct serve_request		*request;
	struct install_visitor		 visitor;
	enum mode			 mode;		/* with a rule that names one */
};

/* What a request needs of its session. */
struct web_visit_rule {
	bool	of_company;	/* the company's own settings; else a location's */
	bool	edits;		/* an administrator alone */
	void	(*serve)(struct web_visit *);	/* ends with one of the last two below */
};

/** web_visit_ticket(visitor, left_ms, ticket): Append what a session carries in its header. */
enum fault	web_visit_ticket(const struct install_visitor *, int64_t, struct buf *);

/**
 * web_visit_enter(request, mode, rule):
 * Serve ${request} by ${rule}, when its session is one of ours, its installation still stands and it may; else
 * say 401 settings_expired or 403 settings_forbidden.  ${mode}: what the address names, for the handler.
 */
void		web_visit_enter(struct serve_request *, enum mode, const struct web_visit_rule *);

/** web_visit_mode(request, text, mode): Read the mode that an address names; on false it has been answered. */
bool		web_visit_mode(struct serve_request *, struct slice, enum mode *);

/** web_visit_json(visit, json): web_read_json(); on a fault ${visit} is given up too. */
enum fault	web_visit_json(struct web_visit *, struct json **);

/** web_visit_answer(visit, body): Answer 200 with ${body} and give up ${visit}. */
void		web_visit_answer(struct web_visit *, const struct buf *);

/** web_visit_refuse(visit, fault, detail): Say why not, and give up. */
void		web_visit_refuse(struct web_visit *, enum fault, const char *);

#endif /* !WEB_VISIT_H */
