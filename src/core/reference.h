/*
 * References: identifiers that the platform made.  We keep them as they are, within limits.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>

#include "base/slice.h"

#define REFERENCE_SIZE	80	/* with the NUL */

struct reference {
	char	text[REFERENCE_SIZE];	/* "" when there is none */
};

/**
 * reference_read(text, reference):
 * Take 1 to 79 letters, digits and "_-.:"; the empty text gives the empty reference.
 * Return false for anything else, which cannot be one and would not be safe in a URL; and for what looks
 * like a payment card number (13 to 19 digits that pass Luhn), or like a key of
 * ours, which we would keep and log (design §2.7).
 */
bool	reference_read(struct slice, struct reference *);

/** reference_is_empty(reference): Whether there is none. */
bool	reference_is_empty(const struct reference *);

#endif /* !REFERENCE_H */
