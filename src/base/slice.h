/*
 * Lent text: a pointer and a length, never owned, not NUL-terminated.
 * Everything that is read (a body, a header, a column) is handed on as a slice.
 */
#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char	*at;
	size_t		 len;
};

/** slice_of(text): A slice over the NUL-terminated ${text}; NULL gives the empty slice. */
struct slice	slice_of(const char *);

/** slice_is(slice, text): Whether ${slice} holds exactly the NUL-terminated ${text}. */
bool		slice_is(struct slice, const char *);

/** slice_equal(a, b): Whether both hold the same bytes.  Not for secrets: see digest_equal(). */
bool		slice_equal(struct slice, struct slice);

/** slice_starts(slice, prefix): Whether ${slice} begins with the NUL-terminated ${prefix}. */
bool		slice_starts(struct slice, const char *);

/** slice_trim(slice): ${slice} without blanks and tabs at both ends. */
struct slice	slice_trim(struct slice);

/**
 * slice_copy(slice, into, size):
 * Copy ${slice} as a NUL-terminated string into ${into} of ${size} bytes.
 * Return false, and leave the empty string, if it does not fit or holds a NUL byte.
 */
bool		slice_copy(struct slice, char *, size_t);

#endif /* !SLICE_H */
