/*
 * Orders of external billing, and what the platform is told of them.
 */
#ifndef STORE_BILLING_H
#define STORE_BILLING_H

#include "base/id.h"
#include "core/apikey.h"
#include "core/billing.h"
#include "core/money.h"
#include "store/store.h"
#include "store/store_job.h"

struct store_billing {
	char			account_id[ID_SIZE];
	char			order_id[ID_SIZE];
	enum billing_state	state;
	struct money		money;			/* of the whole order */
	bool			is_recurring;
	bool			is_payable;		/* a card may be tried */
	char			publishable_key[APIKEY_SIZE];	/* "" when all were revoked */
};

struct store_billing_ask {
	const char			*account_id;
	const char			*order_id;
	struct money			 price;		/* for each */
	bool				 is_recurring;
	const struct billing_payers	*payers;
};

/** store_billing_open(call, ask, billing): kassa.billing_order_open(); FAULT_ACCOUNT_UNKNOWN. */
void	store_billing_open(struct store_call *, const struct store_billing_ask *, struct store_billing *);

/** store_billing_read(call, order_id, billing): kassa.billing_order_read(); FAULT_BILLING_UNKNOWN. */
void	store_billing_read(struct store_call *, const char *, struct store_billing *);

/* One report to the platform. */
struct store_report {
	bool			is_company;	/* else a location */
	struct reference	reference;
	enum billing_state	state;
	char			order_id[ID_SIZE];
	char			charge_id[ID_SIZE];
	struct money		price;
	bool			is_recurring;
};

/** store_billing_report(call, job, report): kassa.billing_report_read(); no row: nothing is left to say. */
void	store_billing_report(struct store_call *, const struct store_job *, struct store_report *);

/** store_billing_told(call, job): kassa.billing_report_told(). */
void	store_billing_told(struct store_call *, const struct store_job *);

/** store_billing_missed(call, job, again): kassa.billing_report_missed(): whether it has put the job off. */
void	store_billing_missed(struct store_call *, const struct store_job *, bool *);

#endif /* !STORE_BILLING_H */
