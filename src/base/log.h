/*
 * The log: one JSON object a line on standard output, fields from the struct below and no others.
 * Never a body, a key, a token, a card number, a URL with an id in it: there is no field for them.
 */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_ALERT		/* an operator has to look */
};

/* All fields but level and event are optional; absent ones are not printed. */
struct log_entry {
	enum log_level	 level;
	const char	*event;		/* ours, lower case: "request", "charge_settled" */
	const char	*request_id;
	const char	*method;
	const char	*route;		/* the pattern of the route table, never the path */
	int		 status;	/* HTTP */
	int64_t		 duration_us;	/* printed when > 0 */
	const char	*account_id;
	const char	*session_id;	/* a checkout session: 8 of its characters are logged */
	const char	*transaction_id;
	const char	*charge_id;
	const char	*refund_id;
	const char	*subject;	/* what a job is about: an id of ours */
	const char	*operation;	/* the query's type, from our own list */
	const char	*dialect;
	const char	*outcome;
	const char	*decline;
	const char	*rule;		/* which rule decided */
	const char	*fault;		/* stable code */
	const char	*sqlstate;
	const char	*detail;	/* a sentence of ours, or an error message */
	int64_t		 count;		/* printed when > 0 */
};

/** log_start(program, least): Name the program and the least level that is written. */
void	log_start(const char *, enum log_level);

/**
 * log_write(entry):
 * Add one line to the batch.  Texts are cut at 512 bytes and escaped; whatever looks like a payment
 * card number (13–19 digits that pass Luhn) or like one of our keys is masked as a second net.
 */
void	log_write(const struct log_entry *);

/**
 * log_flush():
 * Write the batch with one write(2); called by the loop once a turn, before a fork, and at exit.
 * What a full pipe does not take stays for the next call; lines that find no room are counted and
 * reported as the event "log_lost".
 */
void	log_flush(void);

/** log_divert(fd): Write to ${fd} instead of standard output.  For tests. */
void	log_divert(int);

#endif /* !LOG_H */
