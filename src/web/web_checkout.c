/*
 * The checkout page, what it loads, and the policy that fences it in (design §6).
 */
#include "serve/asset.h"
#include "web/web.h"
#include "web/web_page.h"

/*
 * Own scripts and styles only; frames only from the processor (the sandbox's is ours).  The paymentsUrl that
 * we register names the location.
 */
static const struct web_page	checkout_page = {
	.asset = "checkout.html",
	.policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'",
	.in_billing = true,
};

void
web_checkout(struct serve_request *request)
{
	web_page_answer(request, &checkout_page);
}

void
web_asset(struct serve_request *request)
{
	asset_answer(request, serve_capture(request, 0));
}
