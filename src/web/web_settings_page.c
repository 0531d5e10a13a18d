/*
 * The settings page, which opens inside the platform's pages, and the policy that fences it in.
 * What it shows comes from the addresses below /settings/, which ask who is looking.
 */
#include "base/buf.h"
#include "serve/asset.h"
#include "web/web.h"

#define POLICY_MAX	4096	/* bytes of one header */

/*
 * Own scripts and styles, requests to nobody but us; pictures from anywhere, since a brand's logo has an
 * address of its own.  No form is ever sent by the browser itself: credentials would stand in the address.
 * Never X-Frame-Options: the pages around it have any domain (contract §8).
 */
void
web_settings_page(struct serve_request *request)
{
	struct serve_header	header = { .name = "content-security-policy" };
	struct buf		policy;

	buf_init(&policy, POLICY_MAX);
	buf_printf(&policy, "default-src 'none'; script-src 'self'; style-src 'self'; "
	    "connect-src 'self'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; "
	    "frame-ancestors %s", web_settings()->frame_ancestors);
	if (buf_ok(&policy)) {
		header.value = buf_text(&policy);
		asset_answer_page(request, "settings.html", &header, 1);
	} else {
		serve_fault(request, FAULT_INTERNAL, NULL);
	}
	buf_release(&policy);
}
