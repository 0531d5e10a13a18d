/*
 * Pages are embedded files; their scripts fetch what they show from the JSON API.
 */
#include "simulator/page.h"

#include "serve/asset.h"
#include "simulator/order.h"
#include "simulator/simulator.h"

#define POLICY_SIZE	(2 * SETTING_TEXT_SIZE + 512)

static void	page_answer(struct serve_request *, const char *, const char *);

void
page_list(struct serve_request *request)
{
	page_answer(request, "list.html", "");
}

void
page_order(struct serve_request *request)
{
	/* Whether the order exists is said by the page's own script; this is only an address. */
	if (order_id_is(serve_capture(request, 0)))
		page_answer(request, "order.html", simulator_settings()->payments_origin);
	else
		serve_fault(request, FAULT_TRANSACTION_UNKNOWN, "no such order");
}

void
page_asset(struct serve_request *request)
{
	asset_answer(request, serve_capture(request, 0));
}

/* ${provider} is the one origin that may be framed, and asked whether it is there at all. */
static void
page_answer(struct serve_request *request, const char *name, const char *provider)
{
	struct serve_header	header;
	struct buf		policy;

	buf_init(&policy, POLICY_SIZE);
	buf_printf(&policy, "default-src 'none'; script-src 'self'; style-src 'self'; "
	    "img-src 'self'; connect-src 'self' %s; frame-src %s; frame-ancestors 'none'; "
	    "base-uri 'none'; form-action 'none'", provider, provider[0] == '\0' ? "'none'" : provider);
	header.name = "content-security-policy";
	header.value = buf_text(&policy);
	asset_answer_page(request, name, &header, 1);
	buf_release(&policy);
}
