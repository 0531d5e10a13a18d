/*
 * Requests and answers: a route table, one request object, one answer.  Kore is behind it and is seen
 * by nobody else (serve_kore.c).  web/ and simulator/ are its users.
 */
#ifndef SERVE_H
#define SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/slice.h"

#define SERVE_CAPTURES_MAX	4
#define SERVE_HEADERS_MAX	12

/* Who may: each route says it, there is no default.  The handler proves it before it does anything. */
enum serve_access {
	SERVE_ANYONE,
	SERVE_PUBLISHABLE_KEY,	/* names a tenant, no secret */
	SERVE_SESSION,		/* holds the id of a checkout session */
	SERVE_VISITOR,		/* holds a session of the settings page, in a header */
	SERVE_API_KEY,		/* the platform, by the secret in the body */
	SERVE_SIGNED,		/* the platform, by its signature over the body */
	SERVE_OPERATOR		/* bearer token of the operator */
};

struct serve_request;

struct serve_route {
	const char		*method;	/* "GET", "POST", "OPTIONS"; GET answers HEAD too */
	const char		*pattern;	/* "/checkout/sessions/{id}/confirm": {} takes one segment */
	enum serve_access	 access;
	size_t			 body_max;	/* bytes; 0: no body is taken */
	void			(*handle)(struct serve_request *);
	void			(*refuse)(struct serve_request *, enum fault, const char *detail);
						/* NULL: serve_fault(); says router faults in its own shape */
	enum fault		(*limit)(struct serve_request *);
						/* NULL: no limit; asked first, a fault goes to refuse() */
};

struct serve_header {
	const char	*name;		/* lower case, ours */
	const char	*value;		/* ours; CR and LF are a bug (assert) */
};

struct serve_answer {
	int				 status;
	const char			*type;		/* content type; NULL without a body */
	struct slice			 body;		/* copied */
	const struct serve_header	*headers;	/* up to SERVE_HEADERS_MAX */
	size_t				 header_count;
};

/* Where requests come in, and what for. */
struct serve_door {
	const char			*address;	/* "127.0.0.1" */
	long				 port;
	const struct serve_route	*routes;
	size_t				 route_count;
};

struct serve_options {
	const char			*program;	/* for the server: header, process titles, the log */
	struct serve_door		 door;		/* for everybody */
	struct serve_door		 inner;		/* for the operator's own programs; port 0: there is none */
	long				 workers;
	long				 drain_ms;	/* how long SIGTERM waits for answers */
	const char			*user;		/* to become when started as root */
	void				(*worker_start)(void);	/* in each worker, before requests */
	/* What else a worker does, or NULL: at SIGTERM begin nothing new; what runs; give it back, time is over. */
	void				(*worker_stop)(void);
	unsigned			(*worker_busy)(void);
	void				(*worker_leave)(void);
};

/**
 * serve_run(options, argc, argv):
 * Listen and serve until SIGTERM or SIGINT; returns the exit status.  The process re-executes itself
 * once, since Kore writes over argv and the environment for its process titles; settings are then read
 * a second time, from the same environment.  Behind that, root becomes options->user.
 */
int			 serve_run(const struct serve_options *, int, char **);

/* Reading a request; what is returned is lent until the answer. */
const char		*serve_request_id(const struct serve_request *);
struct slice		 serve_method(const struct serve_request *);
struct slice		 serve_path(const struct serve_request *);
struct slice		 serve_body(const struct serve_request *);
struct slice		 serve_query(const struct serve_request *);	/* behind '?', undecoded; may be empty */
struct slice		 serve_header(const struct serve_request *, const char *);	/* empty when absent */
struct slice		 serve_capture(const struct serve_request *, size_t);	/* n-th {} of the pattern */
struct slice		 serve_peer(const struct serve_request *);	/* the client's address, as text */

/** serve_note(request): The log line that will be written with the answer; fill what is known. */
struct log_entry	*serve_note(struct serve_request *);

/** serve_retry_after(request, seconds): When to ask again, should the answer be 503 or 429; 1 if unsaid. */
void			 serve_retry_after(struct serve_request *, int64_t);

/**
 * serve_answer(request, answer):
 * Answer and give up ${request}.  If the client has left, the answer is dropped and logged as such.
 * Adds X-Request-Id, Cache-Control: no-store unless given, the security headers that fit all, and
 * Retry-After to 503 and 429.
 */
void			 serve_answer(struct serve_request *, const struct serve_answer *);

/** serve_json(request, status, body): Answer application/json. */
void			 serve_json(struct serve_request *, int, const struct buf *);

/**
 * serve_fault(request, fault, detail):
 * Answer {"error":{"code","message","detail","requestId"}} with the fault's status.  ${detail} is a
 * sentence for the caller, or NULL.
 */
void			 serve_fault(struct serve_request *, enum fault, const char *);

/** serve_fault_with(request, fault, detail, header): The same with one header more, like Allow. */
void			 serve_fault_with(struct serve_request *, enum fault, const char *,
			    const struct serve_header *);

/**
 * serve_hang_up(request):
 * Close the connection without an answer, and give up ${request}: for the simulator, whose faults are real
 * ones.
 */
void			 serve_hang_up(struct serve_request *);

/** serve_route_find(routes, count, …): The router's rule, alone, for tests; see serve_route.c. */
struct serve_match {
	const struct serve_route	*route;		/* NULL: none */
	bool				 path_known;	/* some route has the path with another method */
	struct slice			 captures[SERVE_CAPTURES_MAX];
};
void			 serve_route_find(const struct serve_route *, size_t, struct slice method,
			    struct slice path, struct serve_match *);

#endif /* !SERVE_H */
