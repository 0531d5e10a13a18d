/*
 * Where a company has the app installed (contract §6.4).
 */
#include "platform/platform_oauth.h"

#include <string.h>

#include "base/integer.h"
#include "base/uri.h"
#include "platform/platform_call.h"
#include "platform/platform_internal.h"

#define PATH_MAX_BYTES	2048

static void	page_done(void *, const struct platform_answer *);
static bool	page_read(const struct json_value *, struct platform_page *);

void
platform_installed_locations(const struct platform_page_ask *ask, struct platform_page *page)
{
	const char		*client = platform_options()->client_id;
	struct platform_ask	 call = { .method = "GET", .token = ask->token,
				    .resource = ask->company, .repeats = true };
	struct buf		 path;

	buf_init(&path, PATH_MAX_BYTES);
	buf_printf(&path, "/oauth/installedLocations?companyId=%s&appId=", ask->company);
	/* The app's id is the client id up to its first '-' (contract §6.1). */
	uri_put(&path, (struct slice){ client, strcspn(client, "-") });
	buf_printf(&path, "&isInstalled=true&skip=%ld&limit=%d", ask->skip, PLATFORM_PAGE_MAX);
	call.path = buf_text(&path);
	platform_call(&call, page_done, page);
	buf_release(&path);
}

static void
page_done(void *arg, const struct platform_answer *answer)
{
	struct platform_page	*page = arg;

	page->verdict = answer->verdict;
	page->detail = answer->detail;
	page->count = 0;
	page->total = 0;
	if (page->verdict == PLATFORM_DONE && !page_read(answer->root, page)) {
		page->verdict = PLATFORM_BUG;
		page->detail = "platform's list of locations cannot be read";
	}
	flow_wake(page->flow);
}

/* An entry without an id that we would keep is left out: the others are not to blame. */
static bool
page_read(const struct json_value *root, struct platform_page *page)
{
	const struct json_value	*list = json_member(root, "locations");
	struct slice		 text;

	if (json_kind(list) != JSON_ARRAY)
		return false;
	if (!json_number(json_member(root, "count"), &text) || !integer_read(text, &page->total))
		page->total = (int64_t)json_count(list);
	for (size_t i = 0; i < json_count(list) && page->count < PLATFORM_PAGE_MAX; i++) {
		const struct json_value	*entry = json_item(list, i);
		struct platform_listed	*one = &page->at[page->count];

		memset(one, 0, sizeof(*one));
		if (!json_text(json_member(entry, "_id"), &text) ||
		    !reference_read(text, &one->location))
			memset(&one->location, 0, sizeof(one->location));
		if (json_text(json_member(entry, "name"), &text))
			(void)slice_copy(text, one->name, sizeof(one->name));
		one->is_installed = !reference_is_empty(&one->location) &&
		    json_kind(json_member(entry, "isInstalled")) == JSON_TRUE;
		page->count++;
	}
	return true;
}
