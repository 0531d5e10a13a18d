/*
 * An intent without an end: ask the processor with the same key, write the answer to the books.
 */
#ifndef PAY_RESOLVE_H
#define PAY_RESOLVE_H

#include "store/store_charge.h"

/**
 * pay_resolve(due, done, arg):
 * Resolve one charge that store_charge_take_due() gave.  ${done} is called once, when the books know
 * what there is to know; a processor that does not answer leaves the charge unknown for the next time.
 */
void	pay_resolve(const struct store_due *, void (*done)(void *), void *);

#endif /* !PAY_RESOLVE_H */
