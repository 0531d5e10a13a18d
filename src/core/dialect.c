/*
 * Names of the dialects.  Their shapes are in platform/.
 */
#include "core/dialect.h"

const char *
dialect_label(enum dialect dialect)
{
	return dialect == DIALECT_BRIEF ? "brief" : "live";
}

bool
dialect_find(struct slice label, enum dialect *dialect)
{
	if (slice_is(label, "live"))
		*dialect = DIALECT_LIVE;
	else if (slice_is(label, "brief"))
		*dialect = DIALECT_BRIEF;
	else
		return false;
	return true;
}
