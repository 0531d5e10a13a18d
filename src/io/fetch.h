/*
 * HTTP requests to others, on the loop: libcurl's multi interface, limits on everything,
 * no redirects, no private addresses for URLs that a tenant supplied.
 */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

#define FETCH_HEADERS_MAX	8
#define FETCH_BODY_MAX		(256 * 1024)	/* bytes of an answer */
#define FETCH_WANTED_MAX	4
#define FETCH_VALUE_SIZE	64	/* of an answer's header, with the NUL */

enum fetch_result {
	FETCH_ANSWERED,		/* an HTTP answer with a status is there */
	FETCH_NOT_SENT,		/* surely nothing arrived: no route, refused, name unknown, guard */
	FETCH_LOST		/* it may have arrived: time-out or broken connection */
};

struct fetch_request {
	const char	*method;	/* "GET", "POST" */
	const char	*url;
	const char	*headers[FETCH_HEADERS_MAX];	/* "name: value", NULL-terminated or full; no CR, LF */
	struct slice	 body;		/* copied */
	unsigned	 timeout_ms;	/* whole call; connecting gets at most a third of it */
	bool		 guarded;	/* refuse loopback, private and link-local addresses */
	const char	*wanted[FETCH_WANTED_MAX];	/* names of the answer's headers; lent for good */
};

struct fetch_answer {
	enum fetch_result	 result;
	long			 status;	/* 0 unless answered */
	struct slice		 body;		/* lent for the call */
	/* In the order of "wanted", lent for the call: the last of several; "" if absent or too long. */
	const char		*headers[FETCH_WANTED_MAX];
	const char		*detail;	/* curl's words, for the log; no URL, no header */
	int64_t			 duration_us;
};

typedef void	(*fetch_done)(void *arg, const struct fetch_answer *);

struct fetch;

/** fetch_new(), fetch_free(fetch): One a worker.  Free calls no callbacks; for tests. */
struct fetch	*fetch_new(void);
void		 fetch_free(struct fetch *);

/**
 * fetch_send(fetch, request, done, arg):
 * Everything in ${request} is copied.  ${done} is called exactly once, never from inside this call.
 */
void		 fetch_send(struct fetch *, const struct fetch_request *, fetch_done, void *);

#endif /* !FETCH_H */
