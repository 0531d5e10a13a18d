/*
 * External billing: for whom the app is paid, as the platform's link says it (contract §9), and how an order
 * stands.  The ids are claims of whoever opens the link: they are checked by form and count.
 */
#ifndef BILLING_H
#define BILLING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "core/reference.h"

#define BILLING_LOCATIONS_MAX	250	/* of one order */

/* Same labels in the same order as kassa.billing_state; tests/house compares. */
#define BILLING_STATES(S)							\
	S(OPEN,		"open")							\
	S(PAID,		"paid")							\
	S(FAILED,	"failed")

enum billing_state {
#define BILLING_STATE_ENUM(name, label) BILLING_##name,
	BILLING_STATES(BILLING_STATE_ENUM)
#undef BILLING_STATE_ENUM
	BILLING_STATE_COUNT
};

/** billing_state_label(state): "open", … */
const char	*billing_state_label(enum billing_state);

/** billing_state_find(text, state): false if there is no such label. */
bool		 billing_state_find(struct slice, enum billing_state *);

/* Who is billed. */
struct billing_payers {
	struct reference	company;	/* "" when it is not named */
	bool			bills_company;
	bool			bills_locations;
	size_t			location_count;
	struct reference	locations[BILLING_LOCATIONS_MAX];
};

/**
 * billing_type_read(text, payers):
 * Read an installType: "location", "agency", or both with a comma between; false for anything else.
 */
bool		 billing_type_read(struct slice, struct billing_payers *);

/** billing_location_add(payers, text): One location more; false if malformed, named twice, or one too many. */
bool		 billing_location_add(struct billing_payers *, struct slice);

/** billing_locations_read(text, payers): Add all of "a,b,…"; false as above.  The empty text has none. */
bool		 billing_locations_read(struct slice, struct billing_payers *);

/**
 * billing_payers_settle(payers):
 * Once type, company and locations are there: forget the locations of an order that does not bill them.
 * Return the name of the member that is missing, or NULL.
 */
const char	*billing_payers_settle(struct billing_payers *);

/** billing_payers_count(payers): How often the price is paid. */
size_t		 billing_payers_count(const struct billing_payers *);

#endif /* !BILLING_H */
