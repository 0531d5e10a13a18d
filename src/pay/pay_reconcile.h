/*
 * An account's books against what its processor remembers, page by page: what is missing is booked, what
 * differs is written down for the operator.
 */
#ifndef PAY_RECONCILE_H
#define PAY_RECONCILE_H

#include "store/store_job.h"

typedef void	(*pay_reconcile_done)(void *arg, enum fault);

/**
 * pay_reconcile(job, done, arg):
 * Do the reconciliation that ${job} (lent for the call) names, from where an earlier try has stopped.
 * ${done} is called once: FAULT_NONE, or why it has to be tried again.
 */
void	pay_reconcile(const struct store_job *, pay_reconcile_done, void *);

#endif /* !PAY_RECONCILE_H */
