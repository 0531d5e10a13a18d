/*
 * Answers from the embedded table, with an ETag so that what has not changed is not sent again.
 */
#include "serve/asset.h"

#include <assert.h>
#include <string.h>

#define ASSET_HEADERS	4	/* etag, cache-control, vary, content-encoding */

static void	asset_send(struct serve_request *, const struct asset *,
		    const struct serve_header *, size_t);
static bool	asset_is_page(const struct asset *);
static bool	etag_is_listed(struct slice, const char *);
static bool	gzip_is_accepted(struct slice);

const struct asset *
asset_find(struct slice name)
{
	for (size_t i = 0; i < asset_count; i++) {
		if (slice_is(name, asset_table[i].name))
			return &asset_table[i];
	}
	return NULL;
}

void
asset_answer(struct serve_request *request, struct slice name)
{
	const struct asset	*asset;

	asset = asset_find(name);
	if (asset == NULL || asset_is_page(asset))
		serve_fault(request, FAULT_ROUTE_UNKNOWN, NULL);
	else
		asset_send(request, asset, NULL, 0);
}

void
asset_answer_page(struct serve_request *request, const char *name,
    const struct serve_header *headers, size_t count)
{
	const struct asset	*asset;

	asset = asset_find(slice_of(name));
	assert(asset != NULL && asset_is_page(asset));
	asset_send(request, asset, headers, count);
}

void
asset_answer_once(struct serve_request *request, int status, const char *name, const char *policy)
{
	const struct asset	*asset = asset_find(slice_of(name));
	struct serve_header	 header = { "content-security-policy", policy };
	struct serve_answer	 answer = { .status = status, .headers = &header, .header_count = 1 };

	assert(asset != NULL && asset_is_page(asset));
	answer.type = asset->type;
	answer.body.at = asset->at;
	answer.body.len = (size_t)(asset->end - asset->at);
	serve_answer(request, &answer);
}

static void
asset_send(struct serve_request *request, const struct asset *asset,
    const struct serve_header *headers, size_t count)
{
	struct serve_header	all[SERVE_HEADERS_MAX];
	struct serve_answer	answer = { .headers = all, .status = 304 };
	bool			packed;
	const char		*etag;

	assert(count <= SERVE_HEADERS_MAX - ASSET_HEADERS);
	packed = gzip_is_accepted(serve_header(request, "accept-encoding"));
	etag = packed ? asset->packed_etag : asset->etag;
	for (size_t i = 0; i < count; i++)
		all[answer.header_count++] = headers[i];
	all[answer.header_count++] = (struct serve_header){ "etag", etag };
	all[answer.header_count++] = (struct serve_header){ "cache-control", "no-cache" };
	all[answer.header_count++] = (struct serve_header){ "vary", "accept-encoding" };
	if (!etag_is_listed(serve_header(request, "if-none-match"), etag)) {
		answer.status = 200;
		answer.type = asset->type;
		answer.body.at = packed ? asset->packed_at : asset->at;
		answer.body.len = (size_t)((packed ? asset->packed_end : asset->end) -
		    answer.body.at);
		if (packed)
			all[answer.header_count++] =
			    (struct serve_header){ "content-encoding", "gzip" };
	}
	serve_answer(request, &answer);
}

static bool
asset_is_page(const struct asset *asset)
{
	return strncmp(asset->type, "text/html", strlen("text/html")) == 0;
}

/*
 * RFC 9110 §13.1.2 asks for the weak comparison.  The quotes are part of ${etag}, so that finding
 * it anywhere in the list is finding a whole entry, with or without W/ before it.
 */
static bool
etag_is_listed(struct slice list, const char *etag)
{
	if (list.len == 0)
		return false;
	return memmem(list.at, list.len, etag, strlen(etag)) != NULL;
}

/*
 * RFC 9110 §12.5.3, as much of it as browsers use: a list with "gzip" in it.  One that gives it a
 * weight, which may be zero, gets the plain text, which is never wrong.
 */
static bool
gzip_is_accepted(struct slice list)
{
	struct slice	entry;
	const char	*comma;

	while (list.len > 0) {
		comma = memchr(list.at, ',', list.len);
		entry.at = list.at;
		entry.len = comma == NULL ? list.len : (size_t)(comma - list.at);
		if (slice_is(slice_trim(entry), "gzip"))
			return true;
		list.at += comma == NULL ? list.len : entry.len + 1;
		list.len -= comma == NULL ? list.len : entry.len + 1;
	}
	return false;
}
