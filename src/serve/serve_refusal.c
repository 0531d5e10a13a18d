/*
 * What the HTTP layer refuses before there is a request: the same headers, the same kind of body and a
 * log line, as if a handler had said it.  serve_kore.c hooks it into Kore's own errors.
 */
#include "base/id.h"
#include "serve/serve_internal.h"

#define HEAD_MAX	512	/* bytes of header lines */
#define BODY_MAX	1024	/* bytes of JSON */

/* By status: why, in words for the one who sent the request. */
static const struct refusal {
	int		 status;
	enum fault	 fault;
	const char	*detail;
} refusals[] = {
	{ 404, FAULT_ROUTE_UNKNOWN, NULL },
	{ 405, FAULT_METHOD_UNSUPPORTED, "HTTP/1.0 knows GET, HEAD and POST" },
	{ 408, FAULT_REQUEST_INVALID, "the request took too long to arrive" },
	{ 411, FAULT_REQUEST_INVALID, "a body needs a content-length" },
	{ 413, FAULT_BODY_TOO_LARGE, NULL },
	{ 414, FAULT_REQUEST_INVALID, "the address is too long" },
	{ 431, FAULT_REQUEST_INVALID, "the headers are too large" },
	{ 500, FAULT_INTERNAL, NULL },
	{ 501, FAULT_REQUEST_INVALID, "send a content-length, no transfer-encoding" },
	{ 503, FAULT_STORE_BUSY, "too many requests are under way" },
	{ 505, FAULT_REQUEST_INVALID, "the versions are HTTP/1.0 and HTTP/1.1" },
	{ 0, FAULT_REQUEST_INVALID, NULL }
};

static const struct refusal	*refusal_of(int);

void
serve_refusal(int status, struct buf *head, struct buf *body)
{
	const struct refusal	*refusal = refusal_of(status);
	const char		*code = fault_info(refusal->fault)->code;
	struct id		 id;

	id_make("req", &id);
	buf_init(head, HEAD_MAX);
	buf_printf(head, "content-type: application/json\r\nx-request-id: %s\r\n"
	    "x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n"
	    "content-security-policy: " SERVE_POLICY_NONE "\r\n"
	    "cache-control: no-store\r\n%s", id.text, status == 503 ? "retry-after: 1\r\n" : "");
	buf_init(body, BODY_MAX);
	serve_error_text(refusal->fault, refusal->detail, id.text, body);
	log_write(&(struct log_entry){ .level = LOG_LEVEL_INFO, .event = "request_refused",
	    .request_id = id.text, .status = status, .fault = code });
}

static const struct refusal *
refusal_of(int status)
{
	size_t	i = 0;

	while (refusals[i].status != 0 && refusals[i].status != status)
		i++;
	return &refusals[i];
}
