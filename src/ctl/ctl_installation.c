/*
 * kassactl installation list: where the app is installed, and how each stands.
 */
#include "ctl/ctl.h"

#include "ctl/ctl_database.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_which.h"

#define COLUMNS(C)								\
	C("installation", "installationId", CTL_TEXT,	"i.installation_id")	\
	C("kind",	"kind",		CTL_TEXT,	"i.kind")		\
	C("company",	"companyId",	CTL_TEXT,	"i.company_id")		\
	C("location",	"locationId",	CTL_TEXT,	"i.location_id")	\
	C("name",	"name",		CTL_TEXT,	"i.name")		\
	C("state",	"state",	CTL_TEXT,	"i.state")		\
	C("reason",	"reason",	CTL_TEXT,	"i.reason")		\
	C("token until", "tokenUntil",	CTL_TEXT,	CTL_TIME("i.access_until")) \
	C("connected",	"connectedAt",	CTL_TEXT,				\
	    CTL_TIME("case when p.removed_at is null then p.connected_at end"))

static const char	list_sql[] = CTL_SELECT(COLUMNS)
	" from kassa.installation i left join kassa.provider p on p.location_id = i.location_id"
	" order by i.updated_at desc, i.installation_id desc limit $1::bigint";
static const struct ctl_column	columns[] = CTL_COLUMNS(COLUMNS);

enum ctl_status
ctl_installation_list(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct ctl_scope	 scope;
	const char		*params[] = { scope.limit.text, NULL };
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (!ctl_scope_read(arguments, &scope))
		return CTL_MISUSED;
	if (ctl_database_open(&database))
		rows = ctl_database_ask(&database, "list the installations", list_sql, params);
	if (rows != NULL)
		status = ctl_table_answer(arguments, &(struct ctl_table){
		    rows, columns, CTL_COUNT(columns), "no such installations" });
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}
