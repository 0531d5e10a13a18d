/*
 * kassactl jobs list, dead and retry: what waits to be done, what was given up, and once more.
 */
#include "ctl/ctl.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/integer.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_which.h"

/* A setup's id is a capability: its prefix and 8 characters tell it apart and open nothing, as in the log. */
#define COLUMNS(C)								\
	C("job",	"jobId",	CTL_TEXT,	"j.job_id")		\
	C("kind",	"kind",		CTL_TEXT,	"j.kind")		\
	C("subject",	"subject",	CTL_TEXT,				\
	    "case when j.kind = 'setup_resolve' then left(j.subject, 11) else j.subject end") \
	C("due",	"dueAt",	CTL_TEXT,	CTL_TIME("j.run_at"))	\
	C("plan",	"plan",		CTL_TEXT,	"j.plan")		\
	C("step",	"step",		CTL_NUMBER,	"j.step")		\
	C("tries",	"tries",	CTL_NUMBER,	"j.tries")		\
	C("fault",	"fault",	CTL_TEXT,	"j.fault")		\
	C("created",	"createdAt",	CTL_TEXT,	CTL_TIME("j.created_at")) \
	C("mode",	"mode",		CTL_TEXT,	"a.mode")		\
	C("location",	"locationId",	CTL_TEXT,				\
	    "coalesce(a.location_id, i.location_id, i.company_id)")		\
	C("account",	"accountId",	CTL_TEXT,	"j.account_id")

static const char	list_sql[] = CTL_SELECT(COLUMNS)
	" from kassa.job j left join kassa.account a on a.account_id = j.account_id"
	" left join kassa.installation i on i.installation_id = j.account_id"
	" where j.state = $1::kassa.job_state order by j.run_at, j.job_id limit 1000";
static const struct ctl_column	columns[] = CTL_COLUMNS(COLUMNS);

/* The number is drawn from one sequence: it is that of one job, whosever it is. */
static const char	retry_sql[] =
	"select r.job_id from kassa.job j"
	" cross join lateral kassa.job_retry(j.account_id, j.job_id) r"
	" where j.job_id = $1::bigint and ($2 = '' or j.account_id = $2)";

static enum ctl_status	jobs_print(const struct ctl_arguments *, const char *, const char *);
static bool		number_read(const char *, struct integer *);

enum ctl_status
ctl_jobs_list(const struct ctl_arguments *arguments)
{
	return jobs_print(arguments, "waiting", "no jobs wait");
}

enum ctl_status
ctl_jobs_dead(const struct ctl_arguments *arguments)
{
	return jobs_print(arguments, "dead", "no jobs are dead");
}

enum ctl_status
ctl_jobs_retry(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct ctl_scope	 scope;
	struct integer		 number;
	const char		*params[] = { number.text, scope.account.text, NULL };
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (!number_read(arguments->word[0], &number) || !ctl_scope_read(arguments, &scope))
		return CTL_MISUSED;
	if (ctl_scope_open(&database, &scope))
		rows = ctl_database_ask(&database, "retry the job", retry_sql, params);
	if (rows != NULL && PQntuples(rows) == 0) {
		ctl_complain("%s: %s", fault_info(FAULT_JOB_UNKNOWN)->message, number.text);
	} else if (rows != NULL) {
		(void)printf("job %s waits again, and is due now\n", number.text);
		status = CTL_DONE;
	}
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

static enum ctl_status
jobs_print(const struct ctl_arguments *arguments, const char *state, const char *none)
{
	struct ctl_database	 database = { .connection = NULL };
	const char		*params[] = { state, NULL };
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (ctl_database_open(&database))
		rows = ctl_database_ask(&database, "list the jobs", list_sql, params);
	if (rows != NULL)
		status = ctl_table_answer(arguments, &(struct ctl_table){
		    rows, columns, CTL_COUNT(columns), none });
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

static bool
number_read(const char *text, struct integer *number)
{
	int64_t	value;

	if (!integer_read(slice_of(text), &value) || value < 1) {
		ctl_complain("ID should be the number of a job");
		return false;
	}
	(void)integer_print(value, number);
	return true;
}
