/*
 * The control API of the marketplace: one statement a request (simulator.control), which answers JSON, or null
 * for what is not there.
 */
#include "simulator/market.h"

#include <stdlib.h>
#include <string.h>

#include "base/integer.h"
#include "base/json_write.h"
#include "base/uri.h"
#include "io/row.h"
#include "simulator/simulator.h"

#define PATH_BYTES_MAX	128
#define URL_MAX		4096

static const struct pool_statement control = {
	"market_control",
	"select simulator.control($1, nullif($2, ''), nullif($3, '')::json, $4, $5::int)", 5
};

static const char *const	what_to_delete[] = { "companyId", "locationId", NULL };

static void	control_ask(struct serve_request *, const char *, const char *);
static void	controlled(void *, const struct pool_answer *);
static bool	is_installation(const struct serve_request *);
static void	installed(struct serve_request *, struct slice);

/* "POST companies", "GET calls": the method, and the last segment of the path. */
void
market_control(struct serve_request *request)
{
	struct slice	path = serve_path(request);
	struct buf	what, filter;
	size_t		last = path.len;

	while (last > 0 && path.at[last - 1] != '/')
		last--;
	buf_init(&what, PATH_BYTES_MAX);
	buf_init(&filter, PATH_BYTES_MAX);
	buf_put(&what, serve_method(request));
	buf_putc(&what, ' ');
	buf_put(&what, (struct slice){ path.at + last, path.len - last });
	(void)uri_parameter(serve_query(request), "path", &filter);
	control_ask(request, buf_text(&what), buf_text(&filter));
	buf_release(&what);
	buf_release(&filter);
}

void
market_control_one(struct serve_request *request)
{
	char	id[PATH_BYTES_MAX];
	bool	is_company = slice_starts(serve_path(request), "/simulator/companies/");

	(void)slice_copy(serve_capture(request, 0), id, sizeof(id));
	control_ask(request, is_company ? "GET company" : "GET provider", id);
}

static void
control_ask(struct serve_request *request, const char *what, const char *id)
{
	struct integer	visible;
	struct json	*json = NULL;
	struct buf	body;
	const char	*params[5];
	enum fault	fault;

	buf_init(&body, MARKET_BODY_MAX);
	if (slice_is(serve_method(request), "POST") && simulator_read_json(request, &json) != FAULT_NONE)
		return;
	json_free(json);
	/* DELETE has no body: what it is about stands behind '?'. */
	if (slice_is(serve_method(request), "DELETE"))
		market_pairs_put(serve_query(request), what_to_delete, &body);
	else
		buf_put(&body, serve_body(request));
	params[0] = what;
	params[1] = id;
	params[2] = buf_text(&body);
	params[3] = simulator_settings()->app_id;
	params[4] = integer_print(simulator_settings()->list_delay_ms, &visible);
	fault = pool_ask(market_pool(), &control, params, controlled, request);
	if (fault != FAULT_NONE)
		serve_fault(request, fault, NULL);
	buf_release(&body);
}

static void
controlled(void *arg, const struct pool_answer *answer)
{
	struct serve_request	*request = arg;
	struct buf		 body;

	/* What a body says that no statement takes: a kind of fault that there is none of, a number in words. */
	if (answer->fault == FAULT_STORE_FAILED && (strncmp(answer->sqlstate, "22", 2) == 0 ||
	    strncmp(answer->sqlstate, "23", 2) == 0)) {
		serve_note(request)->sqlstate = answer->sqlstate;
		serve_fault(request, FAULT_FIELD_INVALID, NULL);
		return;
	}
	if (simulator_answered_fault(request, answer))
		return;
	if (row_is_null(answer->rows, 0, 0)) {
		serve_fault(request, FAULT_ROUTE_UNKNOWN, "no such company or location");
		return;
	}
	if (is_installation(request)) {
		installed(request, row_slice(answer->rows, 0, 0));
		return;
	}
	buf_init(&body, SIMULATOR_ANSWER_MAX);
	buf_put(&body, row_slice(answer->rows, 0, 0));
	simulator_answer(request, slice_is(serve_method(request), "POST") ? 201 : 200, &body);
}

static bool
is_installation(const struct serve_request *request)
{
	return slice_is(serve_method(request), "POST") &&
	    slice_is(serve_path(request), "/simulator/installations");
}

/* Where the browser is sent with the code: to the redirect_uri that was asked for, else to the provider's. */
static void
installed(struct serve_request *request, struct slice made)
{
	const char		*redirect = simulator_settings()->redirect_url;
	struct json		*asked = NULL, *json = NULL;
	struct json_write	 write;
	struct slice		 code = { "", 0 }, text;
	struct buf		 url, body;

	buf_init(&url, URL_MAX);
	buf_init(&body, URL_MAX * 2);
	(void)json_parse(serve_body(request), &asked);
	if (json_parse(made, &json) == FAULT_NONE)
		(void)json_text(json_member(json_root(json), "code"), &code);
	if (asked != NULL && json_text(json_member(json_root(asked), "redirectUri"), &text))
		buf_put(&url, text);
	else
		buf_puts(&url, redirect);
	buf_putc(&url, strchr(buf_text(&url), '?') == NULL ? '?' : '&');
	buf_puts(&url, "code=");
	uri_put(&url, code);
	if (asked != NULL && json_text(json_member(json_root(asked), "state"), &text) && text.len > 0) {
		buf_puts(&url, "&state=");
		uri_put(&url, text);
	}
	json_write_init(&write, &body);
	json_open_object(&write);
	json_slice_member(&write, "code", code);
	json_text_member(&write, "redirect", buf_text(&url));
	json_close_object(&write);
	json_free(asked);
	json_free(json);
	buf_release(&url);
	simulator_answer(request, 201, &body);
}
