/*
 * kassactl reconcile: has the servers compare the books with what processors remember, waits for them, and
 * prints what was not the same.  Processors are reached by the servers alone, which have their credentials.
 */
#include "ctl/ctl.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/integer.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_which.h"

#define LOOK_MS		1000	/* a notification comes sooner; this is for one that got lost */
#define IDLE_LOOKS_MAX	60	/* so often without any progress: nobody works on it */

#define COLUMNS(C)								\
	C("verdict",	"verdict",	CTL_TEXT,	"d.verdict")		\
	C("kind",	"kind",		CTL_TEXT,	"d.kind")		\
	C("id",		"id",		CTL_TEXT,	"d.key")		\
	C("amount",	"amount",	CTL_MONEY,	"d.amount_minor")	\
	C("currency",	"currency",	CTL_TEXT,	"d.currency")		\
	C("account",	"accountId",	CTL_TEXT,	"d.account_id")		\
	C("detail",	"detail",	CTL_TEXT,	"d.detail")

static const char	found_sql[] = CTL_SELECT(COLUMNS)
	" from kassa.reconciled d where d.reconciliation_id = $1 and d.verdict not in ('agrees', 'idle')"
	" order by d.verdict, d.account_id, d.key";
static const struct ctl_column	columns[] = CTL_COLUMNS(COLUMNS);

static const char	listen_sql[] = "listen kassa_reconciliation; set timezone = 'UTC'";
static const char	start_sql[] =
	"select account_id from kassa.reconciliation_start($1, nullif($2, ''), $3::timestamptz, $4::boolean)";
/*
 * Accounts that have not ended; how much was seen; accounts with charges that could not be compared; what
 * there is to be looked at; accounts whose job was given up.
 */
static const char	progress_sql[] =
	"select count(*) filter (where r.ended_at is null),"
	" (select count(*) from kassa.reconciled d where d.reconciliation_id = $1),"
	" count(*) filter (where r.fault <> ''"
	" and exists (select from kassa.charge c where c.account_id = r.account_id)),"
	" (select count(*) from kassa.reconciled d where d.reconciliation_id = $1"
	" and d.verdict in ('missing', 'open', 'differs', 'unbookable', 'only_here')),"
	" count(*) filter (where exists (select from kassa.job j where j.account_id = r.account_id"
	" and j.kind = 'processor_reconcile' and j.subject = $1 and j.state = 'dead'))"
	" from kassa.reconciliation r where r.reconciliation_id = $1";

struct progress {
	int64_t	waiting, seen, refused, found, dead;
};

static bool		reconcile_start(struct ctl_database *, const struct ctl_scope *,
			    const struct ctl_arguments *, const struct id *);
static bool		reconcile_wait(struct ctl_database *, const struct id *, struct progress *);
static bool		progress_read(struct ctl_database *, const struct id *, struct progress *);
static bool		notice_wait(struct ctl_database *);
static enum ctl_status	reconcile_print(struct ctl_database *, const struct ctl_arguments *, const struct id *,
			    const struct progress *);

enum ctl_status
ctl_reconcile(const struct ctl_arguments *arguments)
{
	struct ctl_database	database = { .connection = NULL };
	struct ctl_scope	scope;
	struct progress		progress = { .waiting = 0 };
	struct id		id;
	enum ctl_status		status = CTL_FAILED;

	if (!ctl_scope_read(arguments, &scope))
		return CTL_MISUSED;
	id_make("rc", &id);
	if (ctl_scope_open(&database, &scope) &&
	    reconcile_start(&database, &scope, arguments, &id) &&
	    reconcile_wait(&database, &id, &progress))
		status = reconcile_print(&database, arguments, &id, &progress);
	ctl_database_close(&database);
	return status;
}

static bool
reconcile_start(struct ctl_database *database, const struct ctl_scope *scope,
    const struct ctl_arguments *arguments, const struct id *id)
{
	const char	*params[] = {
		id->text,
		scope->account.text,
		arguments->option[CTL_SINCE],
		arguments->option[CTL_DRY_RUN] != NULL ? "true" : "false",
		NULL
	};
	PGresult	*rows = NULL;
	bool		 good;

	/* Before anybody can have ended. */
	if (ctl_database_run(database, "listen for the end", listen_sql))
		rows = ctl_database_ask(database, "ask for the reconciliation", start_sql, params);
	good = rows != NULL && PQntuples(rows) > 0;
	if (rows != NULL && !good)
		ctl_complain("there are no accounts");
	PQclear(rows);
	return good;
}

/* Until all accounts have ended; false after complaining. */
static bool
reconcile_wait(struct ctl_database *database, const struct id *id, struct progress *progress)
{
	int64_t	before = -1;
	int	idle = 0;

	while (progress_read(database, id, progress)) {
		if (progress->waiting == 0)
			return true;
		if (progress->dead > 0) {
			ctl_complain("given up for %lld accounts: see kassactl jobs dead, then kassactl jobs retry",
			    (long long)progress->dead);
			return false;
		}
		idle = progress->seen - progress->waiting == before ? idle + 1 : 0;
		before = progress->seen - progress->waiting;
		if (idle == IDLE_LOOKS_MAX) {
			ctl_complain("no server works on it, is kassa running?  It stays asked for, as %s",
			    id->text);
			return false;
		}
		if (!notice_wait(database))
			return false;
	}
	return false;
}

static bool
progress_read(struct ctl_database *database, const struct id *id, struct progress *progress)
{
	const char	*params[] = { id->text, NULL };
	int64_t		*fields[] = { &progress->waiting, &progress->seen, &progress->refused, &progress->found,
	    &progress->dead };
	PGresult	*rows;
	bool		 good;

	rows = ctl_database_ask(database, "see how far it came", progress_sql, params);
	good = rows != NULL;
	for (int i = 0; good && i < (int)(sizeof(fields) / sizeof(fields[0])); i++)
		good = integer_read(slice_of(PQgetvalue(rows, 0, i)), fields[i]);
	PQclear(rows);
	return good;
}

/* Until an account has ended, or a while; false after complaining that the connection is gone. */
static bool
notice_wait(struct ctl_database *database)
{
	struct pollfd	 wait = { .fd = PQsocket(database->connection), .events = POLLIN };
	PGnotify	*notice;

	if (poll(&wait, 1, LOOK_MS) < 0 && errno != EINTR) {
		ctl_complain("could not wait for the database: %s", strerror(errno));
		return false;
	}
	if (!PQconsumeInput(database->connection)) {
		ctl_complain("the database went away; what was asked for goes on without this");
		return false;
	}
	while ((notice = PQnotifies(database->connection)) != NULL)
		PQfreemem(notice);
	return true;
}

static enum ctl_status
reconcile_print(struct ctl_database *database, const struct ctl_arguments *arguments, const struct id *id,
    const struct progress *progress)
{
	const char	*params[] = { id->text, NULL };
	PGresult	*rows;
	enum ctl_status	 status = CTL_FAILED;

	rows = ctl_database_ask(database, "read what was found", found_sql, params);
	if (rows != NULL)
		status = ctl_table_answer(arguments, &(struct ctl_table){
		    rows, columns, CTL_COUNT(columns), "books and processors agree" });
	PQclear(rows);
	if (status == CTL_DONE && progress->found > 0) {
		ctl_complain("%lld operations are not in the books, or not as the processor has them",
		    (long long)progress->found);
		status = CTL_FAILED;
	}
	if (status == CTL_DONE && progress->refused > 0) {
		ctl_complain("%lld accounts have charges and no processor in this build: they were not compared",
		    (long long)progress->refused);
		status = CTL_FAILED;
	}
	return status;
}
