/*
 * The question "is it paid": one statement and one rule (design §2.1).
 */
#ifndef PAY_VERIFY_H
#define PAY_VERIFY_H

#include "base/digest.h"
#include "platform/answer.h"
#include "store/store_account.h"
#include "store/store_charge.h"

struct pay_verify_ask {
	struct store_key	key;
	struct reference	charge;
	struct reference	transaction;	/* empty when the request names none */
};

struct pay_verified {
	enum fault		 fault;		/* FAULT_API_KEY_INVALID; store_* */
	const char		*sqlstate;
	const char		*account_id;	/* "" when the key is not known */
	const char		*charge_id;	/* "" when there is none */
	const char		*transaction;	/* of that charge, from the books: safe to log */
	const char		*rule;		/* which rule decided, for the log */
	struct answer_verify	 verify;
};

typedef void	(*pay_verify_done)(void *arg, const struct pay_verified *);

/** pay_verify(ask, done, arg): ${ask} is copied; ${done} is called once, perhaps before this returns. */
void	pay_verify(const struct pay_verify_ask *, pay_verify_done, void *);

/**
 * pay_verify_judge(ask, verified, result):
 * The rule alone: paid only for a succeeded charge of the asked transaction whose captured amount and
 * currency are what the session says the platform wants.  What is not final is pending.  For tests too.
 */
void	pay_verify_judge(const struct pay_verify_ask *, const struct store_verified *,
	    struct pay_verified *);

#endif /* !PAY_VERIFY_H */
