/*
 * kassactl account token: keep the token that reads amounts back from the platform, sealed with the
 * master key and bound to its row, so that the database alone is of no use to whoever takes it.
 */
#include "ctl/ctl.h"

#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/seal.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_master_key.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_which.h"

#define SEALED_MAX	16384			/* as in sql/0001_account.sql */
#define AAD_MAX		(ID_SIZE + 16)
#define AAD_PREFIX	"platform_token:"	/* then the account's id: what the server opens it with */

static bool	token_read(const char *, struct buf *);
static bool	token_seal(const struct seal_key *, const struct id *, struct slice, struct buf *);
static bool	token_store(struct ctl_database *, const struct id *, const struct buf *);

enum ctl_status
ctl_account_token(const struct ctl_arguments *arguments)
{
	struct ctl_database	database = { .connection = NULL };
	struct ctl_which	which;
	struct seal_key		key;
	struct id		account;
	struct buf		token, sealed;
	bool			good = false;

	if (!ctl_which_read(arguments, &which))
		return CTL_MISUSED;
	buf_init(&token, SEAL_PLAIN_MAX);
	buf_init(&sealed, SEALED_MAX);
	good = ctl_master_key_read(&key) &&
	    token_read(arguments->option[CTL_TOKEN_FILE], &token) &&
	    ctl_database_open(&database) &&
	    ctl_which_find(&database, &which, &account) &&
	    token_seal(&key, &account, slice_trim(buf_slice(&token)), &sealed) &&
	    token_store(&database, &account, &sealed);
	if (good)
		(void)printf("kept the platform token of %s\n", account.text);
	explicit_bzero(&key, sizeof(key));
	buf_wipe(&token);
	buf_release(&sealed);
	ctl_database_close(&database);
	return good ? CTL_DONE : CTL_FAILED;
}

/* Read the file, or standard input for "-", without the newlines at its end. */
static bool
token_read(const char *path, struct buf *token)
{
	char	 chunk[512];
	FILE	*file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	size_t	 len;
	bool	 good;

	if (file == NULL) {
		ctl_complain("could not open the token file %s", path);
		return false;
	}
	while (buf_ok(token) && (len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(token, (struct slice){ chunk, len });
	explicit_bzero(chunk, sizeof(chunk));
	good = ferror(file) == 0;
	if (file != stdin)
		(void)fclose(file);
	while (buf_ok(token) && token->len > 0 && strchr("\r\n", token->at[token->len - 1]) != NULL)
		token->at[--token->len] = '\0';
	if (!good)
		ctl_complain("could not read the token file %s", path);
	else if (!buf_ok(token))
		ctl_complain("the token is longer than %d bytes", SEAL_PLAIN_MAX);
	else if (slice_trim(buf_slice(token)).len == 0)
		ctl_complain("the token file is empty");
	return good && buf_ok(token) && slice_trim(buf_slice(token)).len > 0;
}

static bool
token_seal(const struct seal_key *key, const struct id *account, struct slice token,
    struct buf *sealed)
{
	struct buf	aad;
	bool		good;

	buf_init(&aad, AAD_MAX);
	buf_puts(&aad, AAD_PREFIX);
	buf_puts(&aad, account->text);
	good = buf_ok(&aad) && seal_make(key, buf_slice(&aad), token, sealed) == FAULT_NONE &&
	    buf_ok(sealed);
	if (!good)
		ctl_complain("could not seal the token");
	buf_release(&aad);
	return good;
}

static bool
token_store(struct ctl_database *database, const struct id *account, const struct buf *sealed)
{
	const char	*params[] = { account->text, buf_text(sealed), NULL };
	PGresult	*rows;

	rows = ctl_database_ask(database, "keep the token",
	    "select account_id from kassa.platform_token_set($1, $2)", params);
	PQclear(rows);
	return rows != NULL;
}
