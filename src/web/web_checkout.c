/*
 * The checkout page, what it loads, and the headers that fence it in (design §6).
 */
#include "base/buf.h"
#include "serve/asset.h"
#include "web/web.h"

#define POLICY_MAX	4096	/* bytes of one header */

/*
 * Own scripts and styles only; frames only from the processor (the sandbox's is ours); may be embedded
 * by the pages that the setting names.  Never X-Frame-Options: parents have any domain (contract §2.6).
 */
void
web_checkout(struct serve_request *request)
{
	struct serve_header	header = { .name = "content-security-policy" };
	struct buf		policy;

	buf_init(&policy, POLICY_MAX);
	buf_printf(&policy, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
	    "frame-ancestors %s", web_settings()->frame_ancestors);
	if (buf_ok(&policy)) {
		header.value = buf_text(&policy);
		asset_answer_page(request, "checkout.html", &header, 1);
	} else {
		serve_fault(request, FAULT_INTERNAL, NULL);
	}
	buf_release(&policy);
}

void
web_asset(struct serve_request *request)
{
	asset_answer(request, serve_capture(request, 0));
}
