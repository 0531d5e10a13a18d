/*
 * kassactl refund list: the newest refunds, or those of a charge.
 */
#include "ctl/ctl.h"

#include "base/fault.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_which.h"

#define COLUMNS(C)								\
	C("refund",	"refundId",	CTL_TEXT,	"r.refund_id")		\
	C("charge",	"chargeId",	CTL_TEXT,	"r.charge_id")		\
	C("amount",	"amount",	CTL_MONEY,	"r.amount_minor")	\
	C("currency",	"currency",	CTL_TEXT,	"r.currency")		\
	C("status",	"status",	CTL_TEXT,	"r.status")		\
	C("decline",	"decline",	CTL_TEXT,	"r.decline")		\
	C("rule",	"rule",		CTL_TEXT,	"r.rule")		\
	C("created",	"createdAt",	CTL_TEXT,	CTL_TIME("r.created_at")) \
	C("settled",	"settledAt",	CTL_TEXT,	CTL_TIME("r.settled_at")) \
	C("mode",	"mode",		CTL_TEXT,	"a.mode")		\
	C("account",	"accountId",	CTL_TEXT,	"r.account_id")

static const char	list_sql[] = CTL_SELECT(COLUMNS)
	" from kassa.refund r join kassa.account a on a.account_id = r.account_id"
	" where ($1 = '' or r.account_id = $1) and ($2 = '' or r.status::text = $2)"
	" and ($4 = '' or r.charge_id = $4)"
	" order by r.created_at desc, r.refund_id desc limit $3::bigint";
static const struct ctl_column	columns[] = CTL_COLUMNS(COLUMNS);

static const char	charge_sql[] =
	"select from kassa.charge c where c.charge_id = $1 and ($2 = '' or c.account_id = $2) limit 1";

static bool	charge_is_there(struct ctl_database *, const char *, const struct ctl_scope *);

enum ctl_status
ctl_refund_list(const struct ctl_arguments *arguments)
{
	const char		*id = arguments->option[CTL_CHARGE];
	struct ctl_database	 database = { .connection = NULL };
	struct reference	 charge = { "" };
	struct ctl_scope	 scope;
	const char		*params[] = {
		scope.account.text, NULL, scope.limit.text, charge.text, NULL
	};
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (!ctl_scope_read(arguments, &scope) ||
	    (id != NULL && !ctl_which_reference("--charge", id, &charge)))
		return CTL_MISUSED;
	params[1] = scope.status;
	if (ctl_scope_open(&database, &scope) &&
	    (id == NULL || charge_is_there(&database, charge.text, &scope)))
		rows = ctl_database_ask(&database, "list the refunds", list_sql, params);
	if (rows != NULL)
		status = ctl_table_answer(arguments, &(struct ctl_table){
		    rows, columns, CTL_COUNT(columns), "no such refunds" });
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

/* "No refunds" of a charge that is not there would be believed. */
static bool
charge_is_there(struct ctl_database *database, const char *charge, const struct ctl_scope *scope)
{
	const char	*params[] = { charge, scope->account.text, NULL };
	PGresult	*rows;
	bool		 good;

	rows = ctl_database_ask(database, "look up the charge", charge_sql, params);
	if (rows == NULL)
		return false;
	good = PQntuples(rows) > 0;
	if (!good)
		ctl_complain("%s: %s", fault_info(FAULT_CHARGE_UNKNOWN)->message, charge);
	PQclear(rows);
	return good;
}
