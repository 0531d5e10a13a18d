/*
 * Is it alive, is it ready, and what is it: for load balancers, for make up, for a curious person.
 */
#include "base/json_write.h"
#include "serve/asset.h"
#include "store/store.h"
#include "web/web.h"

static void
answer_status(struct serve_request *request, int status, const char *word)
{
	struct json_write	write;
	struct buf		body;

	buf_init(&body, WEB_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_text_member(&write, "status", word);
	json_close_object(&write);
	serve_json(request, status, &body);
	buf_release(&body);
}

void
web_live(struct serve_request *request)
{
	answer_status(request, 200, "live");
}

void
web_ready(struct serve_request *request)
{
	if (store_is_ready())
		answer_status(request, 200, "ready");
	else
		serve_fault(request, FAULT_STORE_UNAVAILABLE, "no connection to the database answers");
}

void
web_home(struct serve_request *request)
{
	static const struct serve_header	headers[] = {
		{ "content-security-policy",
		    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
		    "frame-ancestors 'none'" },
	};

	asset_answer_page(request, "home.html", headers, sizeof(headers) / sizeof(headers[0]));
}
