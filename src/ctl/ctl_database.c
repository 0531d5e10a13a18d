/*
 * libpq, blocking, with errors turned into one line that says what to do.
 */
#include "ctl/ctl_database.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_setting.h"

#define PARAMS_MAX	8

/* "10": seconds.  Notices that something exists already are not news. */
#define CONNECT_SECONDS	"10"
#define PREPARE_SESSION	"set client_min_messages = warning; set lock_timeout = '60s'"

/* What an operator should do about an error; by SQLSTATE. */
static const struct {
	const char	*sqlstate;
	const char	*advice;	/* then the variable that names the database */
} advices[] = {
	{ "42501", "connect as the role that owns the database" },	/* insufficient_privilege */
	{ "3F000", "run kassactl migrate first" },			/* invalid_schema_name */
	{ "42P01", "run kassactl migrate first" },			/* undefined_table */
	{ "42883", "run kassactl migrate first" },			/* undefined_function */
	{ "42704", "run kassactl migrate first" },			/* undefined_object */
};

static const char	*conninfo_find(struct ctl_database *, char[SETTING_TEXT_SIZE]);
static void		 error_complain(const struct ctl_database *, const char *, const char *,
			    const PGresult *);
static int		 error_line(const char *, const PGresult *);
static const char	*first_line(char *);

bool
ctl_database_open(struct ctl_database *database)
{
	char		 conninfo[SETTING_TEXT_SIZE];
	/* Words of the conninfo, which is expanded, come after and win. */
	const char	*names[] = {
		"connect_timeout", "fallback_application_name", "dbname", NULL
	};
	const char	*values[] = { CONNECT_SECONDS, "kassactl", conninfo, NULL };
	const char	*setting;
	bool		 good;

	database->connection = NULL;
	setting = conninfo_find(database, conninfo);
	if (setting == NULL)
		return false;
	database->connection = PQconnectdbParams(names, values, 1);
	explicit_bzero(conninfo, sizeof(conninfo));
	good = PQstatus(database->connection) == CONNECTION_OK;
	if (!good)
		ctl_complain("could not connect to the database of %s: %s", setting,
		    first_line(PQerrorMessage(database->connection)));
	return good && ctl_database_run(database, "prepare the connection", PREPARE_SESSION);
}

void
ctl_database_close(struct ctl_database *database)
{
	PQfinish(database->connection);
	database->connection = NULL;
}

PGresult *
ctl_database_ask(struct ctl_database *database, const char *doing, const char *sql,
    const char *const *params)
{
	PGresult	*rows;
	int		 count = 0;

	while (params[count] != NULL)
		count++;
	assert(count <= PARAMS_MAX);
	rows = PQexecParams(database->connection, sql, count, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(rows) == PGRES_TUPLES_OK || PQresultStatus(rows) == PGRES_COMMAND_OK)
		return rows;
	error_complain(database, doing, sql, rows);
	PQclear(rows);
	return NULL;
}

bool
ctl_database_run(struct ctl_database *database, const char *doing, const char *sql)
{
	PGresult	*rows = PQexec(database->connection, sql);
	bool		 good;

	good = PQresultStatus(rows) == PGRES_TUPLES_OK || PQresultStatus(rows) == PGRES_COMMAND_OK;
	if (!good)
		error_complain(database, doing, sql, rows);
	PQclear(rows);
	return good;
}

/* The first of the variables that is set; NULL after complaining. */
static const char *
conninfo_find(struct ctl_database *database, char conninfo[SETTING_TEXT_SIZE])
{
	static const char *const	kassa[] = { "KASSA_OWNER_DATABASE", "KASSA_DATABASE", NULL };
	static const char *const	simulator[] = {
		"SIMULATOR_OWNER_DATABASE", "SIMULATOR_DATABASE", NULL
	};
	const char *const		*names = database->is_simulators ? simulator : kassa;

	database->setting = names[0];
	for (; *names != NULL; names++) {
		if (ctl_setting_read(*names, "connection of the owning role", conninfo))
			return NULL;
		if (conninfo[0] != '\0')
			return *names;
	}
	ctl_complain("%s is required: connection of the role that owns the database, as libpq takes it",
	    database->setting);
	return NULL;
}

/* "could not <doing>: <message> (<detail>)<advice>", on one line. */
static void
error_complain(const struct ctl_database *database, const char *doing, const char *sql,
    const PGresult *rows)
{
	const char	*sqlstate = PQresultErrorField(rows, PG_DIAG_SQLSTATE);
	const char	*message = PQresultErrorField(rows, PG_DIAG_MESSAGE_PRIMARY);
	const char	*detail = PQresultErrorField(rows, PG_DIAG_MESSAGE_DETAIL);
	struct buf	 text;

	buf_init(&text, 4096);
	/* A lost connection has no fields. */
	buf_puts(&text, message != NULL ? message : first_line(PQerrorMessage(database->connection)));
	if (error_line(sql, rows) > 1)
		buf_printf(&text, " at line %d", error_line(sql, rows));
	if (detail != NULL)
		buf_printf(&text, " (%s)", detail);
	for (size_t i = 0; sqlstate != NULL && i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (strcmp(advices[i].sqlstate, sqlstate) == 0)
			buf_printf(&text, "; %s (%s)", advices[i].advice, database->setting);
	}
	ctl_complain("could not %s: %s", doing, buf_text(&text));
	buf_release(&text);
}

/* Where in a script the server stopped; 0 when it does not say. */
static int
error_line(const char *sql, const PGresult *rows)
{
	const char	*position = PQresultErrorField(rows, PG_DIAG_STATEMENT_POSITION);
	int		 line = 1;

	if (position == NULL)
		return 0;
	for (long i = strtol(position, NULL, 10); i > 1 && *sql != '\0'; i--, sql++)
		line += *sql == '\n';
	return line;
}

/* libpq's own messages have several lines and end in a newline. */
static const char *
first_line(char *message)
{
	message[strcspn(message, "\n")] = '\0';
	return message;
}
