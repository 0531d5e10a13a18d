/*
 * Pages inside the platform's pages: the books are asked for the company's domain, then the page is answered.
 */
#include "web/web_page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/uri.h"
#include "core/reference.h"
#include "serve/asset.h"
#include "store/store_brand.h"
#include "web/web.h"

#define POLICY_MAX	4096	/* bytes of one header */

/* A page that waits for its company's domain. */
struct opening {
	struct flow		 flow;		/* first: steps get this */
	struct serve_request	*request;
	const struct web_page	*page;
	struct reference	 location;
	struct store_call	 call;
	struct store_brand	 brand;
};

static enum flow_next	opening_ask(struct flow *);
static enum flow_next	opening_reply(struct flow *);
static void		page_answer(struct serve_request *, const struct web_page *, const char *);
static bool		every_page_may(void);
static bool		location_read(const struct serve_request *, struct reference *);

static const struct flow_step	opening_steps[] = {
	STEP(opening_ask),		/* asks the books for the company of the location      */
	STEP(opening_reply),		/* the only step that answers                          */
};

void
web_page_answer(struct serve_request *request, const struct web_page *page)
{
	struct reference	 location;
	struct opening		*opening;

	if (every_page_may() || !location_read(request, &location)) {
		page_answer(request, page, "");
		return;
	}
	opening = calloc(1, sizeof(*opening));
	assert(opening != NULL);
	opening->request = request;
	opening->page = page;
	opening->location = location;
	opening->call.flow = &opening->flow;
	FLOW_START(&opening->flow, opening_steps);
}

static enum flow_next
opening_ask(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;

	store_brand_of_location(&opening->call, opening->location.text, &opening->brand);
	return FLOW_WAIT;
}

/* Without the books the page opens where the operator allows it, and says there what is the matter. */
static enum flow_next
opening_reply(struct flow *flow)
{
	struct opening	*opening = (struct opening *)flow;

	page_answer(opening->request, opening->page, opening->brand.domain);
	free(opening);
	return FLOW_END;
}

static void
page_answer(struct serve_request *request, const struct web_page *page, const char *domain)
{
	struct serve_header	header = { .name = "content-security-policy" };
	struct buf		policy;

	buf_init(&policy, POLICY_MAX);
	buf_printf(&policy, "%s; frame-ancestors %s", page->policy, web_settings()->frame_ancestors);
	if (page->in_billing && web_settings()->billing_amount[0] != '\0')
		buf_puts(&policy, " 'self'");
	/* The schema lets nothing but a host name be a domain. */
	if (domain[0] != '\0')
		buf_printf(&policy, " https://%s https://*.%s", domain, domain);
	if (buf_ok(&policy)) {
		header.value = buf_text(&policy);
		asset_answer_page(request, page->asset, &header, 1);
	} else {
		serve_fault(request, FAULT_INTERNAL, NULL);
	}
	buf_release(&policy);
}

/* Where it may, nobody has to be asked: a payer's page does not wait for the books. */
static bool
every_page_may(void)
{
	const char	*at = web_settings()->frame_ancestors;
	struct slice	 word;

	for (at += strspn(at, " "); *at != '\0'; at += word.len + strspn(at + word.len, " ")) {
		word = (struct slice){ at, strcspn(at, " ") };
		if (slice_is(word, "https:") || slice_is(word, "*"))
			return true;
	}
	return false;
}

static bool
location_read(const struct serve_request *request, struct reference *location)
{
	struct buf	text;
	bool		is_read;

	buf_init(&text, REFERENCE_SIZE - 1);
	is_read = uri_parameter(serve_query(request), "location", &text) && buf_ok(&text) &&
	    reference_read(buf_slice(&text), location) && !reference_is_empty(location);
	buf_release(&text);
	return is_read;
}
