/*
 * Saved cards in the provider's answers, as the platform reads them in either dialect.
 */
#ifndef METHOD_H
#define METHOD_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "core/dialect.h"

#define METHOD_ID_SIZE	201	/* bytes with the NUL */

/**
 * method_list_find(dialect, root, flaw):
 * The array of saved cards in an answer: live, the answer itself; brief, its paymentMethods.  NULL
 * if it is not there.  What is wrong with the answer is in ${flaw} (static), "" if nothing is.
 * Source: contract.md §3.3; brief-dialect.md.
 */
const struct json_value	*method_list_find(enum dialect, const struct json_value *, const char **);

/**
 * method_put_list(dialect, list, write):
 * An array with what the platform knows of each entry.  Entries without an id are left out, and so
 * are members of another kind than they should be; a NULL ${list} gives the empty array.
 */
void			 method_put_list(enum dialect, const struct json_value *,
			    struct json_write *);

#endif /* !METHOD_H */
