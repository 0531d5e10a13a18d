/*
 * kassactl ledger check: what the books add up to, and whatever is wrong with them.
 */
#include "ctl/ctl.h"

#include <stdio.h>

#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_table.h"

/* Both questions are about the same moment, while the server goes on writing. */
static const char	snapshot_sql[] = "begin isolation level repeatable read read only";

static const char	totals_sql[] =
	"select account_id as account, name as ledger, currency, posted_debit as \"posted debit\","
	" posted_credit as \"posted credit\", pending_debit as \"pending debit\","
	" pending_credit as \"pending credit\" from kassa.ledger_totals()";
static const struct ctl_column	totals_columns[] = {
	{ NULL, CTL_TEXT }, { NULL, CTL_TEXT }, { NULL, CTL_TEXT },
	{ NULL, CTL_MONEY }, { NULL, CTL_MONEY }, { NULL, CTL_MONEY }, { NULL, CTL_MONEY },
};

static const char	problems_sql[] =
	"select account_id as account, subject, problem from kassa.ledger_problems()";
static const struct ctl_column	problems_columns[] = {
	{ NULL, CTL_TEXT }, { NULL, CTL_TEXT }, { NULL, CTL_TEXT },
};

enum ctl_status
ctl_ledger_check(const struct ctl_arguments *arguments)
{
	static const char	 doing[] = "check the ledger";
	struct ctl_database	 database = { .connection = NULL };
	const char		*none[] = { NULL };
	PGresult		*totals = NULL, *problems = NULL;
	enum ctl_status		 status = CTL_FAILED;

	(void)arguments;	/* it takes none */
	if (ctl_database_open(&database) && ctl_database_run(&database, doing, snapshot_sql))
		totals = ctl_database_ask(&database, doing, totals_sql, none);
	if (totals != NULL)
		problems = ctl_database_ask(&database, doing, problems_sql, none);
	if (problems == NULL)
		goto out;
	ctl_table_print(&(struct ctl_table){
	    totals, totals_columns, CTL_COUNT(totals_columns), "no transfers yet" });
	(void)putchar('\n');
	ctl_table_print(&(struct ctl_table){
	    problems, problems_columns, CTL_COUNT(problems_columns), "the books balance" });
	if (PQntuples(problems) == 0)
		status = CTL_DONE;
	else
		ctl_complain("the books do not balance: %d problems", PQntuples(problems));
out:
	PQclear(problems);
	PQclear(totals);
	ctl_database_close(&database);
	return status;
}
