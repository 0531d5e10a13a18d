/*
 * The end of every way to learn an outcome: write it to the books, log it, shout if it contradicts.
 * Shared by the flows confirm, charge, setup, keep and resolve.
 */
#ifndef PAY_SETTLE_H
#define PAY_SETTLE_H

#include "processor/processor.h"
#include "store/store_charge.h"
#include "store/store_kept.h"

struct pay_settle_ask {
	const char			*account_id;
	const char			*charge_id;
	const struct processor		*processor;
	const struct processor_result	*result;
};

/** pay_settle(call, ask, settled): store_charge_settle() with what the processor said. */
void	pay_settle(struct store_call *, const struct pay_settle_ask *, struct store_settled *);

/** pay_settle_log(ask, call, settled): One line for what came of it, and its count; an alert for a contradiction. */
void	pay_settle_log(const struct pay_settle_ask *, const struct store_call *,
	    const struct store_settled *);

/**
 * pay_saved_card(saved):
 * The card that the processor keeps, as the books take it.  Its texts are those of ${saved}.
 */
struct store_card	 pay_saved_card(const struct processor_saved *);

#endif /* !PAY_SETTLE_H */
