/*
 * What happened lately at a mode of a location, for its merchant.
 */
#ifndef INSTALL_ACTIVITY_H
#define INSTALL_ACTIVITY_H

#include "core/mode.h"
#include "core/reference.h"
#include "store/store_activity.h"

struct install_activity {
	enum fault				 fault;	/* what the store says */
	const char				*sqlstate;
	size_t					 charge_count, refund_count, webhook_count, money_count;
	const struct store_activity_charge	*charges;
	const struct store_activity_refund	*refunds;
	const struct store_activity_webhook	*webhooks;
	const struct store_activity_money	*money;
};

typedef void	(*install_activity_done)(void *, const struct install_activity *);

struct install_activity_ask {
	struct reference	location;
	enum mode		mode;
};

/** install_activity(ask, done, arg): The newest charges, refunds and webhooks; none before it is connected. */
void	install_activity(const struct install_activity_ask *, install_activity_done, void *);

/** install_money(ask, done, arg): The money of STORE_ACTIVITY_DAYS days. */
void	install_money(const struct install_activity_ask *, install_activity_done, void *);

#endif /* !INSTALL_ACTIVITY_H */
