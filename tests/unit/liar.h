/*
 * A database server that turns on the test's own loop, knows one value, and says what it is told to: the pool's
 * counterpart in tests of what no PostgreSQL would say.
 */
#ifndef LIAR_H
#define LIAR_H

#define LIAR_SCRIPTS_MAX	8

struct liar {
	unsigned	 port;
	unsigned	 logins;			/* so far */
	const char	*scripts[LIAR_SCRIPTS_MAX];	/* used up one by one, for each sync */
	unsigned	 script_count, script_used;
};

extern struct liar	liar;

/** liar_start(), liar_stop(): On a free port of loopback.  Without a script it tells the truth. */
void	liar_start(void);
void	liar_stop(void);

/**
 * liar_says(script):
 * What the next sync is answered with, messages separated by blanks.  Each is the letter of its type in the
 * protocol, as PostgreSQL would send it, perhaps with the name of a variant behind it: the table in liar.c has
 * them.  "1 2 T D C Z" is the truth about a statement that was not prepared yet.  "!" ends the connection.
 */
void	liar_says(const char *);

/** liar_login(script): What is said behind the login. */
void	liar_login(const char *);

#endif /* !LIAR_H */
