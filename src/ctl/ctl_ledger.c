/*
 * kassactl ledger check: what the books add up to, and whatever is wrong with them.
 */
#include "ctl/ctl.h"

#include <stdio.h>
#include <string.h>

#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"

/* Both questions are about the same moment, while the server goes on writing. */
static const char	snapshot_sql[] = "begin isolation level repeatable read read only";

static const char	totals_sql[] =
	"select account_id as account, name as ledger, currency, posted_debit as \"posted debit\","
	" posted_credit as \"posted credit\", pending_debit as \"pending debit\","
	" pending_credit as \"pending credit\" from kassa.ledger_totals()";
#define TOTALS_CURRENCY		2
#define TOTALS_FIRST_AMOUNT	3

static const char	problems_sql[] =
	"select account_id as account, subject, problem from kassa.ledger_problems()";

static void	totals_cell(const PGresult *, int, int, char[CTL_CELL_SIZE]);

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
	ctl_print_table(&(struct ctl_table){ totals, totals_cell, "no transfers yet" });
	(void)putchar('\n');
	ctl_print_table(&(struct ctl_table){ problems, NULL, "the books balance" });
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

static void
totals_cell(const PGresult *rows, int row, int column, char text[CTL_CELL_SIZE])
{
	const char	*value = PQgetvalue(rows, row, column);

	if (column >= TOTALS_FIRST_AMOUNT)
		ctl_cell_money(value, PQgetvalue(rows, row, TOTALS_CURRENCY), text);
	else
		(void)slice_copy(slice_of(value), text, CTL_CELL_SIZE);
}
