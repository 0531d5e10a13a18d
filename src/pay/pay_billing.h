/*
 * External billing (contract §9): the operator's price plan, orders over it, and reports of how they were paid.
 * An order is paid in our own checkout, as a transaction whose amount is read from the order.
 */
#ifndef PAY_BILLING_H
#define PAY_BILLING_H

#include "base/settings.h"
#include "core/billing.h"
#include "store/store_billing.h"

#define PAY_BILLING_PREFIX	"bill"	/* of an order's id, which is its transaction's too */

/* What the app costs; all text is lent from the settings. */
struct pay_plan {
	const char	*name;
	const char	*account_id;	/* the operator's own account, where the money goes */
	struct money	 price;		/* for each company or location */
	bool		 is_recurring;
};

/**
 * pay_plan_read(settings, plan):
 * The plan of KASSA_BILLING_*.  Return FAULT_ROUTE_UNKNOWN when there is none (no amount is set), and
 * FAULT_SETTING_INVALID when it cannot be one: the server does not start with it.
 */
enum fault	pay_plan_read(const struct settings *, struct pay_plan *);

/**
 * pay_plan_total(plan, payers, total):
 * The price for all of ${payers}; FAULT_AMOUNT_INVALID when it is more than can be charged.
 */
enum fault	pay_plan_total(const struct pay_plan *, const struct billing_payers *, struct money *);

struct pay_billing {
	enum fault		 fault;		/* FAULT_NONE: the rest is there */
	const char		*detail;	/* for the log; "" */
	const char		*sqlstate;
	struct store_billing	 billing;
};

typedef void	(*pay_billing_done)(void *arg, const struct pay_billing *);

/** pay_billing_open(plan, payers, done, arg): An order; both are copied.  Faults: amount_invalid, store_*. */
void	pay_billing_open(const struct pay_plan *, const struct billing_payers *, pay_billing_done, void *);

/** pay_billing_look(order_id, done, arg): How an order stands; FAULT_BILLING_UNKNOWN. */
void	pay_billing_look(const char *, pay_billing_done, void *);

#endif /* !PAY_BILLING_H */
