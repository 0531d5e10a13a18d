/*
 * Opening and reading sessions; the columns of a session row for store_charge.c too.
 */
#include "store/store_session.h"

#include "base/integer.h"
#include "io/row.h"
#include "store/store_session_row.h"

static const struct pool_statement session_open = {
	"session_open",
	"select " STORE_SESSION_COLUMNS " from kassa.session_open($1, $2, $3, $4::kassa.dialect,"
	" $5::bigint, $6, $7::kassa.amount_source, $8, $9)", 9, .returns = true
};

static const struct pool_statement session_read = {
	"session_read",
	"select " STORE_SESSION_COLUMNS " from kassa.session_read($1)", 1, .reads = true, .returns = true
};

static const char	*text_or_null(const char *);

void
store_session_open(struct store_call *call, const struct store_session_ask *ask,
    struct store_session *session)
{
	struct integer	amount;
	const char		*params[] = {
		ask->account_id,
		ask->session_id,
		ask->transaction,
		dialect_label(ask->dialect),
		integer_print(ask->money.minor, &amount),
		ask->money.currency->code,
		ask->read_back ? "platform" : "page",
		text_or_null(ask->contact),
		text_or_null(ask->order),
	};

	call->take = store_session_take;
	call->into = session;
	call->size = sizeof(*session);
	call->rows_max = 1;
	store_ask(call, &session_open, params);
}

void
store_session_read(struct store_call *call, const char *session_id, struct store_session *session)
{
	const char	*params[] = { session_id };

	call->take = store_session_take;
	call->into = session;
	call->size = sizeof(*session);
	call->rows_max = 1;
	store_ask(call, &session_read, params);
}

void
store_session_take(const PGresult *rows, int row, void *into)
{
	struct store_session	*session = into;

	row_text(rows, row, 0, session->account_id, sizeof(session->account_id));
	row_expect(mode_find(row_slice(rows, row, 1), &session->mode));
	row_text(rows, row, 2, session->session_id, sizeof(session->session_id));
	row_text(rows, row, 3, session->transaction.text, sizeof(session->transaction.text));
	row_expect(dialect_find(row_slice(rows, row, 4), &session->dialect));
	session->money.minor = row_integer(rows, row, 5);
	session->money.currency = currency_find(row_slice(rows, row, 6));
	row_expect(session->money.currency != NULL);
	session->has_charge = !row_is_null(rows, row, 7);
	row_text(rows, row, 7, session->charge_id, sizeof(session->charge_id));
	if (session->has_charge) {
		row_expect(charge_status_find(row_slice(rows, row, 8), &session->status));
		row_expect(decline_find(row_slice(rows, row, 9), &session->decline));
	}
	row_text(rows, row, 10, session->action, sizeof(session->action));
	row_text(rows, row, 11, session->processor, sizeof(session->processor));
	session->failed_count = (int)row_integer(rows, row, 12);
	row_text(rows, row, 13, session->contact.text, sizeof(session->contact.text));
}

static const char *
text_or_null(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : text;
}
