/*
 * kassactl secrets rotate: secrets at rest change from the old master key to the new one, while servers that
 * have both run on.  Only the wrapping of each secret's data key changes: the secret is not opened.  Row by
 * row, each only if nobody wrote it meanwhile; so it may be stopped, repeated, and run twice at once.
 */
#include "ctl/ctl.h"

#include <stdio.h>
#include <string.h>

#include "base/seal.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_master_key.h"
#include "ctl/ctl_print.h"

#define SEALED_MAX	16384	/* as in sql/0001_account.sql */
#define CURSOR_SIZE	128
#define BATCH		"200"	/* rows read at once */

struct rotation {
	struct ctl_database	database;
	struct seal_key		keys[2];	/* the new one first */
	size_t			key_count;
	char			cursor[CURSOR_SIZE];
	long			done;
	long			closed;		/* those that no key opens */
};

/* The columns of kassa.seal_list(), in its order. */
enum column { PLACE, ROW_ID, AAD, SEALED, CURSOR };

static bool	keys_read(struct rotation *);
static bool	all_rotate(struct rotation *);
static bool	batch_rotate(struct rotation *, const PGresult *);
static bool	row_rotate(struct rotation *, const PGresult *, int);
static bool	row_replace(struct rotation *, const char *const *);
static enum ctl_status	left_print(struct rotation *);

enum ctl_status
ctl_secrets_rotate(const struct ctl_arguments *arguments)
{
	struct rotation	rotation = { .database = { .connection = NULL } };
	enum ctl_status	status = CTL_FAILED;

	(void)arguments;
	if (keys_read(&rotation) && ctl_database_open(&rotation.database) && all_rotate(&rotation))
		status = left_print(&rotation);
	explicit_bzero(rotation.keys, sizeof(rotation.keys));
	ctl_database_close(&rotation.database);
	return status;
}

/* Without an old key it finds out whether it may be dropped. */
static bool
keys_read(struct rotation *rotation)
{
	bool	has_old = false;

	if (!ctl_master_key_read(&rotation->keys[0]) ||
	    !ctl_master_key_read_old(&rotation->keys[1], &has_old))
		return false;
	rotation->key_count = has_old ? 2 : 1;
	if (has_old && strcmp(rotation->keys[0].id, rotation->keys[1].id) == 0) {
		ctl_complain("KASSA_MASTER_KEY and KASSA_MASTER_KEY_OLD should have different ids: "
		    "by its id a secret finds its key");
		return false;
	}
	return true;
}

static bool
all_rotate(struct rotation *rotation)
{
	static const char	sql[] = "select * from kassa.seal_list($1, $2, " BATCH ")";
	const char		*params[] = { rotation->keys[0].id, rotation->cursor, NULL };
	bool			 good = true;
	int			 count = 1;

	while (good && count > 0) {
		PGresult	*rows;

		rows = ctl_database_ask(&rotation->database, "list the secrets", sql, params);
		good = rows != NULL && batch_rotate(rotation, rows);
		count = rows != NULL ? PQntuples(rows) : 0;
		PQclear(rows);
	}
	return good;
}

static bool
batch_rotate(struct rotation *rotation, const PGresult *rows)
{
	for (int i = 0; i < PQntuples(rows); i++) {
		if (!row_rotate(rotation, rows, i))
			return false;
		if (!slice_copy(slice_of(PQgetvalue(rows, i, CURSOR)), rotation->cursor, CURSOR_SIZE)) {
			ctl_complain("could not go on behind a row with so long an id");
			return false;
		}
	}
	return true;
}

/* One that does not open is named, and the others go on. */
static bool
row_rotate(struct rotation *rotation, const PGresult *rows, int row)
{
	struct seal_keys	 keys = { rotation->keys, rotation->key_count };
	const char		*was = PQgetvalue(rows, row, SEALED);
	struct buf		 sealed;
	bool			 good = true;

	buf_init(&sealed, SEALED_MAX);
	if (seal_rewrap(keys, slice_of(PQgetvalue(rows, row, AAD)), slice_of(was), &sealed)) {
		rotation->closed++;
		ctl_complain("could not open the secret %s of %s: no key of these two sealed it for this row",
		    PQgetvalue(rows, row, PLACE), PQgetvalue(rows, row, ROW_ID));
	} else {
		const char	*params[] = {
			PQgetvalue(rows, row, PLACE), PQgetvalue(rows, row, ROW_ID), was,
			buf_text(&sealed), NULL
		};

		good = row_replace(rotation, params);
	}
	buf_release(&sealed);
	return good;
}

static bool
row_replace(struct rotation *rotation, const char *const *params)
{
	PGresult	*rows;

	rows = ctl_database_ask(&rotation->database, "replace a secret",
	    "select replaced from kassa.seal_replace($1, $2, $3, $4)", params);
	if (rows != NULL && PQntuples(rows) == 1 && strcmp(PQgetvalue(rows, 0, 0), "t") == 0)
		rotation->done++;
	PQclear(rows);
	return rows != NULL;
}

/* Asked of the database: servers that still seal with the old key add to them. */
static enum ctl_status
left_print(struct rotation *rotation)
{
	const char	*key_id = rotation->keys[0].id;
	const char	*params[] = { key_id, NULL };
	enum ctl_status	 status = CTL_FAILED;
	PGresult	*rows;

	rows = ctl_database_ask(&rotation->database, "count the secrets",
	    "select count(*) from kassa.seal_list($1, '', null)", params);
	if (rows == NULL)
		return CTL_FAILED;
	(void)printf("%ld secrets wrapped anew under %s, %s left\n", rotation->done, key_id,
	    PQgetvalue(rows, 0, 0));
	if (strcmp(PQgetvalue(rows, 0, 0), "0") == 0)
		status = CTL_DONE;
	else if (rotation->closed == 0)
		ctl_complain("some were written meanwhile under another key: are all servers started with "
		    "the new one?  then run this again");
	else
		ctl_complain("%ld secrets could not be opened: keep the old key", rotation->closed);
	PQclear(rows);
	return status;
}
