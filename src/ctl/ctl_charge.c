/*
 * kassactl charge show: one charge as the books have it, with its transfers.
 */
#include "ctl/ctl.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_write.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"

#define CHARGE_JSON_MAX	(64 * 1024)
#define TIME(column)	"to_char(" column " at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

/* What is shown of a charge, in this order: C's name of a column, what people read, what programs read. */
#define FIELDS(F)							\
	F(CHARGE,	"charge",	"chargeId",	"c.charge_id")	\
	F(ACCOUNT,	"account",	"accountId",	"c.account_id")	\
	F(MODE,		"mode",		"mode",		"a.mode")	\
	F(SESSION,	"session",	"sessionId",	"c.session_id")	\
	F(ATTEMPT,	"attempt",	"attempt",	"c.attempt")	\
	F(TRANSACTION,	"transaction",	"transactionId", "c.transaction_id") \
	F(PROCESSOR,	"processor",	"processor",	"c.processor")	\
	F(REFERENCE,	"reference",	"reference",	"c.reference")	\
	F(STATUS,	"status",	"status",	"c.status")	\
	F(DECLINE,	"decline",	"decline",	"c.decline")	\
	F(AMOUNT,	"amount",	"amount",	"c.amount_minor") \
	F(CAPTURED,	"captured",	"captured",	"c.captured_minor") \
	F(REFUNDED,	"refunded",	"refunded",	"c.refunded_minor") \
	F(CURRENCY,	"currency",	"currency",	"c.currency")	\
	F(CREATED,	"created",	"createdAt",	TIME("c.created_at")) \
	F(SETTLED,	"settled",	"settledAt",	TIME("c.settled_at")) \
	F(CONTACT,	"contact",	"contactId",	"c.contact_id")	\
	F(METHOD,	"kept card",	"paymentMethodId", "c.payment_method_id") \
	F(DESCRIPTION,	"description",	"description",	"c.description") \
	F(RESOLVE,	"asked again",	"resolveAt",	TIME("j.run_at"))

enum field {
#define FIELD_ENUM(name, text, json, sql) FIELD_##name,
	FIELDS(FIELD_ENUM)
#undef FIELD_ENUM
	FIELD_COUNT
};

static const struct {
	const char	*text;
	const char	*json;
} fields[] = {
#define FIELD_ROW(name, text, json, sql) { text, json },
	FIELDS(FIELD_ROW)
#undef FIELD_ROW
};

/* Account by account, which is an index look-up in each; an id is drawn for one of them alone. */
static const char	charge_sql[] =
	"select"
#define FIELD_SQL(name, text, json, sql) " " sql ","
	FIELDS(FIELD_SQL)
#undef FIELD_SQL
	" null from kassa.account a cross join lateral (select * from kassa.charge l"
	" where l.account_id = a.account_id and l.charge_id = $1 offset 0) c"
	" left join kassa.job j on j.account_id = c.account_id and j.kind = 'charge_resolve'"
	" and j.subject = c.charge_id limit 1";

static const char	transfers_sql[] =
	"select t.transfer_id as transfer, t.phase, t.debit, t.credit, t.amount_minor as amount,"
	" t.currency, " TIME("t.created_at") " as created, t.refund_id as refund"
	" from kassa.transfer t where t.account_id = $1 and t.charge_id = $2 order by t.transfer_id";
#define TRANSFER_AMOUNT		4
#define TRANSFER_CURRENCY	5

static const char *const	transfer_names[] = {
	"transferId", "phase", "debit", "credit", "amount", "currency", "createdAt", "refundId"
};

static PGresult		*transfers_find(struct ctl_database *, const PGresult *);
static void		 field_text(const PGresult *, int, char[CTL_CELL_SIZE]);
static void		 transfer_cell(const PGresult *, int, int, char[CTL_CELL_SIZE]);
static void		 charge_print(const PGresult *, const PGresult *);
static enum ctl_status	 charge_print_json(const PGresult *, const PGresult *);

enum ctl_status
ctl_charge_show(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	const char		*params[] = { arguments->word[0], NULL };
	PGresult		*charge = NULL, *transfers = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (ctl_database_open(&database))
		charge = ctl_database_ask(&database, "look up the charge", charge_sql, params);
	if (charge == NULL)
		goto out;
	if (PQntuples(charge) == 0) {
		ctl_complain("%s: %s", fault_info(FAULT_CHARGE_UNKNOWN)->message, arguments->word[0]);
		goto out;
	}
	transfers = transfers_find(&database, charge);
	if (transfers == NULL)
		goto out;
	status = CTL_DONE;
	if (arguments->option[CTL_JSON] != NULL)
		status = charge_print_json(charge, transfers);
	else
		charge_print(charge, transfers);
out:
	PQclear(transfers);
	PQclear(charge);
	ctl_database_close(&database);
	return status;
}

static PGresult *
transfers_find(struct ctl_database *database, const PGresult *charge)
{
	const char	*params[] = {
		PQgetvalue(charge, 0, FIELD_ACCOUNT), PQgetvalue(charge, 0, FIELD_CHARGE), NULL
	};

	return ctl_database_ask(database, "read the transfers of the charge", transfers_sql, params);
}

static void
field_text(const PGresult *charge, int field, char text[CTL_CELL_SIZE])
{
	const char	*value = PQgetvalue(charge, 0, field);

	if (field == FIELD_AMOUNT || field == FIELD_CAPTURED || field == FIELD_REFUNDED)
		ctl_cell_money(value, PQgetvalue(charge, 0, FIELD_CURRENCY), text);
	else
		(void)slice_copy(slice_of(value), text, CTL_CELL_SIZE);
}

static void
transfer_cell(const PGresult *rows, int row, int column, char text[CTL_CELL_SIZE])
{
	const char	*value = PQgetvalue(rows, row, column);

	if (column == TRANSFER_AMOUNT)
		ctl_cell_money(value, PQgetvalue(rows, row, TRANSFER_CURRENCY), text);
	else
		(void)slice_copy(slice_of(value), text, CTL_CELL_SIZE);
}

static void
charge_print(const PGresult *charge, const PGresult *transfers)
{
	char	text[CTL_CELL_SIZE];

	for (int field = 0; field < FIELD_COUNT; field++) {
		field_text(charge, field, text);
		if (text[0] != '\0')
			ctl_print_pair(fields[field].text, text);
	}
	(void)putchar('\n');
	ctl_print_table(&(struct ctl_table){ transfers, transfer_cell, "no transfers" });
}

static enum ctl_status
charge_print_json(const PGresult *charge, const PGresult *transfers)
{
	struct json_write	write;
	struct buf		json;
	char			text[CTL_CELL_SIZE];
	enum ctl_status		status;

	buf_init(&json, CHARGE_JSON_MAX);
	json_write_init(&write, &json);
	json_open_object(&write);
	for (int field = 0; field < FIELD_COUNT; field++) {
		field_text(charge, field, text);
		json_name(&write, fields[field].json);
		if (PQgetisnull(charge, 0, field) == 1)
			json_put_null(&write);
		else if (field == FIELD_ATTEMPT)
			json_put_raw(&write, slice_of(text));
		else
			json_put_text(&write, slice_of(text));
	}
	json_name(&write, "transfers");
	json_open_array(&write);
	for (int row = 0; row < PQntuples(transfers); row++) {
		json_open_object(&write);
		for (int column = 0; column < PQnfields(transfers); column++) {
			transfer_cell(transfers, row, column, text);
			json_text_member(&write, transfer_names[column], text);
		}
		json_close_object(&write);
	}
	json_close_array(&write);
	json_close_object(&write);
	status = ctl_print_json(&json);
	buf_release(&json);
	return status;
}
