/*
 * How the pool reaches its servers: the operator's conninfo, and the limits that it does not name.
 * Private to the pool's files.
 */
#ifndef POOL_CONNINFO_H
#define POOL_CONNINFO_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#define POOL_KEYWORDS_MAX	64	/* libpq 15 knows 41 */

struct pool_conninfo {
	PQconninfoOption	*parsed;	/* owned */
	const char		*keywords[POOL_KEYWORDS_MAX + 1];
	const char		*values[POOL_KEYWORDS_MAX + 1];
	char			 server_options[512];
	char			 user_timeout_ms[16];
	int64_t			 connect_us;	/* for one attempt over all hosts */
	unsigned		 order;		/* changes when the hosts' order does */
	bool			 writes;	/* only a server that can be written to is wanted */
};

/**
 * pool_conninfo_init(conninfo, text, statement_ms):
 * Read ${text} and add what it leaves open: statement_timeout, TCP time limits, encoding.
 * Return false if libpq cannot read it; its message is not repeated since it may quote a password.
 */
bool	 pool_conninfo_init(struct pool_conninfo *, const char *, unsigned);

/** pool_conninfo_release(conninfo): Free what init made. */
void	 pool_conninfo_release(struct pool_conninfo *);

/** pool_conninfo_connect(conninfo): PQconnectStart() with it. */
PGconn	*pool_conninfo_connect(const struct pool_conninfo *);

/**
 * pool_conninfo_turn(conninfo, order):
 * The attempt that began in ${order} ran out of time: let the next one begin with the next host.
 * libpq goes on by itself when a host refuses, but waits for ever for one that is silent.
 */
void	 pool_conninfo_turn(struct pool_conninfo *, unsigned);

#endif /* !POOL_CONNINFO_H */
