/*
 * Asking the platform about a transaction of an account, with whichever token the account has.  Used by the
 * flows open and refund.
 */
#ifndef PAY_ASK_H
#define PAY_ASK_H

#include "core/reference.h"
#include "platform/platform.h"
#include "store/store_account.h"

struct pay_ask {
	const struct store_account	*account;	/* lent until the answer */
	const struct reference		*transaction;	/* lent until the answer */
	bool				 is_order;
	long				 timeout_ms;	/* 0: as long as any call may take */
};

/** pay_ask_can(account): Whether the account has a token at all, so that the platform can be asked. */
bool	pay_ask_can(const struct store_account *);

/**
 * pay_ask(ask, read):
 * Fill ${read} and wake its flow.  The operator's own token goes first; else the one of the location's
 * installation, renewed if it has to be.  Without one, read->fault is what install_token() says.
 */
void	pay_ask(const struct pay_ask *, struct platform_read *);

#endif /* !PAY_ASK_H */
