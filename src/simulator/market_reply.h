/*
 * What the platform's API says to a call, with its limits in headers, and with the fault that somebody
 * switched on for it.
 */
#ifndef MARKET_REPLY_H
#define MARKET_REPLY_H

#include "io/pool.h"
#include "serve/serve.h"

#define MARKET_REPLY_COLUMNS "http_status, body, fault, ms, remaining, remaining_day"

struct market_reply {
	struct serve_request	*request;
	int			 status;	/* 0: whoever asked still has to say it */
	struct buf		 body;
	void			(*ready)(struct market_reply *);
	bool			 is_limited;	/* the two below are known */
	int64_t			 remaining, remaining_day;	/* calls, this one included */
	char			 fault[16];	/* "": none */
};

/**
 * market_reply_take(reply, answer):
 * Read MARKET_REPLY_COLUMNS of ${answer} into ${reply}, whose request and ready are set, and call ready
 * when a slow platform would.  Return false if there was no such row: then the request has been refused,
 * ready is not called, and ${reply} holds nothing.
 */
bool	market_reply_take(struct market_reply *, const struct pool_answer *);

/** market_reply_send(reply): Answer, or hang up if that is its fault; release what ${reply} holds. */
void	market_reply_send(struct market_reply *);

#endif /* !MARKET_REPLY_H */
