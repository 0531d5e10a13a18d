/*
 * What happened lately at an account, for its merchant: charges, refunds, webhooks, money by day.
 */
#ifndef STORE_ACTIVITY_H
#define STORE_ACTIVITY_H

#include <stdint.h>

#include "base/id.h"
#include "core/charge.h"
#include "core/money.h"
#include "core/reference.h"
#include "store/store.h"

#define STORE_ACTIVITY_MAX	20	/* newest of each kind */
#define STORE_ACTIVITY_DAYS	30
#define STORE_MONEY_MAX		600	/* days with money, of all currencies together */
#define STORE_CARD_SIZE		32	/* "visa 4242" */
#define STORE_DAY_SIZE		11	/* "2026-11-25" */
#define STORE_REASON_SIZE	1024	/* 200 characters, with the NUL */

struct store_activity_charge {
	char			charge_id[ID_SIZE];
	int64_t			at_us;
	struct money		money;
	enum charge_status	status;
	enum decline		decline;
	char			card[STORE_CARD_SIZE];	/* a kept one; else "" */
};

/** store_activity_charges(call, account, charges): The newest of an account. */
void	store_activity_charges(struct store_call *, const char *,
	    struct store_activity_charge charges[STORE_ACTIVITY_MAX]);

struct store_activity_refund {
	char			refund_id[ID_SIZE];
	char			charge_id[ID_SIZE];
	int64_t			at_us;
	struct money		money;
	enum charge_status	status;
	enum decline		decline;
};

/** store_activity_refunds(call, account, refunds): The same of refunds. */
void	store_activity_refunds(struct store_call *, const char *,
	    struct store_activity_refund refunds[STORE_ACTIVITY_MAX]);

struct store_activity_webhook {
	char	webhook_id[REFERENCE_SIZE];
	char	type[REFERENCE_SIZE];
	int64_t	at_us;			/* when it was taken */
	char	state[16];		/* "applied", "stored", "ignored" */
	char	reason[STORE_REASON_SIZE];
};

/** store_activity_webhooks(call, location, webhooks): The same of webhooks, which have no mode. */
void	store_activity_webhooks(struct store_call *, const char *,
	    struct store_activity_webhook webhooks[STORE_ACTIVITY_MAX]);

struct store_activity_money {
	const struct currency	*currency;
	char			 day[STORE_DAY_SIZE];	/* in UTC */
	int64_t			 charged_minor;		/* of charges that succeeded, by when they were made */
	int64_t			 refunded_minor;	/* of refunds, likewise */
};

/**
 * store_activity_money(call, account, money):
 * Of the last STORE_ACTIVITY_DAYS days including today those with money; by currency, then by day.
 */
void	store_activity_money(struct store_call *, const char *,
	    struct store_activity_money money[STORE_MONEY_MAX]);

#endif /* !STORE_ACTIVITY_H */
