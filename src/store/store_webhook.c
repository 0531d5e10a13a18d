/*
 * The statements about webhooks.  Used by web_webhook.c.
 */
#include "store/store_webhook.h"

#include "io/row.h"

static const struct pool_statement take = {
	"webhook_take",
	"select '', state, reason from kassa.webhook_take($1, $2, $3, $4, $5::timestamptz, $6, $7, $8::jsonb,"
	" $9, $10)", 10
};
static const struct pool_statement take_event = {
	"webhook_take_event",
	"select account_id, state, reason from kassa.webhook_take_event($1, $2, $3, $4, $5, $6::timestamptz, $7)",
	7
};

static void		 taken_ask(struct store_call *, struct store_webhook_taken *);
static void		 taken_read(const PGresult *, int, void *);
static const char	*text_or_null(const char *);

void
store_webhook_take(struct store_call *call, const struct store_webhook_ask *ask,
    struct store_webhook_taken *taken)
{
	struct id	id;
	const char	*params[] = {
		ask->id,
		ask->type,
		text_or_null(ask->company),
		text_or_null(ask->location),
		text_or_null(ask->at),
		ask->scheme,
		ask->body,
		ask->fields,
		id.text,
		ask->refusal,
	};

	id_make("in", &id);	/* should it announce a location that nobody knows yet */
	taken_ask(call, taken);
	store_ask(call, &take, params);
}

void
store_webhook_take_event(struct store_call *call, const struct store_webhook_event_ask *ask,
    struct store_webhook_taken *taken)
{
	const char	*params[] = {
		ask->id,
		ask->type,
		ask->key_hash,
		text_or_null(ask->location),
		text_or_null(ask->charge),
		text_or_null(ask->at),
		ask->body,
	};

	taken_ask(call, taken);
	store_ask(call, &take_event, params);
}

static void
taken_ask(struct store_call *call, struct store_webhook_taken *taken)
{
	call->take = taken_read;
	call->into = taken;
	call->size = sizeof(*taken);
	call->rows_max = 1;
}

static void
taken_read(const PGresult *rows, int row, void *into)
{
	struct store_webhook_taken	*taken = into;

	row_text(rows, row, 0, taken->account_id, sizeof(taken->account_id));
	row_text(rows, row, 1, taken->state, sizeof(taken->state));
	row_text(rows, row, 2, taken->reason, sizeof(taken->reason));
}

static const char *
text_or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}
