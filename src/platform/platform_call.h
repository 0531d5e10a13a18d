/*
 * The one way out to the platform: version header, bearer, time limit, a rate budget for each location or
 * company, and what an answer means.  Used by the other files of this folder.
 */
#ifndef PLATFORM_CALL_H
#define PLATFORM_CALL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "io/fetch.h"
#include "platform/platform_verdict.h"

struct platform_ask {
	const char	*method;
	const char	*path;		/* with its query; escaped by the caller */
	const char	*token;		/* bearer; NULL for the token endpoint, which takes no version either */
	const struct buf *form;		/* body, form-encoded; or NULL */
	const struct buf *json;		/* body, JSON; or NULL */
	const char	*resource;	/* whose budget: the location's or company's id; NULL: none */
	const char	*headers[2];	/* more of them, "name: value"; NULL when there are none */
	bool		 repeats;	/* it may be sent again after no or a 5xx answer */
	long		 timeout_ms;	/* of all of it; 0: as long as any call may take */
};

struct platform_answer {
	enum platform_verdict	 verdict;
	const char		*detail;	/* a sentence for the log; static */
	const char		*trace_id;	/* "" when there is none; lent for the call */
	const char		*message;	/* the platform's words, cleaned for a log; lent for the call */
	long			 status;	/* 0 unless answered */
	const struct json_value	*root;		/* NULL when it is no JSON; lent for the call */
};

typedef void	(*platform_done)(void *, const struct platform_answer *);

/**
 * platform_call(ask, done, arg):
 * Wait until the budget of the resource allows it, send, perhaps send again, judge.  All of it within the time
 * limit: what cannot be sent early enough is PLATFORM_RETRY.  A body that is not ok is PLATFORM_BUG, nothing is sent.
 * All of ${ask} is copied; ${done} is called once, never from inside.
 */
void	platform_call(const struct platform_ask *, platform_done, void *);

#endif /* !PLATFORM_CALL_H */
