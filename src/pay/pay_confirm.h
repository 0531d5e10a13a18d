/*
 * The payer presses Pay: session and token become one charge, however often it is pressed.
 */
#ifndef PAY_CONFIRM_H
#define PAY_CONFIRM_H

#include "base/id.h"
#include "pay/pay.h"

struct pay_confirm_ask {
	char	session_id[ID_SIZE];
	char	token[ID_SIZE];		/* of the processor's frame; "" to ask how an attempt ended */
	bool	saves;			/* the payer agreed that the card is kept */
	char	client[PAY_CLIENT_SIZE];	/* pay_client_digest() of the payer's address */
};

/**
 * pay_confirm(ask, done, arg):
 * Reserve, send, settle; or, when the transaction has a charge already, say how it stands, asking the
 * processor first when that charge is pending (the payer comes back from 3-D Secure).  Runs to its end
 * without its caller.  Faults: session_unknown, session_expired, attempts_exceeded, attempts_limited,
 * transaction_busy, token_invalid, store_*.
 */
void	pay_confirm(const struct pay_confirm_ask *, pay_session_done, void *);

/** pay_look(session_id, done, arg): How the session stands in the books, without asking anybody. */
void	pay_look(const char *, pay_session_done, void *);

#endif /* !PAY_CONFIRM_H */
