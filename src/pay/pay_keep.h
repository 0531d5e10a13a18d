/*
 * Kept cards behind the scenes: the card of a charge whose payer agreed is kept, one that was removed is
 * forgotten by its processor too.  Both are jobs.
 */
#ifndef PAY_KEEP_H
#define PAY_KEEP_H

#include "pay/pay_resolve.h"

/**
 * pay_keep(job, done, arg):
 * Ask the processor as what it keeps the card of the job's charge, and write it to the books.
 * No answer leaves the job without an end.
 */
void	pay_keep(const struct store_job *, pay_resolved_done, void *);

/** pay_forget(job, done, arg): Tell the processor that the job's kept card is not wanted any more. */
void	pay_forget(const struct store_job *, pay_resolved_done, void *);

#endif /* !PAY_KEEP_H */
