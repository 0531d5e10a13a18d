/*
 * Parts of a URL: percent-encoding, and the parameters behind '?'.
 */
#ifndef URI_H
#define URI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

/** uri_put(buf, text): Append ${text} with all but RFC 3986's unreserved characters percent-encoded. */
void	uri_put(struct buf *, struct slice);

/**
 * uri_parameter(query, name, value):
 * Append to ${value} the decoded value of the one parameter ${name} ('+' is a blank).  Return false, with
 * nothing appended, if it is absent, stands there twice, is badly encoded, or holds a NUL byte.
 */
bool	uri_parameter(struct slice, const char *, struct buf *);

#endif /* !URI_H */
