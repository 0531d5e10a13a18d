/*
 * Money: a count of minor units and its currency.  Decimal text in and out, never floating.
 */
#ifndef MONEY_H
#define MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"
#include "core/currency.h"

#define MONEY_MINOR_MAX	INT64_C(999999999999999)	/* 15 digits: 9 000 such fit an int64 */
#define MONEY_TEXT_SIZE	32				/* any printed amount, with the NUL */

struct money {
	int64_t			 minor;
	const struct currency	*currency;	/* a row of the static table */
};

/**
 * money_parse(text, currency, money):
 * Read ${text}, a decimal count of major units ("10.50"), into ${money} as minor units.
 * Return FAULT_NONE, or FAULT_AMOUNT_INVALID and leave ${money} untouched for: a sign, an exponent,
 * NaN, blanks, leading zeros ("007"), a bare point, more decimals than the currency has (even
 * zeros), more than MONEY_MINOR_MAX.  Zero is read; money_is_chargeable() is asked next.
 * Source: RFC 8259 §6 for the form, ISO 4217 for the digits, contract §2.3 for major units.
 */
enum fault	money_parse(struct slice, const struct currency *, struct money *);

/** money_print(money, text): "10.50", "1000" (JPY), "0.001" (KWD); the inverse of money_parse. */
void		money_print(struct money, char[MONEY_TEXT_SIZE]);

/**
 * money_print_hundredfold(money, text):
 * The decimal amount times 100, whatever the currency's exponent: "1050" (10.50 USD), "100000" (1000 JPY),
 * "12.5" (0.125 KWD).  The platform's snapshots count so; for other exponents than 2 nobody documents it,
 * and this is the one place to change.  Source: contract §3.2, §4, §11 ("×100", [B]; other exponents [?]).
 */
void		money_print_hundredfold(struct money, char[MONEY_TEXT_SIZE]);

/** money_is_chargeable(money): Whether it is above zero and within MONEY_MINOR_MAX. */
bool		money_is_chargeable(struct money);

/** money_equal(a, b): Same currency, same count. */
bool		money_equal(struct money, struct money);

#endif /* !MONEY_H */
