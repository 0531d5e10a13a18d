/*
 * kassactl charge list and charge show: the newest charges; one charge as the books have it, with its
 * transfers and refunds.
 */
#include "ctl/ctl.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/json_write.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_which.h"

#define CHARGE_JSON_MAX	(1024 * 1024)

#define LIST(C)									\
	C("charge",	"chargeId",	CTL_TEXT,	"c.charge_id")		\
	C("created",	"createdAt",	CTL_TEXT,	CTL_TIME("c.created_at")) \
	C("amount",	"amount",	CTL_MONEY,	"c.amount_minor")	\
	C("currency",	"currency",	CTL_TEXT,	"c.currency")		\
	C("captured",	"captured",	CTL_MONEY,	"c.captured_minor")	\
	C("refunded",	"refunded",	CTL_MONEY,	"c.refunded_minor")	\
	C("status",	"status",	CTL_TEXT,	"c.status")		\
	C("decline",	"decline",	CTL_TEXT,	"c.decline")		\
	C("contact",	"contactId",	CTL_TEXT,	"c.contact_id")		\
	C("transaction", "transactionId", CTL_TEXT,	"c.transaction_id")	\
	C("mode",	"mode",		CTL_TEXT,	"a.mode")		\
	C("account",	"accountId",	CTL_TEXT,	"c.account_id")

/* Account by account, the newest of each from its index, and then the newest of those. */
static const char	list_sql[] = CTL_SELECT(LIST)
	" from kassa.account a cross join lateral (select * from kassa.charge l"
	" where l.account_id = a.account_id and ($2 = '' or l.status::text = $2)"
	" order by l.created_at desc, l.charge_id desc limit $3::bigint) c"
	" where $1 = '' or a.account_id = $1"
	" order by c.created_at desc, c.charge_id desc limit $3::bigint";
static const struct ctl_column	list[] = CTL_COLUMNS(LIST);

#define CHARGE(C)								\
	C("charge",	"chargeId",	CTL_TEXT,	"c.charge_id")		\
	C("account",	"accountId",	CTL_TEXT,	"c.account_id")		\
	C("mode",	"mode",		CTL_TEXT,	"a.mode")		\
	C("session",	"sessionId",	CTL_TEXT,	"c.session_id")		\
	C("attempt",	"attempt",	CTL_NUMBER,	"c.attempt")		\
	C("transaction", "transactionId", CTL_TEXT,	"c.transaction_id")	\
	C("contact",	"contactId",	CTL_TEXT,	"c.contact_id")		\
	C("kept card",	"paymentMethodId", CTL_TEXT,	"c.payment_method_id")	\
	C("description", "description",	CTL_TEXT,	"c.description")	\
	C("processor",	"processor",	CTL_TEXT,	"c.processor")		\
	C("reference",	"reference",	CTL_TEXT,	"c.reference")		\
	C("status",	"status",	CTL_TEXT,	"c.status")		\
	C("decline",	"decline",	CTL_TEXT,	"c.decline")		\
	C("amount",	"amount",	CTL_MONEY,	"c.amount_minor")	\
	C("captured",	"captured",	CTL_MONEY,	"c.captured_minor")	\
	C("refunded",	"refunded",	CTL_MONEY,	"c.refunded_minor")	\
	C("currency",	"currency",	CTL_TEXT,	"c.currency")		\
	C("created",	"createdAt",	CTL_TEXT,	CTL_TIME("c.created_at")) \
	C("settled",	"settledAt",	CTL_TEXT,	CTL_TIME("c.settled_at")) \
	C("job",	"jobId",	CTL_TEXT,	"j.job_id")		\
	C("job state",	"jobState",	CTL_TEXT,	"j.state")		\
	C("asked again", "resolveAt",	CTL_TEXT,				\
	    "case when j.state = 'waiting' then " CTL_TIME("j.run_at") " end")

/* Account by account, which is an index look-up in each; an id is drawn for one of them alone. */
static const char	charge_sql[] = CTL_SELECT(CHARGE)
	" from kassa.account a cross join lateral (select * from kassa.charge l"
	" where l.account_id = a.account_id and l.charge_id = $1 offset 0) c"
	" left join kassa.job j on j.account_id = c.account_id and j.kind = 'charge_resolve'"
	" and j.subject = c.charge_id limit 1";
static const struct ctl_column	charge[] = CTL_COLUMNS(CHARGE);

#define TRANSFERS(C)								\
	C("transfer",	"transferId",	CTL_TEXT,	"t.transfer_id")	\
	C("phase",	"phase",	CTL_TEXT,	"t.phase")		\
	C("debit",	"debit",	CTL_TEXT,	"t.debit")		\
	C("credit",	"credit",	CTL_TEXT,	"t.credit")		\
	C("amount",	"amount",	CTL_MONEY,	"t.amount_minor")	\
	C("currency",	"currency",	CTL_TEXT,	"t.currency")		\
	C("created",	"createdAt",	CTL_TEXT,	CTL_TIME("t.created_at")) \
	C("refund",	"refundId",	CTL_TEXT,	"t.refund_id")

static const char	transfers_sql[] = CTL_SELECT(TRANSFERS)
	" from kassa.transfer t where t.account_id = $1 and t.charge_id = $2 order by t.transfer_id";
static const struct ctl_column	transfers[] = CTL_COLUMNS(TRANSFERS);

#define REFUNDS(C)								\
	C("refund",	"refundId",	CTL_TEXT,	"r.refund_id")		\
	C("amount",	"amount",	CTL_MONEY,	"r.amount_minor")	\
	C("currency",	"currency",	CTL_TEXT,	"r.currency")		\
	C("status",	"status",	CTL_TEXT,	"r.status")		\
	C("decline",	"decline",	CTL_TEXT,	"r.decline")		\
	C("rule",	"rule",		CTL_TEXT,	"r.rule")		\
	C("created",	"createdAt",	CTL_TEXT,	CTL_TIME("r.created_at")) \
	C("settled",	"settledAt",	CTL_TEXT,	CTL_TIME("r.settled_at"))

static const char	refunds_sql[] = CTL_SELECT(REFUNDS)
	" from kassa.refund r where r.account_id = $1 and r.charge_id = $2 order by r.created_at, r.refund_id";
static const struct ctl_column	refunds[] = CTL_COLUMNS(REFUNDS);

/* All three questions are about the same moment, while the server goes on writing. */
static const char	snapshot_sql[] = "begin isolation level repeatable read read only";

/* A charge and what belongs to it. */
struct shown {
	PGresult	*charge;
	PGresult	*transfers;
	PGresult	*refunds;
};
#define CHARGE_TABLE(shown)	{ (shown)->charge, charge, CTL_COUNT(charge), "" }
#define TRANSFERS_TABLE(shown)	{ (shown)->transfers, transfers, CTL_COUNT(transfers), "no transfers" }
#define REFUNDS_TABLE(shown)	{ (shown)->refunds, refunds, CTL_COUNT(refunds), "no refunds" }

static bool		shown_find(struct ctl_database *, const char *, struct shown *);
static void		shown_print(const struct shown *);
static enum ctl_status	shown_print_json(const struct shown *);

enum ctl_status
ctl_charge_list(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct ctl_scope	 scope;
	const char		*params[] = { scope.account.text, NULL, scope.limit.text, NULL };
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (!ctl_scope_read(arguments, &scope))
		return CTL_MISUSED;
	params[1] = scope.status;
	if (ctl_scope_open(&database, &scope))
		rows = ctl_database_ask(&database, "list the charges", list_sql, params);
	if (rows != NULL)
		status = ctl_table_answer(arguments, &(struct ctl_table){
		    rows, list, CTL_COUNT(list), "no such charges" });
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

enum ctl_status
ctl_charge_show(const struct ctl_arguments *arguments)
{
	struct ctl_database	database = { .connection = NULL };
	struct reference	id;
	struct shown		shown = { NULL, NULL, NULL };
	enum ctl_status		status = CTL_FAILED;

	if (!ctl_which_reference("ID", arguments->word[0], &id))
		return CTL_MISUSED;
	if (ctl_database_open(&database) && shown_find(&database, id.text, &shown)) {
		status = CTL_DONE;
		if (arguments->option[CTL_JSON] != NULL)
			status = shown_print_json(&shown);
		else
			shown_print(&shown);
	}
	PQclear(shown.refunds);
	PQclear(shown.transfers);
	PQclear(shown.charge);
	ctl_database_close(&database);
	return status;
}

static bool
shown_find(struct ctl_database *database, const char *id, struct shown *shown)
{
	static const char	 doing[] = "look up the charge";
	const char		*params[] = { id, NULL };
	const char		*both[] = { NULL, id, NULL };

	if (!ctl_database_run(database, doing, snapshot_sql))
		return false;
	shown->charge = ctl_database_ask(database, doing, charge_sql, params);
	if (shown->charge == NULL)
		return false;
	if (PQntuples(shown->charge) == 0) {
		ctl_complain("%s: %s", fault_info(FAULT_CHARGE_UNKNOWN)->message, id);
		return false;
	}
	both[0] = PQgetvalue(shown->charge, 0, PQfnumber(shown->charge, "account"));
	shown->transfers = ctl_database_ask(database, doing, transfers_sql, both);
	if (shown->transfers != NULL)
		shown->refunds = ctl_database_ask(database, doing, refunds_sql, both);
	return shown->refunds != NULL;
}

static void
shown_print(const struct shown *shown)
{
	ctl_table_print_record(&(struct ctl_table)CHARGE_TABLE(shown));
	(void)putchar('\n');
	ctl_table_print(&(struct ctl_table)TRANSFERS_TABLE(shown));
	(void)putchar('\n');
	ctl_table_print(&(struct ctl_table)REFUNDS_TABLE(shown));
}

static enum ctl_status
shown_print_json(const struct shown *shown)
{
	struct json_write	write;
	struct buf		json;
	enum ctl_status		status;

	buf_init(&json, CHARGE_JSON_MAX);
	json_write_init(&write, &json);
	json_open_object(&write);
	ctl_table_put_row(&(struct ctl_table)CHARGE_TABLE(shown), 0, &write);
	json_name(&write, "transfers");
	ctl_table_put(&(struct ctl_table)TRANSFERS_TABLE(shown), &write);
	json_name(&write, "refunds");
	ctl_table_put(&(struct ctl_table)REFUNDS_TABLE(shown), &write);
	json_close_object(&write);
	status = ctl_print_json(&json);
	buf_release(&json);
	return status;
}
