/*
 * A small HTTP server that turns on the test's own loop and misbehaves as it is told.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stddef.h>

#define LISTENER_REQUEST_SIZE	8192
#define LISTENER_FIRST_MAX	8

enum listener_manner {
	ANSWER_AND_KEEP,	/* send the reply, wait for the next request */
	ANSWER_AND_CLOSE,
	ANSWER_ONCE,		/* on a connection; its second request finds it closed */
	STAY_SILENT
};

struct listener {
	enum listener_manner	 manner;
	const char		*reply;
	size_t			 reply_len;
	const char		*first[LISTENER_FIRST_MAX];	/* see listener_first() */
	size_t			 first_count, first_used;
	unsigned		 port;
	size_t			 peer_count;	/* connections so far */
	unsigned		 request_count;
	char			 last_request[LISTENER_REQUEST_SIZE];
};

extern struct listener	listener;

/** listener_start(), listener_stop(): On a free port of loopback. */
void	listener_start(void);
void	listener_stop(void);

/** listener_reply(manner, text): How to behave from now on. */
void	listener_reply(enum listener_manner, const char *);

/** listener_first(text): To one request, before the reply above, in the order of calls; NULL: only close. */
void	listener_first(const char *);

/** listener_bind(backlog, port): A socket on a free port; it refuses if ${backlog} is negative. */
int	listener_bind(int, unsigned *);

#endif /* !LISTENER_H */
