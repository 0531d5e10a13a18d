/*
 * A payer keeps a card for later: opened by the page's props, confirmed with a token, charged never.
 */
#ifndef PAY_SETUP_H
#define PAY_SETUP_H

#include "core/apikey.h"
#include "pay/pay.h"
#include "processor/processor.h"
#include "store/store_setup.h"

struct pay_setup {
	enum fault		 fault;		/* FAULT_NONE: the rest is there */
	const char		*detail;	/* a sentence for the caller's log line, or NULL */
	const char		*sqlstate;
	const char		*rule;		/* which limit said no, for the log; "" */
	struct store_setup	 setup;
};

typedef void	(*pay_setup_done)(void *arg, const struct pay_setup *);

struct pay_setup_open_ask {
	struct apikey		publishable_key;
	struct reference	contact;
	enum dialect		dialect;
};

/**
 * pay_setup_open(ask, done, arg):
 * A fresh setup for a contact.  Faults: publishable_key_invalid, processor_unsupported, store_*.
 * Source: contract §2.5: nothing but account and contact correlates; so they are what is bound.
 */
void	pay_setup_open(const struct pay_setup_open_ask *, pay_setup_done, void *);

struct pay_setup_confirm_ask {
	char	setup_id[ID_SIZE];
	char	token[ID_SIZE];		/* of the processor's frame */
	char	client[PAY_CLIENT_SIZE];
};

/**
 * pay_setup_confirm(ask, done, arg):
 * Commit the intent, have the processor keep the card, write it to the books; or say how an attempt under
 * way stands.  Runs to its end without its caller.  Faults: setup_unknown, session_expired,
 * attempts_exceeded, attempts_limited, processor_unsupported, store_*.
 */
void	pay_setup_confirm(const struct pay_setup_confirm_ask *, pay_setup_done, void *);

/** pay_setup_look(setup_id, done, arg): How it stands in the books. */
void	pay_setup_look(const char *, pay_setup_done, void *);

/** pay_setup_standing(setup): PAY_OPEN, PAY_PROCESSING, PAY_SUCCEEDED or PAY_FAILED. */
enum pay_standing	 pay_setup_standing(const struct store_setup *);

/* The processor's key of an attempt. */
#define PAY_SETUP_KEY_SIZE	(ID_SIZE + 4)
void	pay_setup_key(const char *, int, char[PAY_SETUP_KEY_SIZE]);

/** pay_setup_settle(call, saved, ask, setup): What the processor said of an attempt, to the books. */
struct pay_setup_attempt {
	const char	*setup_id;
	int		 attempt;
};
void	pay_setup_settle(struct store_call *, const struct processor_saved *,
	    const struct pay_setup_attempt *, struct store_setup *);

#endif /* !PAY_SETUP_H */
