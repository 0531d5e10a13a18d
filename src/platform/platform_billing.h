/*
 * External billing (contract §9): the platform is told that the app was paid for, once for each location or
 * company.
 */
#ifndef PLATFORM_BILLING_H
#define PLATFORM_BILLING_H

#include <stdbool.h>

#include "core/money.h"
#include "platform/platform_oauth.h"
#include "platform/platform_provider.h"

struct platform_bill {
	enum platform_user	 user_type;	/* who was billed */
	const char		*reference;	/* the company's or location's id */
	const char		*subscription;	/* ids of ours; NULL when there is none */
	const char		*payment;
	struct money		 amount;
	bool			 is_paid;	/* COMPLETED, otherwise FAILED */
	bool			 is_recurring;
};

/**
 * platform_billing_report(bill, said):
 * POST /oauth/billing/webhook, with the app's id and secret in headers.  Sent once: whether the platform tells a
 * second report from a second payment is not documented.  So is its answer: the status alone decides.
 */
void	platform_billing_report(const struct platform_bill *, struct platform_said *);

#endif /* !PLATFORM_BILLING_H */
