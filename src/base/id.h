/*
 * Identifiers: a prefix that says what it names, and 26 characters that nobody can guess twice.
 */
#ifndef ID_H
#define ID_H

#include <stdbool.h>

#include "base/slice.h"

#define ID_SIZE		40	/* any of our ids, with the NUL */

struct id {
	char	text[ID_SIZE];
};

/**
 * id_make(prefix, id):
 * "ch" gives "ch_01jd…": 48 bits of milliseconds and 80 random bits in lower-case Crockford base 32
 * (the ULID layout), so that index pages are filled in order.  Not a secret.
 */
void	id_make(const char *, struct id *);

/** id_make_secret(prefix, id): 130 random bits in 26 characters: an id that is a capability. */
void	id_make_secret(const char *, struct id *);

/** id_is(text, prefix): Whether ${text} has the form of such an id with this prefix. */
bool	id_is(struct slice, const char *);

#endif /* !ID_H */
