/*
 * Handlers with one statement each: ask the store, answer in the call that brings the row.
 */
#include "simulator/contact_api.h"

#include <assert.h>
#include <stdlib.h>

#include "io/row.h"
#include "simulator/contact.h"
#include "simulator/contact_store.h"
#include "simulator/message.h"
#include "simulator/simulator.h"

/* What the answer needs beside the row. */
struct asked {
	struct serve_request	*request;
	struct reference	 contact_id;
	struct message		 message;
};

static struct asked	*asked_new(struct serve_request *, const struct reference *);
static void		 asked_refuse(struct asked *, enum fault, const char *);
static enum fault	 message_keep(struct asked *, const struct json_value *, const char **);
static void		 shown(void *, const struct pool_answer *);
static void		 kept(void *, const struct pool_answer *);
static bool		 answered_fault(struct asked *, const struct pool_answer *);
static void		 put_setup(const struct order_contact *, struct json_write *);

void
contact_api_show(struct serve_request *request)
{
	struct reference	 contact_id;
	struct asked		*asked;
	enum fault		 fault;

	contact_id_take(request, &contact_id);
	asked = asked_new(request, &contact_id);
	fault = contact_store_show(asked->contact_id.text, shown, asked);
	if (fault != FAULT_NONE)
		asked_refuse(asked, fault, NULL);
}

void
contact_api_message(struct serve_request *request)
{
	struct reference	 contact_id;
	struct asked		*asked;
	struct json		*json;
	const char		*detail = NULL;
	enum fault		 fault;

	if (simulator_read_json(request, &json) != FAULT_NONE)
		return;
	contact_id_take(request, &contact_id);
	asked = asked_new(request, &contact_id);
	fault = message_keep(asked, json_root(json), &detail);
	json_free(json);
	if (fault != FAULT_NONE)
		asked_refuse(asked, fault, detail);
}

static struct asked *
asked_new(struct serve_request *request, const struct reference *contact_id)
{
	struct asked	*asked;

	asked = calloc(1, sizeof(*asked));
	assert(asked != NULL);
	asked->request = request;
	asked->contact_id = *contact_id;
	return asked;
}

static void
asked_refuse(struct asked *asked, enum fault fault, const char *detail)
{
	serve_fault(asked->request, fault, detail);
	free(asked);
}

static enum fault
message_keep(struct asked *asked, const struct json_value *object, const char **detail)
{
	struct contact_store_message	 keep;
	enum dialect			 dialect;
	struct buf			 body;
	enum fault			 fault;
	bool				 received;

	if (!contact_dialect_read(object, &dialect)) {
		*detail = "dialect is live or brief";
		return FAULT_FIELD_INVALID;
	}
	if (!message_read_direction(object, &received) || json_member(object, "message") == NULL) {
		*detail = "direction is received or sent, message is what was posted";
		return FAULT_FIELD_INVALID;
	}
	asked->message.kind = MESSAGE_OTHER;
	asked->message.note = "";
	if (received)
		message_read_setup(dialect, json_member(object, "message"), &asked->message);
	buf_init(&body, SIMULATOR_BODY_MAX);
	buf_put(&body, serve_body(asked->request));
	keep.contact_id = asked->contact_id.text;
	keep.direction = received ? "received" : "sent";
	keep.body = buf_text(&body);
	keep.note = asked->message.note;
	fault = buf_ok(&body) ? contact_store_message(&keep, kept, asked) : FAULT_INTERNAL;
	buf_release(&body);
	return fault;
}

static void
shown(void *arg, const struct pool_answer *answer)
{
	struct asked		*asked = arg;
	struct order_contact	 contact = { .id = asked->contact_id };
	struct json_write	 write;
	struct buf		 body;

	if (answered_fault(asked, answer))
		return;
	row_text(answer->rows, 0, 0, contact.name, sizeof(contact.name));
	row_text(answer->rows, 0, 1, contact.email, sizeof(contact.email));
	row_text(answer->rows, 0, 2, contact.phone, sizeof(contact.phone));
	buf_init(&body, SIMULATOR_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_text_member(&write, "contactId", contact.id.text);
	json_text_member(&write, "name", contact.name);
	json_text_member(&write, "email", contact.email);
	json_text_member(&write, "phone", contact.phone);
	json_text_member(&write, "paymentsUrl", simulator_settings()->payments_url);
	json_text_member(&write, "queryUrl", simulator_settings()->query_url);
	put_setup(&contact, &write);
	json_raw_member(&write, "messages", row_slice(answer->rows, 0, 3));
	json_raw_member(&write, "queries", row_slice(answer->rows, 0, 4));
	json_raw_member(&write, "orders", row_slice(answer->rows, 0, 5));
	json_close_object(&write);
	simulator_answer(asked->request, 200, &body);
	free(asked);
}

static void
kept(void *arg, const struct pool_answer *answer)
{
	struct asked		*asked = arg;
	struct json_write	 write;
	struct buf		 body;

	if (answered_fault(asked, answer))
		return;
	buf_init(&body, SIMULATOR_ANSWER_MAX);
	json_write_init(&write, &body);
	json_open_object(&write);
	json_name(&write, "message");
	message_put(&asked->message, row_integer(answer->rows, 0, 0), &write);
	json_close_object(&write);
	simulator_answer(asked->request, 201, &body);
	free(asked);
}

static bool
answered_fault(struct asked *asked, const struct pool_answer *answer)
{
	if (!simulator_answered_fault(asked->request, answer))
		return false;
	free(asked);
	return true;
}

/* What the page says to the frame, in whichever dialect it is asked to speak. */
static void
put_setup(const struct order_contact *contact, struct json_write *write)
{
	struct message_setup	setup = {
		.contact = contact,
		.location_id = simulator_settings()->location_id,
		.publishable_key = simulator_settings()->publishable_key
	};

	json_name(write, "setupProps");
	json_open_object(write);
	json_name(write, "live");
	message_put_setup(DIALECT_LIVE, &setup, write);
	json_name(write, "brief");
	message_put_setup(DIALECT_BRIEF, &setup, write);
	json_close_object(write);
}
