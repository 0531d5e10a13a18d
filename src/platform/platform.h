/*
 * The platform's API as functions: tokens in, structs out.  Today the read-back: what does the platform
 * itself want paid, and what does it count as refunded (design §2.6, §5, contract §4.1).
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdbool.h>

#include "core/mode.h"
#include "core/money.h"
#include "core/reference.h"
#include "io/fetch.h"
#include "io/flow.h"

struct platform_options {
	struct fetch	*fetch;
	const char	*url;		/* "https://services.…", lent for good */
	long		 timeout_ms;
	const char	*client_id;	/* of the marketplace app; "" when there is none */
	const char	*client_secret;
	long		 rate;		/* calls in ten seconds for one location or company */
	long		 workers;	/* that share it */
};

/** platform_start(options): Once a worker, before any call. */
void	platform_start(const struct platform_options *);

struct platform_read_ask {
	const char	*token;		/* bearer token of the location */
	const char	*location;
	const char	*transaction;	/* a transaction's id, or an order's with is_order */
	bool		 is_order;	/* the brief dialect names no transaction */
	long		 timeout_ms;	/* 0: as long as any call may take */
};

/* What the platform says it wants paid. */
struct platform_read {
	struct flow		*flow;		/* woken when it is there */
	/*
	 * FAULT_NONE; FAULT_TRANSACTION_UNKNOWN (404, 400); FAULT_PLATFORM_REFUSED (other 4xx, or an
	 * answer without an amount); FAULT_PLATFORM_UNAVAILABLE (5xx, 429, no answer).
	 */
	enum fault		 fault;
	const char		*detail;	/* a sentence for the log; static */
	bool			 is_expired;	/* the token: a new one may help */
	struct money		 money;
	bool			 has_refunded;
	struct money		 refunded;	/* that it counts, of all refunds together */
	bool			 is_paid;	/* it expects no payment any more */
	bool			 has_mode;
	enum mode		 mode;
	struct reference	 contact;
};

/**
 * platform_read(ask, read):
 * GET /payments/transactions/{id} (or /payments/orders/{id}) with altId, altType=location and
 * Version 2021-07-28.  Everything in ${ask} is copied before this returns.
 */
void	platform_read(const struct platform_read_ask *, struct platform_read *);

#endif /* !PLATFORM_H */
