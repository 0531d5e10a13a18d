/*
 * The router's rule, pure: a method, a raw path and a table give a route and its captures.
 * Nothing is decoded: a path with a percent sign is a path that we do not have.
 */
#include <string.h>

#include "serve/serve_internal.h"

#define CAPTURE_MAX	64	/* bytes of one {} */

static bool	route_takes_path(const char *, struct slice, struct slice[SERVE_CAPTURES_MAX]);
static bool	route_takes_method(const struct serve_route *, struct slice);
static bool	capture_is_fine(struct slice);

void
serve_route_find(const struct serve_route *routes, size_t count, struct slice method,
    struct slice path, struct serve_match *match)
{
	struct slice	captures[SERVE_CAPTURES_MAX];
	size_t		i;

	memset(match, 0, sizeof(*match));
	for (i = 0; i < count; i++) {
		if (!route_takes_path(routes[i].pattern, path, captures))
			continue;
		match->path_known = true;
		if (!route_takes_method(&routes[i], method))
			continue;
		match->route = &routes[i];
		memcpy(match->captures, captures, sizeof(captures));
		return;
	}
}

void
serve_route_allow(const struct serve_route *routes, size_t count, struct slice path,
    struct buf *text)
{
	struct slice	captures[SERVE_CAPTURES_MAX];
	size_t		i;

	for (i = 0; i < count; i++) {
		if (!route_takes_path(routes[i].pattern, path, captures))
			continue;
		if (text->len > 0)
			buf_puts(text, ", ");
		buf_puts(text, routes[i].method);
		if (strcmp(routes[i].method, "GET") == 0)
			buf_puts(text, ", HEAD");
	}
}

/* Walks pattern and path side by side; "{name}" in the pattern eats one segment of the path. */
static bool
route_takes_path(const char *pattern, struct slice path, struct slice captures[SERVE_CAPTURES_MAX])
{
	const char	*at = path.at, *end = path.at + path.len;
	size_t		 count = 0;

	memset(captures, 0, sizeof(struct slice) * SERVE_CAPTURES_MAX);
	while (*pattern != '\0') {
		struct slice	segment = { at, 0 };

		if (*pattern != '{') {
			if (at == end || *at != *pattern)
				return false;
			at++;
			pattern++;
			continue;
		}
		while (at < end && *at != '/')
			at++;
		segment.len = (size_t)(at - segment.at);
		if (count == SERVE_CAPTURES_MAX || !capture_is_fine(segment))
			return false;
		captures[count++] = segment;
		pattern += strcspn(pattern, "}");
		if (*pattern == '}')
			pattern++;
	}
	return at == end;
}

static bool
route_takes_method(const struct serve_route *route, struct slice method)
{
	if (slice_is(method, route->method))
		return true;
	return slice_is(method, "HEAD") && strcmp(route->method, "GET") == 0;
}

/* Ids and file names of ours have no other characters, so nothing else gets past this point. */
static bool
capture_is_fine(struct slice segment)
{
	size_t	i;

	if (segment.len == 0 || segment.len > CAPTURE_MAX)
		return false;
	for (i = 0; i < segment.len; i++) {
		char	c = segment.at[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    c == '_' || c == '.' || c == '-'))
			return false;
	}
	return !slice_is(segment, ".") && !slice_is(segment, "..");
}
