/*
 * kassactl prune: removes what nobody needs any more, page by page; it may be stopped and repeated, and run beside the
 * servers.  What goes and what stays is said in sql/function/prune.sql.
 */
#include "ctl/ctl.h"

#include "base/integer.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"

#define DAYS_LEAST	30
#define DAYS_MOST	36500
#define CURSOR_SIZE	64
#define KINDS		3

/* What kassa.prune() calls them; as in struct pruning. */
static const char *const	kinds[KINDS] = { "session", "setup", "decline" };

struct pruning {
	struct ctl_database	 database;
	struct integer		 days;
	struct ctl_removed	 removed[KINDS];
	char			 account[CURSOR_SIZE], id[CURSOR_SIZE];	/* where the last page ended */
};

static bool		days_read(const char *, struct integer *);
static bool		all_prune(struct pruning *);
static bool		kind_prune(struct pruning *, size_t);
static bool		page_read(struct pruning *, size_t, const PGresult *);

enum ctl_status
ctl_prune(const struct ctl_arguments *arguments)
{
	struct pruning	pruning = {
		.database = { .connection = NULL },
		.removed = { { "sessions", "sessions", 0 }, { "setups", "setups", 0 }, { "declines", "declines", 0 } },
	};
	enum ctl_status	status = CTL_FAILED;

	if (!days_read(arguments->option[CTL_OLDER_THAN], &pruning.days))
		return CTL_MISUSED;
	if (ctl_database_open(&pruning.database) && all_prune(&pruning))
		status = ctl_print_removed(arguments, pruning.removed, KINDS);
	ctl_database_close(&pruning.database);
	return status;
}

static bool
days_read(const char *text, struct integer *days)
{
	int64_t	value;

	if (!integer_read(slice_of(text), &value) || value < DAYS_LEAST || value > DAYS_MOST) {
		ctl_complain("--older-than should be a number of days, at least %d", DAYS_LEAST);
		return false;
	}
	(void)integer_print(value, days);
	return true;
}

static bool
all_prune(struct pruning *pruning)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (!kind_prune(pruning, i))
			return false;
	}
	return true;
}

/* A page that has no end was the last one. */
static bool
kind_prune(struct pruning *pruning, size_t kind)
{
	const char	*params[] = { kinds[kind], pruning->days.text, pruning->account, pruning->id, NULL };
	bool		 good = true;
	int		 pages = 1;

	pruning->account[0] = pruning->id[0] = '\0';
	while (good && pages > 0) {
		PGresult	*rows;

		rows = ctl_database_ask(&pruning->database, "remove old rows",
		    "select last_account, last_id, removed from kassa.prune($1, $2::int, $3, $4)", params);
		pages = rows != NULL ? PQntuples(rows) : 0;
		good = rows != NULL && (pages == 0 || page_read(pruning, kind, rows));
		PQclear(rows);
	}
	return good;
}

static bool
page_read(struct pruning *pruning, size_t kind, const PGresult *rows)
{
	int64_t	removed;

	if (!slice_copy(slice_of(PQgetvalue(rows, 0, 0)), pruning->account, CURSOR_SIZE) ||
	    !slice_copy(slice_of(PQgetvalue(rows, 0, 1)), pruning->id, CURSOR_SIZE) ||
	    !integer_read(slice_of(PQgetvalue(rows, 0, 2)), &removed)) {
		ctl_complain("could not go on behind a row with so long an id");
		return false;
	}
	pruning->removed[kind].count += removed;
	return true;
}
