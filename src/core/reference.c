/*
 * What may stand in an identifier of the platform.  Used by whoever decodes a request.
 */
#include "core/reference.h"

#include <string.h>

bool
reference_read(struct slice text, struct reference *reference)
{
	static const char	allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-.:";

	reference->text[0] = '\0';
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\0' || strchr(allowed, text.at[i]) == NULL)
			return false;
	}
	/* "." and ".." would be path steps. */
	if (text.len > 0 && text.at[0] == '.')
		return false;
	return slice_copy(text, reference->text, sizeof(reference->text));
}

bool
reference_is_empty(const struct reference *reference)
{
	return reference->text[0] == '\0';
}
