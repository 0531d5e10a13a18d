/*
 * Assets: the pages, styles and scripts that are compiled into a program (asset_embed.sh makes the
 * table, the Makefile says of which folder).  web/ and simulator/ answer with them.
 */
#ifndef ASSET_H
#define ASSET_H

#include <stddef.h>

#include "base/slice.h"
#include "serve/serve.h"

struct asset {
	const char	*name;		/* "checkout.css": the file's name without its folder */
	const char	*type;		/* content type */
	const char	*etag;		/* quoted; from the content's SHA-256 */
	const char	*at, *end;	/* the bytes */
	const char	*packed_etag;	/* another representation, another ETag (RFC 9110 §8.8.3) */
	const char	*packed_at, *packed_end;	/* the same by gzip, made when it was embedded */
};

extern const struct asset	asset_table[];
extern const size_t		asset_count;

/** asset_find(name): The asset with this file name, or NULL. */
const struct asset	*asset_find(struct slice);

/**
 * asset_answer(request, name):
 * Answer with what a page loads, or with FAULT_ROUTE_UNKNOWN.  Pages themselves are unknown here:
 * they have addresses and headers of their own.  Browsers ask each time (Cache-Control: no-cache)
 * and get 304 while If-None-Match has the ETag, so a new release is seen at once.  Who accepts gzip gets it:
 * the checkout has to be small on the wire without anybody in front of us.
 */
void			 asset_answer(struct serve_request *, struct slice);

/**
 * asset_answer_page(request, name, headers, count):
 * The same for a page, with ${headers} in addition: its content-security-policy.  ${name} is a
 * literal of ours; a page that was not embedded is a bug (assert).  At most SERVE_HEADERS_MAX - 2
 * headers.
 */
void			 asset_answer_page(struct serve_request *, const char *,
			    const struct serve_header *, size_t);

/**
 * asset_answer_once(request, status, name, policy):
 * A page that says how something went: with ${status}, kept by nobody.  ${policy} is its
 * content-security-policy; ${name} is a literal of ours, as above.
 */
void			 asset_answer_once(struct serve_request *, int, const char *,
			    const char *);

#endif /* !ASSET_H */
