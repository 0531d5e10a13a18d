/*
 * Card numbers: their form, their brand, and the published ones that the sandbox processor takes.
 * Any other number is refused and goes no further (design §2.7).
 */
#ifndef CARD_H
#define CARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "core/charge.h"

#define CARD_NUMBER_SIZE	20	/* 19 digits and the NUL */

/* What the sandbox does with a published number; labels as in sql/0008_sandbox.sql. */
#define CARD_BEHAVIOURS(B)							\
	B(SUCCEED,	"succeed")						\
	B(DECLINE,	"decline")						\
	B(DECLINE_CHARGE, "decline_charge")	/* can be kept, but not charged */ \
	B(CHALLENGE,	"challenge")	/* asks for 3-D Secure */		\
	B(PEND,		"pend")		/* pending, completes later */		\
	B(SILENT,	"silent")	/* moves the money, never answers */

enum card_behaviour {
#define CARD_BEHAVIOUR_ENUM(name, label) CARD_##name,
	CARD_BEHAVIOURS(CARD_BEHAVIOUR_ENUM)
#undef CARD_BEHAVIOUR_ENUM
	CARD_BEHAVIOUR_COUNT
};

struct card_published {
	char			 number[CARD_NUMBER_SIZE];
	const char		*brand;		/* "visa", "mastercard" */
	enum card_behaviour	 behaviour;
	enum decline		 decline;	/* for the two that decline */
	const char		*meaning;	/* one line, for tables */
};

/** card_is_luhn(digits): Whether they are 12 to 19 and the last is right (ISO/IEC 7812-1). */
bool				 card_is_luhn(struct slice);

/** card_published_find(digits): The published test card with this number, or NULL. */
const struct card_published	*card_published_find(struct slice);

/** card_published_count(), card_published_at(i): All of them, in the README's order. */
size_t				 card_published_count(void);
const struct card_published	*card_published_at(size_t);

/** card_behaviour_label(behaviour): Its label, as in the database. */
const char			*card_behaviour_label(enum card_behaviour);

struct card_month {
	int	year;		/* 2031 */
	int	month;		/* 1 to 12 */
};
/** card_month_is_past(expiry, today): Whether the last day of the month has passed. */
bool				 card_month_is_past(struct card_month expiry,
				     struct card_month today);

#endif /* !CARD_H */
