/*
 * What the files of serve/ share and nobody else sees: the request itself, and the few functions
 * between the half that knows HTTP's meaning (serve.c) and the half that knows Kore (serve_kore.c).
 */
#ifndef SERVE_INTERNAL_H
#define SERVE_INTERNAL_H

#include <netinet/in.h>

#include "base/id.h"
#include "base/integer.h"
#include "serve/serve.h"

/* What is no page of ours is none at all, should a browser take it for one. */
#define SERVE_POLICY_NONE	"default-src 'none'; frame-ancestors 'none'"
#define SERVE_HEADERS_OURS	7	/* what serve_answer() may add to SERVE_HEADERS_MAX */

struct serve_field {
	struct slice	name;
	struct slice	value;
};

struct http_request;	/* Kore's */

/*
 * One request: a block of its own on the heap, so that it outlives the client that sent it.  All
 * slices point into the block, which is wiped at the end.
 */
struct serve_request {
	struct http_request		*kore;	/* NULL when the client has left */
	const struct serve_route	*route;	/* NULL when none fits */
	struct slice			 captures[SERVE_CAPTURES_MAX];
	struct id			 id;
	struct log_entry		 note;
	int64_t				 started_us;
	bool				 is_inner;	/* came in by the inner door */
	struct integer			 retry_s;	/* the text of Retry-After */
	struct slice			 method;
	struct slice			 path;
	struct slice			 query;
	struct slice			 body;
	char				 peer[INET6_ADDRSTRLEN];
	struct serve_field		*fields;
	size_t				 field_count;
	size_t				 size;	/* of the whole block, bytes */
};

/* What goes out, whole: our own headers are in it. */
struct serve_reply {
	int				 status;
	struct slice			 body;
	const struct serve_header	*headers;
	size_t				 header_count;
};

/** serve_setup(options): The routes, the program's name; before everything else. */
void				 serve_setup(const struct serve_options *);
const struct serve_options	*serve_options(void);

/** serve_begin(request): Find the route and call its handler.  ${request} may be gone afterwards. */
void				 serve_begin(struct serve_request *);

/** serve_waiting(): Requests that have no answer yet, with or without a client; SIGTERM waits. */
unsigned			 serve_waiting(void);

/** serve_is_draining(): SIGTERM has come: each answer is the last one on its connection. */
bool				 serve_is_draining(void);

/** serve_drain_heard(): Somebody has asked for something just now; whoever drains waits a little longer. */
void				 serve_drain_heard(void);

/** serve_error_text(fault, detail, id, text): The JSON of serve_fault(). */
void				 serve_error_text(enum fault, const char *, const char *, struct buf *);

/**
 * serve_refusal(status, head, body):
 * Header lines and body of an error that was made before there was a request; both are initialised
 * here and released by the caller.  Logs "request_refused".
 */
void				 serve_refusal(int, struct buf *, struct buf *);

/** serve_route_allow(routes, count, path, text): The Allow header of ${path}: "GET, HEAD, POST". */
void				 serve_route_allow(const struct serve_route *, size_t, struct slice,
				    struct buf *);

/** serve_metric_share(): Declare what is counted of requests, make the memory for all; false: no memory. */
bool				 serve_metric_share(void);

/** serve_metric_slot(worker): In each worker, first: count from now on. */
void				 serve_metric_slot(unsigned);

/** serve_metric_request(request, status): Count ${request}, whose note is complete. */
void				 serve_metric_request(const struct serve_request *, int);

/** serve_conf_write(options): Kore's configuration as an open memory file; -1 on failure. */
int				 serve_conf_write(const struct serve_options *);

/** serve_kore_run(argc, argv): Give the process to Kore; ${argv} must be the real one. */
int				 serve_kore_run(int, char **);

/**
 * serve_kore_reply(kore, reply):
 * Send, and let Kore forget the request by the end of this turn.  False: the client has left.
 */
bool				 serve_kore_reply(struct http_request *, const struct serve_reply *);

/** serve_kore_hang_up(kore): Close its connection, and let Kore forget the request. */
void				 serve_kore_hang_up(struct http_request *);

#endif /* !SERVE_INTERNAL_H */
