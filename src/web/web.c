/*
 * The route table and the reading of bodies.  Used by main.c and the files of this folder.
 */
#include "web/web.h"

#include <assert.h>

#include "platform/webhook.h"
#include "platform/webhook_signature.h"
#include "web/web_limit.h"
#include "web/web_metric.h"

#define BODY_MAX	16384	/* bytes: of pages and frames */
#define QUERY_MAX	65536	/* bytes: of the platform, which sends whole products along */

static const struct settings	*settings;

static const struct serve_route	routes[] = {
	{ "GET",  "/",				SERVE_ANYONE,	0, web_home,		NULL, NULL },
	{ "GET",  "/healthz",		SERVE_ANYONE,	0, web_live,		NULL, NULL },
	{ "GET",  "/readyz",		SERVE_ANYONE,	0, web_ready,		NULL, NULL },
	{ "GET",  "/checkout",			SERVE_ANYONE,	0, web_checkout,	NULL, NULL },
	{ "GET",  "/settings",			SERVE_ANYONE,	0, web_settings_page,	NULL, NULL },
	{ "GET",  "/assets/{}",			SERVE_ANYONE,	0, web_asset,		NULL, NULL },
	{ "POST", "/checkout/sessions",		SERVE_PUBLISHABLE_KEY, BODY_MAX, web_session_open,
	    NULL, web_limit_payer },
	{ "GET",  "/checkout/sessions/{}",	SERVE_SESSION,	0, web_session_look,
	    NULL, web_limit_payer },
	{ "POST", "/checkout/sessions/{}/confirm", SERVE_SESSION, BODY_MAX, web_session_confirm,
	    NULL, web_limit_payer },
	{ "POST", "/checkout/setups",		SERVE_PUBLISHABLE_KEY, BODY_MAX, web_setup_open,
	    NULL, web_limit_payer },
	{ "GET",  "/checkout/setups/{}",	SERVE_SESSION,	0, web_setup_look,
	    NULL, web_limit_payer },
	{ "POST", "/checkout/setups/{}/confirm", SERVE_SESSION, BODY_MAX, web_setup_confirm,
	    NULL, web_limit_payer },
	{ "GET",  "/oauth/install",		SERVE_ANYONE,	0, web_oauth_install,
	    NULL, web_limit_payer },
	{ "GET",  "/oauth/callback",		SERVE_ANYONE,	0, web_oauth_callback,
	    NULL, web_limit_payer },
	{ "POST", "/settings/session",		SERVE_ANYONE,	BODY_MAX, web_settings_session,
	    NULL, web_limit_payer },
	{ "GET",  "/settings/state",		SERVE_VISITOR,	0, web_settings_state,
	    NULL, web_limit_payer },
	{ "POST", "/settings/check",		SERVE_VISITOR,	BODY_MAX, web_settings_check,
	    NULL, web_limit_payer },
	{ "GET",  "/settings/activity",		SERVE_VISITOR,	0, web_settings_activity,
	    NULL, web_limit_payer },
	{ "GET",  "/settings/money",		SERVE_VISITOR,	0, web_settings_money,
	    NULL, web_limit_payer },
	{ "PUT",  "/settings/modes/{}/processor", SERVE_VISITOR, BODY_MAX, web_settings_processor,
	    NULL, web_limit_payer },
	{ "POST", "/settings/modes/{}/rotate",	SERVE_VISITOR,	BODY_MAX, web_settings_rotate,
	    NULL, web_limit_payer },
	{ "POST", "/settings/modes/{}/revoke",	SERVE_VISITOR,	BODY_MAX, web_settings_revoke,
	    NULL, web_limit_payer },
	{ "GET",  "/settings/brand",		SERVE_VISITOR,	0, web_settings_brand,
	    NULL, web_limit_payer },
	{ "PUT",  "/settings/brand",		SERVE_VISITOR,	BODY_MAX, web_settings_brand_put,
	    NULL, web_limit_payer },
	{ "GET",  "/billing",			SERVE_ANYONE,	0, web_billing,		NULL, NULL },
	{ "GET",  "/billing/plan",		SERVE_ANYONE,	0, web_billing_plan,
	    NULL, web_limit_payer },
	{ "POST", "/billing/orders",		SERVE_ANYONE,	BODY_MAX, web_billing_order,
	    NULL, web_limit_payer },
	{ "GET",  "/billing/orders/{}",		SERVE_ANYONE,	0, web_billing_look,
	    NULL, web_limit_payer },
	{ "POST", "/processors/{}/notifications", SERVE_ANYONE, BODY_MAX, web_notification,
	    NULL, web_limit_payer },
	/* Its sender is proved before anything else; who proves nothing is limited by address. */
	{ "POST", "/webhooks",			SERVE_SIGNED,	WEBHOOK_BYTES_MAX, web_webhook, NULL, NULL },
	{ "GET",  "/sandbox/frame",		SERVE_ANYONE,	0, web_sandbox_frame,	NULL, NULL },
	{ "OPTIONS", "/sandbox/tokens",		SERVE_ANYONE,	0, web_sandbox_preflight, NULL, NULL },
	{ "POST", "/sandbox/tokens",		SERVE_PUBLISHABLE_KEY, BODY_MAX, web_sandbox_token,
	    web_sandbox_refuse, web_limit_payer },
	{ "OPTIONS", "/sandbox/challenges/{}",	SERVE_ANYONE,	0, web_sandbox_preflight, NULL, NULL },
	{ "POST", "/sandbox/challenges/{}",	SERVE_SESSION, BODY_MAX, web_sandbox_challenge,
	    web_sandbox_refuse, web_limit_payer },
	/* Limited by its key, which is in the body: web_query() does it. */
	{ "POST", "/query",			SERVE_API_KEY,	QUERY_MAX, web_query,
	    web_query_refuse, NULL },
	/* The same with the second factor that the platform was given for a location. */
	{ "POST", "/query/{}",			SERVE_API_KEY,	QUERY_MAX, web_query,
	    web_query_refuse, NULL },
};

static const struct serve_route	inner_routes[] = {
	{ "GET",  "/metrics",			SERVE_ANYONE,	0, web_metrics,		NULL, NULL },
	{ "GET",  "/healthz",			SERVE_ANYONE,	0, web_live,		NULL, NULL },
	{ "GET",  "/readyz",			SERVE_ANYONE,	0, web_ready,		NULL, NULL },
};

void
web_start(const struct settings *started)
{
	settings = started;
	web_limit_start(started);
	webhook_signature_start(started);
}

const struct settings *
web_settings(void)
{
	assert(settings != NULL);
	return settings;
}

const struct serve_route *
web_routes(size_t *count)
{
	*count = sizeof(routes) / sizeof(routes[0]);
	return routes;
}

const struct serve_route *
web_inner_routes(size_t *count)
{
	*count = sizeof(inner_routes) / sizeof(inner_routes[0]);
	return inner_routes;
}

enum fault
web_read_json(struct serve_request *request, struct json **json)
{
	enum fault	fault;

	*json = NULL;
	if (!slice_starts(serve_header(request, "content-type"), "application/json")) {
		serve_fault(request, FAULT_MEDIA_UNSUPPORTED, NULL);
		return FAULT_MEDIA_UNSUPPORTED;
	}
	fault = json_parse(serve_body(request), json);
	if (fault == FAULT_NONE && json_kind(json_root(*json)) != JSON_OBJECT) {
		json_free(*json);
		*json = NULL;
		fault = FAULT_JSON_INVALID;
	}
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
	return fault;
}
