/*
 * The settings page, and the policy that fences it in.  What it shows comes from the addresses below
 * /settings/, which ask who is looking.
 */
#include "web/web.h"
#include "web/web_page.h"

/*
 * Own scripts and styles, requests to nobody but us; pictures from anywhere, since a brand's logo has an
 * address of its own.  No form is ever sent by the browser itself: credentials would stand in the address.
 */
static const struct web_page	settings_page = {
	.asset = "settings.html",
	.policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
	    "img-src 'self' https: data:; base-uri 'none'; form-action 'none'",
};

void
web_settings_page(struct serve_request *request)
{
	web_page_answer(request, &settings_page);
}
