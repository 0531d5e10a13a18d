/*
 * POST /settings/session: what the platform says of who is looking becomes a session of ours (contract §8).
 * Whoever is refused learns nothing of why; the log does.
 */
#include "base/sso.h"
#include "base/ticket.h"
#include "web/web_visit.h"

static void	session_opened(void *, const struct install_session *);
static void	session_write(const struct install_session *, const struct buf *, struct buf *);

void
web_settings_session(struct serve_request *request)
{
	struct slice	 payload = { "", 0 };
	struct json	*json;

	if (web_read_json(request, &json) != FAULT_NONE)
		return;
	/* One that is no text is one that cannot be decrypted. */
	(void)json_text(json_member(json_root(json), "payload"), &payload);
	install_session_open(payload, session_opened, request);
	json_free(json);
}

static void
session_opened(void *arg, const struct install_session *session)
{
	struct serve_request	*request = arg;
	struct log_entry	*note = serve_note(request);
	struct buf		 ticket, body;

	note->rule = session->rule;
	note->sqlstate = session->sqlstate;
	if (session->fault != FAULT_NONE) {
		serve_fault(request, session->fault, NULL);
		return;
	}
	note->subject = session->visitor->user.text;
	buf_init(&ticket, TICKET_SIZE - 1);
	buf_init(&body, WEB_ANSWER_MAX);
	if (web_visit_ticket(session->visitor, session->left_ms, &ticket) == FAULT_NONE) {
		session_write(session, &ticket, &body);
		serve_json(request, 200, &body);
	} else {
		serve_fault(request, FAULT_INTERNAL, NULL);
	}
	buf_wipe(&ticket);
	buf_wipe(&body);
}

static void
session_write(const struct install_session *session, const struct buf *ticket, struct buf *body)
{
	const struct install_visitor	*visitor = session->visitor;
	struct json_write		 write;

	json_write_init(&write, body);
	json_open_object(&write);
	json_slice_member(&write, "token", buf_slice(ticket));
	json_integer_member(&write, "expiresInS", session->left_ms / 1000);
	json_name(&write, "user");
	json_open_object(&write);
	json_text_member(&write, "name", session->user_name);
	json_text_member(&write, "role", visitor->is_admin ? "admin" : "user");
	json_close_object(&write);
	json_text_member(&write, "companyId", visitor->company.text);
	json_text_member(&write, "locationId",
	    reference_is_empty(&visitor->location) ? NULL : visitor->location.text);
	json_bool_member(&write, "canEdit", visitor->is_admin);
	json_name(&write, "brand");
	web_write_brand(&write, session->brand);
	json_close_object(&write);
}
