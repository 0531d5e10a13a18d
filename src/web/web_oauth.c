/*
 * Installing the app: sending a browser to the platform's page on which a location is chosen, and taking it
 * back with a code (contract §6.1).  A callback logs nobody in: it says how it went, that is all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/ticket.h"
#include "base/uri.h"
#include "install/install_code.h"
#include "serve/asset.h"
#include "web/web.h"

#define STATE_LIVES_US	(60 * 60 * INT64_C(1000000))	/* to choose a location and to agree */
#define STATE_PURPOSE	"install"
#define LOCATION_MAX	(4 * SETTING_TEXT_SIZE)		/* bytes */

static void	installed(void *, const struct install_coded *);
static void	page_answer(struct serve_request *, enum fault);
static bool	state_is_ours(struct slice);
static enum fault	state_check(struct slice);

void
web_oauth_install(struct serve_request *request)
{
	const struct settings	*settings = web_settings();
	struct ticket		 ticket = { STATE_PURPOSE, clock_now_us() + STATE_LIVES_US };
	struct serve_header	 header = { .name = "location" };
	struct serve_answer	 answer = { .status = 303, .headers = &header, .header_count = 1 };
	struct buf		 state, location;
	struct id		 nonce;

	if (settings->client_id[0] == '\0') {
		page_answer(request, FAULT_PLATFORM_REFUSED);
		return;
	}
	id_make_secret("st", &nonce);
	buf_init(&state, TICKET_SIZE);
	buf_init(&location, LOCATION_MAX);
	(void)ticket_make(&settings->master_keys[0], &ticket, slice_of(nonce.text), &state);
	buf_printf(&location, "%s?response_type=code&client_id=", settings->authorize_url);
	uri_put(&location, slice_of(settings->client_id));
	buf_puts(&location, "&redirect_uri=");
	uri_put(&location, slice_of(settings->public_url));
	uri_put(&location, slice_of("/oauth/callback"));
	buf_puts(&location, "&scope=");
	uri_put(&location, slice_of(settings->scopes));
	buf_puts(&location, "&state=");
	uri_put(&location, buf_slice(&state));
	if (buf_ok(&state) && buf_ok(&location)) {
		header.value = buf_text(&location);
		serve_answer(request, &answer);
	} else {
		serve_fault(request, FAULT_INTERNAL, NULL);
	}
	buf_release(&state);
	buf_release(&location);
}

void
web_oauth_callback(struct serve_request *request)
{
	struct buf	code, state;
	enum fault	fault = FAULT_NONE;

	buf_init(&code, INSTALL_CODE_SIZE - 1);
	buf_init(&state, TICKET_SIZE);
	if (!uri_parameter(serve_query(request), "code", &code) || code.len == 0 || !buf_ok(&code))
		fault = FAULT_CODE_INVALID;
	/* Installations that begin at the platform's marketplace carry no state of ours, or one of its own. */
	else if (uri_parameter(serve_query(request), "state", &state) && buf_ok(&state))
		fault = state_check(buf_slice(&state));
	if (fault == FAULT_NONE)
		install_code(buf_text(&code), installed, request);
	else
		page_answer(request, fault);
	buf_wipe(&code);
	buf_release(&state);
}

static void
installed(void *arg, const struct install_coded *result)
{
	struct serve_request	*request = arg;
	struct log_entry	*note = serve_note(request);

	note->account_id = result->installation_id[0] != '\0' ? result->installation_id : NULL;
	note->rule = result->fault == FAULT_NONE ? installation_kind_label(result->kind) : NULL;
	note->detail = result->detail;
	note->sqlstate = result->sqlstate;
	page_answer(request, result->fault);
}

/* Who comes back wants to know what to do now; which words, the page's name says. */
static void
page_answer(struct serve_request *request, enum fault fault)
{
	static const char	policy[] = "default-src 'none'; style-src 'self'; base-uri 'none'; "
				    "form-action 'none'; frame-ancestors 'none'";

	if (fault != FAULT_NONE)
		serve_note(request)->fault = fault_info(fault)->code;
	switch (fault) {
	case FAULT_NONE:
		asset_answer_once(request, 200, "installed.html", policy);
		break;
	case FAULT_CODE_INVALID:
	case FAULT_STATE_INVALID:
		asset_answer_once(request, 400, "install-again.html", policy);
		break;
	case FAULT_PLATFORM_REFUSED:
		asset_answer_once(request, 502, "install-refused.html", policy);
		break;
	default:
		asset_answer_once(request, 503, "install-later.html", policy);
		break;
	}
}

/* Ours, and of the last hour; one that is not ours by its form is the platform's business. */
static enum fault
state_check(struct slice state)
{
	struct seal_keys	keys = { web_settings()->master_keys, web_settings()->master_key_count };
	struct ticket		ticket = { .purpose = STATE_PURPOSE };
	struct buf		text;
	enum fault		fault;

	if (!state_is_ours(state))
		return FAULT_NONE;
	buf_init(&text, TICKET_TEXT_MAX);
	fault = ticket_read(keys, &ticket, state, &text);
	buf_release(&text);
	return fault;
}

/* A ticket has two dots (base/ticket.h); the base64 of a JSON object, as the platform makes, has none. */
static bool
state_is_ours(struct slice state)
{
	size_t	dots = 0;

	for (size_t i = 0; i < state.len; i++)
		dots += state.at[i] == '.';
	return dots == 2;
}
