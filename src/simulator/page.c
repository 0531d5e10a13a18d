/*
 * Pages are embedded files; their scripts fetch what they show from the JSON API.
 */
#include "simulator/page.h"

#include "base/json_write.h"
#include "serve/asset.h"
#include "simulator/order.h"
#include "simulator/simulator.h"

#define POLICY_SIZE	(3 * SETTING_TEXT_SIZE + 512)

struct page {
	const char	*name;
	const char	*framed;	/* the one origin that may be, and asked whether it is there */
	const char	*pictures;	/* whose may be shown beside our own */
};

static void	page_answer(struct serve_request *, const struct page *);

void
page_list(struct serve_request *request)
{
	page_answer(request, &(struct page){ "list.html", "", "" });
}

void
page_order(struct serve_request *request)
{
	struct page	page = { "order.html", simulator_settings()->payments_origin, "" };

	/* Whether the order exists is said by the page's own script; this is only an address. */
	if (order_id_is(serve_capture(request, 0)))
		page_answer(request, &page);
	else
		serve_fault(request, FAULT_TRANSACTION_UNKNOWN, "no such order");
}

void
page_contact(struct serve_request *request)
{
	struct buf	pictures;
	struct page	page = { "contact.html", simulator_settings()->payments_origin, "" };

	/* The platform shows a saved card's picture from wherever it is, if that is https. */
	buf_init(&pictures, POLICY_SIZE);
	buf_printf(&pictures, " https: %s", simulator_settings()->payments_origin);
	page.pictures = buf_text(&pictures);
	page_answer(request, &page);
	buf_release(&pictures);
}

void
page_install(struct serve_request *request)
{
	page_answer(request, &(struct page){ "install.html", "", "" });
}

void
page_choose(struct serve_request *request)
{
	page_answer(request, &(struct page){ "choose.html", "", "" });
}

void
page_settings(struct serve_request *request)
{
	page_answer(request, &(struct page){ "host.html", simulator_settings()->settings_origin, "" });
}

void
page_webhooks(struct serve_request *request)
{
	page_answer(request, &(struct page){ "webhooks.html", "", "" });
}

void
page_faults(struct serve_request *request)
{
	page_answer(request, &(struct page){ "faults.html", "", "" });
}

void
page_app(struct serve_request *request)
{
	const struct simulator_settings	*settings = simulator_settings();
	struct json_write		 write;
	struct buf			 body;

	buf_init(&body, SIMULATOR_BODY_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_text_member(&write, "appId", settings->app_id);
	json_text_member(&write, "clientId", settings->client_id);
	json_text_member(&write, "redirectUrl", settings->redirect_url);
	json_text_member(&write, "settingsUrl", settings->settings_url);
	json_text_member(&write, "billingUrl", settings->billing_url);
	json_text_member(&write, "webhookUrl", settings->webhook_url);
	json_close_object(&write);
	simulator_answer(request, 200, &body);
}

void
page_asset(struct serve_request *request)
{
	asset_answer(request, serve_capture(request, 0));
}

static void
page_answer(struct serve_request *request, const struct page *page)
{
	struct serve_header	header;
	struct buf		policy;

	buf_init(&policy, POLICY_SIZE);
	buf_printf(&policy, "default-src 'none'; script-src 'self'; style-src 'self'; "
	    "img-src 'self'%s; connect-src 'self' %s; frame-src %s; frame-ancestors 'none'; "
	    "base-uri 'none'; form-action 'none'", page->pictures, page->framed,
	    page->framed[0] == '\0' ? "'none'" : page->framed);
	header.name = "content-security-policy";
	header.value = buf_text(&policy);
	asset_answer_page(request, page->name, &header, 1);
	buf_release(&policy);
}
