/*
 * kassactl migrate: bring a database to the state that this program carries in itself.
 * Numbered files run once, each in its own transaction; the functions run together whenever something
 * changed.  Two at once: the second waits for the first and finds nothing to do.
 */
#include "ctl/ctl.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_file.h"
#include "ctl/ctl_print.h"

#define DOING_SIZE	160
#define FUNCTIONS	"function/"

/* The files of one database: those under ${folder} of sql/, and where it is written which were applied. */
struct set {
	const char	*folder;
	const char	*table;
	const char	*create, *read, *record;	/* statements about that table */
};

#define SET(folder, table)							\
	{ folder, table,							\
	    "create table if not exists " table " (name text primary key,"	\
	    " sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),"		\
	    " applied_at timestamptz not null default now())",			\
	    "select name, sha256 from " table,					\
	    "insert into " table " (name, sha256) values ($1, $2)"		\
	    " on conflict (name) do update"					\
	    " set sha256 = excluded.sha256, applied_at = excluded.applied_at" }

static const struct set	kassa_set = SET("", "kassa.migration");
static const struct set	simulator_set = SET("simulator/", "simulator.migration");

struct migrate {
	const struct set	*set;
	struct ctl_database	 database;
	PGresult		*applied;	/* rows of name, sha256; NULL before the first file */
	int			 done;		/* files that ran */
};

static bool		 migrate_lock(struct migrate *);
static bool		 migrate_read(struct migrate *);
static bool		 migrate_knows_all(const struct migrate *);
static bool		 migrate_files(struct migrate *);
static bool		 migrate_functions(struct migrate *);
static bool		 file_apply(struct migrate *, const struct ctl_file *);
static bool		 file_run(struct migrate *, const struct ctl_file *);
static bool		 file_record(struct migrate *, const struct ctl_file *);
static const char	*file_name(const struct migrate *, const struct ctl_file *);
static bool		 name_is_function(const char *);
static const char	*applied_digest(const struct migrate *, const char *);
static void		 file_digest(const struct ctl_file *, char[DIGEST_HEX]);
static bool		 file_is_as_applied(const struct migrate *, const struct ctl_file *);
static bool		 statement_run(struct migrate *, const char *, const char *);

enum ctl_status
ctl_migrate(const struct ctl_arguments *arguments)
{
	struct migrate	migrate = { .set = &kassa_set };
	bool		good;

	if (arguments->option[CTL_SIMULATOR] != NULL) {
		migrate.set = &simulator_set;
		migrate.database.is_simulators = true;
	}
	good = ctl_database_open(&migrate.database) &&
	    migrate_lock(&migrate) &&
	    migrate_read(&migrate) &&
	    migrate_knows_all(&migrate) &&
	    migrate_files(&migrate) &&
	    migrate_functions(&migrate);
	if (good && migrate.done == 0)
		(void)puts("nothing to do");
	PQclear(migrate.applied);
	ctl_database_close(&migrate.database);
	return good ? CTL_DONE : CTL_FAILED;
}

/* The lock is the session's, so that it is held over all transactions and goes with the connection. */
static bool
migrate_lock(struct migrate *migrate)
{
	return ctl_database_run(&migrate->database, "wait for another kassactl migrate",
	    "select pg_advisory_lock(hashtextextended('kassactl migrate', 0))");
}

static bool
migrate_read(struct migrate *migrate)
{
	static const char	 doing[] = "read which migrations were applied";
	const char		*table[] = { migrate->set->table, NULL };
	const char		*none[] = { NULL };
	PGresult		*rows;
	bool			 is_new;

	rows = ctl_database_ask(&migrate->database, doing, "select to_regclass($1) is null", table);
	if (rows == NULL)
		return false;
	is_new = PQgetvalue(rows, 0, 0)[0] == 't';
	PQclear(rows);
	if (is_new)
		return true;
	migrate->applied = ctl_database_ask(&migrate->database, doing, migrate->set->read, none);
	return migrate->applied != NULL;
}

/* An older program would put older functions over newer tables. */
static bool
migrate_knows_all(const struct migrate *migrate)
{
	int	rows = migrate->applied == NULL ? 0 : PQntuples(migrate->applied);

	for (int row = 0; row < rows; row++) {
		const char	*name = PQgetvalue(migrate->applied, row, 0);
		bool		 known = name_is_function(name);

		for (size_t i = 0; !known && i < ctl_file_count; i++) {
			const char	*ours = file_name(migrate, &ctl_files[i]);

			known = ours != NULL && strcmp(ours, name) == 0;
		}
		if (!known) {
			ctl_complain("the database has %s, which this kassactl does not know; "
			    "use a newer one", name);
			return false;
		}
	}
	return true;
}

static bool
migrate_files(struct migrate *migrate)
{
	bool	good = true;

	for (size_t i = 0; good && i < ctl_file_count; i++) {
		const char	*name = file_name(migrate, &ctl_files[i]);

		if (name == NULL || name_is_function(name))
			continue;
		if (applied_digest(migrate, name) == NULL) {
			good = file_apply(migrate, &ctl_files[i]);
		} else if (!file_is_as_applied(migrate, &ctl_files[i])) {
			ctl_complain("%s has changed since it was applied; a migration is never edited, "
			    "a change is a new file", name);
			good = false;
		}
	}
	return good;
}

/* All or none: a function may call another that is new as well. */
static bool
migrate_functions(struct migrate *migrate)
{
	bool	changed = migrate->done > 0, good;
	int	count = 0;

	for (size_t i = 0; !changed && i < ctl_file_count; i++) {
		const char	*name = file_name(migrate, &ctl_files[i]);

		changed = name != NULL && name_is_function(name) &&
		    !file_is_as_applied(migrate, &ctl_files[i]);
	}
	if (!changed)
		return true;
	good = statement_run(migrate, "begin", "functions");
	for (size_t i = 0; good && i < ctl_file_count; i++) {
		const char	*name = file_name(migrate, &ctl_files[i]);

		if (name == NULL || !name_is_function(name))
			continue;
		good = file_run(migrate, &ctl_files[i]) && file_record(migrate, &ctl_files[i]);
		count++;
	}
	good = good && statement_run(migrate, "commit", "functions");
	if (good && count > 0) {
		(void)printf("replaced the functions (%d files)\n", count);
		migrate->done += count;
	}
	return good;
}

static bool
file_apply(struct migrate *migrate, const struct ctl_file *file)
{
	const char	*name = file_name(migrate, file);

	if (!statement_run(migrate, "begin", name) || !file_run(migrate, file) ||
	    !file_record(migrate, file) || !statement_run(migrate, "commit", name))
		return false;
	(void)printf("applied %s\n", name);
	migrate->done++;
	return true;
}

/* On failure the transaction ends with the connection. */
static bool
file_run(struct migrate *migrate, const struct ctl_file *file)
{
	return statement_run(migrate, file->text, file_name(migrate, file));
}

/*
 * The table of records is made under the role that the file took, the owner's; then that role is
 * dropped, since a file of functions leaves behind one that may not write here.
 */
static bool
file_record(struct migrate *migrate, const struct ctl_file *file)
{
	const char	*name = file_name(migrate, file);
	char		 digest[DIGEST_HEX];
	const char	*params[] = { name, digest, NULL };
	PGresult	*rows;

	if (migrate->applied == NULL && migrate->done == 0 &&
	    !statement_run(migrate, migrate->set->create, name))
		return false;
	if (!statement_run(migrate, "reset role", name))
		return false;
	file_digest(file, digest);
	rows = ctl_database_ask(&migrate->database, "record a migration", migrate->set->record, params);
	PQclear(rows);
	return rows != NULL;
}

/* Its name within the set, or NULL when it belongs to another. */
static const char *
file_name(const struct migrate *migrate, const struct ctl_file *file)
{
	size_t		 len = strlen(migrate->set->folder);
	const char	*name = file->name + len;

	if (strncmp(file->name, migrate->set->folder, len) != 0)
		return NULL;
	return strchr(name, '/') == NULL || name_is_function(name) ? name : NULL;
}

static bool
name_is_function(const char *name)
{
	return strncmp(name, FUNCTIONS, strlen(FUNCTIONS)) == 0;
}

static const char *
applied_digest(const struct migrate *migrate, const char *name)
{
	int	rows = migrate->applied == NULL ? 0 : PQntuples(migrate->applied);

	for (int row = 0; row < rows; row++) {
		if (strcmp(PQgetvalue(migrate->applied, row, 0), name) == 0)
			return PQgetvalue(migrate->applied, row, 1);
	}
	return NULL;
}

static void
file_digest(const struct ctl_file *file, char digest[DIGEST_HEX])
{
	struct slice	text = { file->text, (size_t)(file->end - file->text) };

	digest_sha256_hex(text, digest);
}

static bool
file_is_as_applied(const struct migrate *migrate, const struct ctl_file *file)
{
	const char	*applied = applied_digest(migrate, file_name(migrate, file));
	char		 digest[DIGEST_HEX];

	file_digest(file, digest);
	return applied != NULL && strcmp(applied, digest) == 0;
}

static bool
statement_run(struct migrate *migrate, const char *sql, const char *name)
{
	char	doing[DOING_SIZE];
	int	len;

	len = snprintf(doing, sizeof(doing), "apply %s", name);
	assert(len > 0 && len < DOING_SIZE);
	return ctl_database_run(&migrate->database, doing, sql);
}
