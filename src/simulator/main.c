/*
 * The platform simulator: the platform as a provider's developer meets it.  Settings, routes,
 * workers.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "serve/serve.h"
#include "simulator/billing.h"
#include "simulator/contact_api.h"
#include "simulator/contact_charge.h"
#include "simulator/contact_methods.h"
#include "simulator/market.h"
#include "simulator/order_api.h"
#include "simulator/order_store.h"
#include "simulator/order_refund.h"
#include "simulator/order_talk.h"
#include "simulator/page.h"
#include "simulator/read_back.h"
#include "simulator/simulator.h"
#include "simulator/user_data.h"
#include "simulator/webhook_api.h"

#define COMPLAINTS_MAX	16384	/* bytes */
#define DRAIN_MS	10000

static void	health_live(struct serve_request *);
static void	health_ready(struct serve_request *);
static void	worker_start(void);
static int	settings_help(void);
static int	settings_refuse(const struct buf *);

static const struct serve_route routes[] = {
	{ "GET", "/", SERVE_ANYONE, 0, page_list, NULL },
	{ "GET", "/orders/{id}", SERVE_ANYONE, 0, page_order, NULL },
	{ "GET", "/contacts/{id}", SERVE_ANYONE, 0, page_contact, NULL },
	{ "GET", "/install", SERVE_ANYONE, 0, page_install, NULL },
	{ "GET", "/v2/oauth/chooselocation", SERVE_ANYONE, 0, page_choose, NULL },
	{ "GET", "/oauth/chooselocation", SERVE_ANYONE, 0, page_choose, NULL },
	{ "GET", "/locations/{id}/settings", SERVE_ANYONE, 0, page_settings, NULL },
	{ "GET", "/companies/{id}/settings", SERVE_ANYONE, 0, page_settings, NULL },
	{ "GET", "/webhooks", SERVE_ANYONE, 0, page_webhooks, NULL },
	{ "GET", "/faults", SERVE_ANYONE, 0, page_faults, NULL },
	{ "GET", "/assets/{name}", SERVE_ANYONE, 0, page_asset, NULL },
	{ "GET", "/healthz", SERVE_ANYONE, 0, health_live, NULL },
	{ "GET", "/readyz", SERVE_ANYONE, 0, health_ready, NULL },

	{ "POST", "/simulator/orders", SERVE_ANYONE, SIMULATOR_BODY_MAX, order_api_create, NULL },
	{ "GET", "/simulator/orders", SERVE_ANYONE, 0, order_api_list, NULL },
	{ "GET", "/simulator/orders/{id}", SERVE_ANYONE, 0, order_api_show, NULL },
	{ "POST", "/simulator/orders/{id}/messages", SERVE_ANYONE, SIMULATOR_BODY_MAX,
	    order_talk_message, NULL },
	{ "POST", "/simulator/orders/{id}/verify", SERVE_ANYONE, SIMULATOR_BODY_MAX,
	    order_talk_verify, NULL },
	{ "POST", "/simulator/orders/{id}/refunds", SERVE_ANYONE, SIMULATOR_BODY_MAX,
	    order_refund_make, NULL },

	{ "GET", "/simulator/contacts/{id}", SERVE_ANYONE, 0, contact_api_show, NULL },
	{ "POST", "/simulator/contacts/{id}/messages", SERVE_ANYONE, SIMULATOR_BODY_MAX,
	    contact_api_message, NULL },
	{ "POST", "/simulator/contacts/{id}/payment-methods", SERVE_ANYONE, SIMULATOR_BODY_MAX,
	    contact_methods_ask, NULL },
	{ "POST", "/simulator/contacts/{id}/charges", SERVE_ANYONE, SIMULATOR_BODY_MAX,
	    contact_charge_make, NULL },

	{ "POST", "/simulator/webhooks", SERVE_ANYONE, WEBHOOK_API_BODY_MAX, webhook_api_create, NULL },
	{ "GET", "/simulator/webhooks", SERVE_ANYONE, 0, webhook_api_list, NULL },
	{ "POST", "/simulator/webhooks/scheme", SERVE_ANYONE, SIMULATOR_BODY_MAX, webhook_api_scheme,
	    NULL },
	{ "POST", "/simulator/webhooks/{id}/resend", SERVE_ANYONE, SIMULATOR_BODY_MAX,
	    webhook_api_resend, NULL },
	{ "GET", "/simulator/app", SERVE_ANYONE, 0, page_app, NULL },
	{ "POST", "/simulator/sso", SERVE_ANYONE, SIMULATOR_BODY_MAX, user_data_make, NULL },
	{ "POST", "/oauth/billing/webhook", SERVE_OPERATOR, SIMULATOR_BODY_MAX, billing_take,
	    billing_refuse },
	{ "GET", "/simulator/billing", SERVE_ANYONE, 0, billing_list, NULL },

	{ "POST", "/oauth/token", SERVE_OPERATOR, MARKET_BODY_MAX, market_call, market_refuse },
	{ "POST", "/oauth/locationToken", SERVE_OPERATOR, MARKET_BODY_MAX, market_call, market_refuse },
	{ "GET", "/oauth/installedLocations", SERVE_OPERATOR, 0, market_call, market_refuse },
	{ "POST", "/payments/custom-provider/provider", SERVE_OPERATOR, MARKET_BODY_MAX, market_call,
	    market_refuse },
	{ "DELETE", "/payments/custom-provider/provider", SERVE_OPERATOR, 0, market_call, market_refuse },
	{ "GET", "/payments/custom-provider/connect", SERVE_OPERATOR, 0, market_call, market_refuse },
	{ "POST", "/payments/custom-provider/connect", SERVE_OPERATOR, MARKET_BODY_MAX, market_call,
	    market_refuse },
	{ "POST", "/payments/custom-provider/disconnect", SERVE_OPERATOR, MARKET_BODY_MAX, market_call,
	    market_refuse },
	{ "PUT", "/payments/custom-provider/capabilities", SERVE_OPERATOR, MARKET_BODY_MAX, market_call,
	    market_refuse },

	{ "POST", "/simulator/companies", SERVE_ANYONE, MARKET_BODY_MAX, market_control, NULL },
	{ "GET", "/simulator/companies", SERVE_ANYONE, 0, market_control, NULL },
	{ "GET", "/simulator/companies/{id}", SERVE_ANYONE, 0, market_control_one, NULL },
	{ "POST", "/simulator/locations", SERVE_ANYONE, MARKET_BODY_MAX, market_control, NULL },
	{ "POST", "/simulator/installations", SERVE_ANYONE, MARKET_BODY_MAX, market_control, NULL },
	{ "POST", "/simulator/activity", SERVE_ANYONE, MARKET_BODY_MAX, market_control, NULL },
	{ "POST", "/simulator/expiry", SERVE_ANYONE, MARKET_BODY_MAX, market_control, NULL },
	{ "DELETE", "/simulator/installations", SERVE_ANYONE, 0, market_control, NULL },
	{ "GET", "/simulator/providers/{id}", SERVE_ANYONE, 0, market_control_one, NULL },
	{ "GET", "/simulator/calls", SERVE_ANYONE, 0, market_control, NULL },
	{ "GET", "/simulator/replays", SERVE_ANYONE, 0, market_control, NULL },
	{ "GET", "/simulator/faults", SERVE_ANYONE, 0, market_control, NULL },
	{ "POST", "/simulator/faults", SERVE_ANYONE, MARKET_BODY_MAX, market_control, NULL },
	{ "DELETE", "/simulator/faults", SERVE_ANYONE, 0, market_control, NULL },

	{ "GET", "/payments/transactions/{id}", SERVE_OPERATOR, 0, read_back_transaction,
	    read_back_refuse },
	{ "GET", "/payments/orders/{id}", SERVE_OPERATOR, 0, read_back_order, read_back_refuse },
};

static struct simulator_settings	settings;

int
main(int argc, char **argv)
{
	struct serve_options	options = { 0 };
	struct buf		complaints;

	if (argc > 1 && strcmp(argv[1], "--help") == 0)
		return settings_help();
	buf_init(&complaints, COMPLAINTS_MAX);
	if (simulator_settings_read(environ, &settings, &complaints) != FAULT_NONE)
		return settings_refuse(&complaints);
	buf_release(&complaints);
	log_start("simulator", LOG_LEVEL_INFO);
	options.program = "simulator";
	options.door.address = settings.address;
	options.door.port = settings.port;
	options.workers = settings.workers;
	options.drain_ms = DRAIN_MS;
	options.user = settings.user;
	options.door.routes = routes;
	options.door.route_count = sizeof(routes) / sizeof(routes[0]);
	options.worker_start = worker_start;
	return serve_run(&options, argc, argv);
}

static void
worker_start(void)
{
	simulator_start(&settings);
}

static void
health_live(struct serve_request *request)
{
	struct buf	body;

	buf_init(&body, 64);
	buf_puts(&body, "{\"status\":\"live\"}");
	simulator_answer(request, 200, &body);
}

static void
health_ready(struct serve_request *request)
{
	struct buf	body;

	if (!order_store_is_ready()) {
		serve_fault(request, FAULT_STORE_UNAVAILABLE, NULL);
		return;
	}
	buf_init(&body, 64);
	buf_puts(&body, "{\"status\":\"ready\"}");
	simulator_answer(request, 200, &body);
}

static int
settings_help(void)
{
	struct buf	text;

	buf_init(&text, COMPLAINTS_MAX);
	buf_puts(&text, "simulator: a stand-in for the platform, to try a payment provider with.\n"
	    "It takes no arguments; its settings come from the environment:\n\n");
	setting_help(simulator_settings_table(), &text);
	(void)fputs(buf_text(&text), stdout);	/* nobody could be told that this failed */
	buf_release(&text);
	return 0;
}

static int
settings_refuse(const struct buf *complaints)
{
	(void)fprintf(stderr, "simulator does not start:\n%s", buf_text(complaints));
	return 1;
}
