/*
 * A connection to a database as its owner, and statements that wait for their answer: kassactl is not a
 * server.  Whatever goes wrong is said here, once, on standard error.
 */
#ifndef CTL_DATABASE_H
#define CTL_DATABASE_H

#include <stdbool.h>

#include <libpq-fe.h>

struct ctl_database {
	PGconn		*connection;
	const char	*setting;	/* the variable that should name it, for advice */
	bool		 is_simulators;
};

/**
 * ctl_database_open(database):
 * Connect to Kassa's database, named by KASSA_OWNER_DATABASE or else KASSA_DATABASE, or with
 * ${is_simulators} set to the simulator's, SIMULATOR_OWNER_DATABASE or else SIMULATOR_DATABASE.
 * Return false after complaining; in any case ctl_database_close() is due.
 */
bool		 ctl_database_open(struct ctl_database *);
void		 ctl_database_close(struct ctl_database *);

/**
 * ctl_database_ask(database, doing, sql, params):
 * Run one statement with the text ${params}, NULL-terminated, for $1 and on.  Return its rows, which the
 * caller clears with PQclear(), or NULL after complaining that it could not do what ${doing} says.
 */
PGresult	*ctl_database_ask(struct ctl_database *, const char *, const char *, const char *const *);

/** ctl_database_run(database, doing, sql): Run a script of statements; false after complaining. */
bool		 ctl_database_run(struct ctl_database *, const char *, const char *);

#endif /* !CTL_DATABASE_H */
