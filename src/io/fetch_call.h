/*
 * One request on its way through curl: what it may do, what came back, whether it left at all.
 * Private to fetch.c and fetch_call.c: everybody else includes io/fetch.h.
 */
#ifndef FETCH_CALL_H
#define FETCH_CALL_H

#include <sys/queue.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "io/fetch.h"

struct fetch_call {
	LIST_ENTRY(fetch_call)	 link;
	struct fetch		*fetch;		/* NULL when it was freed in between */
	fetch_done		 done;
	void			*arg;
	CURL			*easy;
	struct curl_slist	*headers;
	char			*body;		/* of the request */
	size_t			 body_len;
	struct buf		 answer;
	const char		*wanted[FETCH_WANTED_MAX];
	char			 found[FETCH_WANTED_MAX][FETCH_VALUE_SIZE];
	int64_t			 start_us;
	const char		*refusal;	/* our own word, which comes before curl's */
	bool			 guarded;
	bool			 repeatable;	/* without effect, so it may leave twice */
	bool			 left;		/* for the wire: from here on it may arrive */
	bool			 headed;	/* the answer's headers are complete */
};

/** fetch_call_new(done, arg): Nothing to send yet. */
struct fetch_call	*fetch_call_new(fetch_done, void *);

/** fetch_call_build(call, request): Copy ${request} for curl.  Return NULL, or why not. */
const char		*fetch_call_build(struct fetch_call *, const struct fetch_request *);

/** fetch_call_answer(call, code): Tell what became of it; ${code} is curl's. */
void			 fetch_call_answer(struct fetch_call *, CURLcode);

/** fetch_call_free(call): Headers and bodies may hold credentials, so they are wiped. */
void			 fetch_call_free(struct fetch_call *);

#endif /* !FETCH_CALL_H */
