/*
 * The checkout page, what it loads, and the headers that fence it in (design §6).
 */
#include <assert.h>
#include <stdlib.h>

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
	struct reference	 location;
	struct store_call	 call;
	struct store_brand	 brand;
};

static enum flow_next	opening_ask(struct flow *);
static enum flow_next	opening_reply(struct flow *);
static void		page_answer(struct serve_request *, const char *);
static bool		location_read(const struct serve_request *, struct reference *);

static const struct flow_step	opening_steps[] = {
	STEP(opening_ask),		/* asks the books for the company of the location      */
	STEP(opening_reply),		/* the only step that answers                          */
};

/*
 * The operator says which pages may embed the checkout; where he names some, the domain under which a
 * company's agency shows the platform is one of them.  The paymentsUrl that we register names the location.
 */
void
web_checkout(struct serve_request *request)
{
	struct reference	 location;
	struct opening		*opening;

	if (!location_read(request, &location)) {
		page_answer(request, "");
		return;
	}
	opening = calloc(1, sizeof(*opening));
	assert(opening != NULL);
	opening->request = request;
	opening->location = location;
	opening->call.flow = &opening->flow;
	FLOW_START(&opening->flow, opening_steps);
}

void
web_asset(struct serve_request *request)
{
	asset_answer(request, serve_capture(request, 0));
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

	page_answer(opening->request, opening->brand.domain);
	free(opening);
	return FLOW_END;
}

/*
 * Own scripts and styles only; frames only from the processor (the sandbox's is ours).  Never
 * X-Frame-Options: parents have any domain (contract §2.6).
 */
static void
page_answer(struct serve_request *request, const char *domain)
{
	struct serve_header	header = { .name = "content-security-policy" };
	struct buf		policy;

	buf_init(&policy, POLICY_MAX);
	buf_printf(&policy, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
	    "frame-ancestors %s", web_settings()->frame_ancestors);
	/* The billing page pays in a checkout as well. */
	if (web_settings()->billing_amount[0] != '\0')
		buf_puts(&policy, " 'self'");
	/* The schema lets nothing but a host name be a domain. */
	if (domain[0] != '\0')
		buf_printf(&policy, " https://%s https://*.%s", domain, domain);
	if (buf_ok(&policy)) {
		header.value = buf_text(&policy);
		asset_answer_page(request, "checkout.html", &header, 1);
	} else {
		serve_fault(request, FAULT_INTERNAL, NULL);
	}
	buf_release(&policy);
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
