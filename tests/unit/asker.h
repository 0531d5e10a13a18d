/*
 * Who asks the pool in its tests: a pool on the test's own cluster, and replies written down.
 */
#ifndef ASKER_H
#define ASKER_H

#include "cmocka_all.h"

#include <stdbool.h>
#include <stdint.h>

#include "io/pool.h"

#define ASKER_LONG_MS	5000
#define ASKER_SHORT_MS	300
#define ASKER_MANY	500

struct reply {
	unsigned	calls;
	unsigned	place;		/* first, second, ... of all replies of this pool */
	enum fault	fault;
	bool		sent;
	char		sqlstate[6];
	char		value[64];	/* first column of the first row */
	int64_t		at_us;
};

extern const struct pool_statement	asker_echo, asker_divide, asker_nap, asker_backend;

extern struct pool	*asker_pool;
extern struct reply	 asker_replies[ASKER_MANY];

/** asker_ask(statement, value, reply): pool_ask() with one parameter. */
enum fault	 asker_ask(const struct pool_statement *, const char *, struct reply *);

/** asker_take(reply, answer): The pool_done of it; for tests that call pool_ask() themselves. */
void		 asker_take(void *, const struct pool_answer *);

/** asker_reply(statement, value): Ask and wait. */
const struct reply	*asker_reply(const struct pool_statement *, const char *);

/* Waiting conditions. */
bool	asker_all_answered(void);
bool	asker_one_ready(void);
bool	asker_two_ready(void);
bool	asker_none_ready(void);

/* What a reply should be. */
void	assert_answered(const struct reply *, const char *);
void	assert_unavailable(const struct reply *, bool);

/** asker_open(hosts, options): A pool on ${hosts}; asker_open_here(): on the cluster, and ready. */
void	asker_open(const char *, const struct pool_options *);
void	asker_open_here(unsigned, unsigned);

/* Of cmocka: after each test, before and after all. */
int	asker_close(void **);
int	asker_group_start(void **);
int	asker_group_stop(void **);

#endif /* !ASKER_H */
