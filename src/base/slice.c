/*
 * Comparing, trimming and copying lent text.  Everyone who decodes something uses it.
 */
#include "base/slice.h"

#include <string.h>

static bool	is_blank(char);

struct slice
slice_of(const char *text)
{
	struct slice	slice = { "", 0 };

	if (text != NULL) {
		slice.at = text;
		slice.len = strlen(text);
	}
	return slice;
}

bool
slice_is(struct slice slice, const char *text)
{
	return slice_equal(slice, slice_of(text));
}

/* memcmp() may not see NULL, which the slice of a missing thing holds. */
bool
slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool
slice_starts(struct slice slice, const char *prefix)
{
	size_t	len = strlen(prefix);

	return slice.len >= len && (len == 0 || memcmp(slice.at, prefix, len) == 0);
}

struct slice
slice_trim(struct slice slice)
{
	while (slice.len > 0 && is_blank(slice.at[0])) {
		slice.at++;
		slice.len--;
	}
	while (slice.len > 0 && is_blank(slice.at[slice.len - 1]))
		slice.len--;
	return slice;
}

bool
slice_copy(struct slice slice, char *into, size_t size)
{
	if (size == 0)
		return false;
	into[0] = '\0';
	if (slice.len >= size)
		return false;
	if (slice.len > 0) {
		if (memchr(slice.at, '\0', slice.len) != NULL)
			return false;
		memcpy(into, slice.at, slice.len);
	}
	into[slice.len] = '\0';
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}
