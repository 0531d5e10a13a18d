/*
 * Reading ids and dialects.  Used by the files named contact_….
 */
#include "simulator/contact.h"

#include <assert.h>

void
contact_id_take(struct serve_request *request, struct reference *id)
{
	bool	read;

	read = reference_read(serve_capture(request, 0), id);
	assert(read);		/* a segment of a path has fewer letters to choose from */
}

bool
contact_dialect_read(const struct json_value *object, enum dialect *dialect)
{
	struct slice	label;

	*dialect = DIALECT_LIVE;
	if (json_member(object, "dialect") == NULL)
		return true;
	return json_text(json_member(object, "dialect"), &label) && dialect_find(label, dialect);
}
