/*
 * ISO 4217: codes and the number of decimal digits of their minor unit.
 */
#ifndef CURRENCY_H
#define CURRENCY_H

#include <stddef.h>

#include "base/slice.h"

struct currency {
	char		code[4];	/* "KWD" */
	unsigned	number;		/* 414 */
	unsigned	exponent;	/* 3: one KWD is 1000 fils */
};

/**
 * currency_find(code):
 * The currency with this three-letter code in either case (the wire has both, contract §2.3), or
 * NULL.  Codes without a minor unit ("N.A.": gold, testing) cannot be charged and are unknown.
 * Source: ISO 4217 list one, published 2026-01-01.
 */
const struct currency	*currency_find(struct slice);

/** currency_count(), currency_at(i): All of them by code; NULL behind the last. */
size_t			 currency_count(void);
const struct currency	*currency_at(size_t);

#endif /* !CURRENCY_H */
