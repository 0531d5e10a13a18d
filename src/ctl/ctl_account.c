/*
 * kassactl account create and account list: open an account, print its keys once, list what there is.
 */
#include "ctl/ctl.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/id.h"
#include "base/json_write.h"
#include "core/apikey.h"
#include "core/currency.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_which.h"

#define ACCOUNT_JSON_MAX	1024
#define LIST_JSON_MAX		((size_t)64 * 1024 * 1024)
#define CURRENCY_FIRST		"USD"	/* when none is given */

struct account {
	struct id		 id;
	struct ctl_which	 which;
	const struct currency	*currency;
	struct apikey		 secret;
	struct apikey		 publishable;
};

static const char	create_sql[] =
	"select account_id from kassa.account_create($1, $2, $3::kassa.mode, $4, $5, $6)";

/* Names of the columns are the headings of the table. */
static const char	list_sql[] =
	"select a.account_id as account, a.location_id as location, a.mode, a.currency,"
	" k.publishable_key as \"publishable key\","
	" case when t.account_id is null then 'no' else 'yes' end as \"reads back\","
	" to_char(a.created_at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as created"
	" from kassa.account a"
	" left join kassa.api_key k on k.account_id = a.account_id and k.kind = 'publishable'"
	" and k.revoked_at is null"
	" left join kassa.platform_token t on t.account_id = a.account_id"
	" order by a.location_id, a.mode";
static const char *const	list_names[] = {
	"accountId", "locationId", "mode", "currency", "publishableKey", "readsBack", "createdAt"
};
#define LIST_READS_BACK	5

static bool		account_read(const struct ctl_arguments *, struct account *);
static bool		account_mint(struct account *);
static bool		account_store(const struct account *);
static void		account_print(const struct account *);
static enum ctl_status	account_print_json(const struct account *);
static enum ctl_status	list_print_json(const PGresult *);

enum ctl_status
ctl_account_create(const struct ctl_arguments *arguments)
{
	struct account	account = { .currency = NULL };
	enum ctl_status	status = CTL_FAILED;

	if (!account_read(arguments, &account))
		return CTL_MISUSED;
	if (!account_mint(&account) || !account_store(&account))
		goto out;
	status = CTL_DONE;
	if (arguments->option[CTL_JSON] != NULL)
		status = account_print_json(&account);
	else
		account_print(&account);
out:
	explicit_bzero(&account.secret, sizeof(account.secret));
	return status;
}

enum ctl_status
ctl_account_list(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	const char		*none[] = { NULL };
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (ctl_database_open(&database))
		rows = ctl_database_ask(&database, "list the accounts", list_sql, none);
	if (rows != NULL && arguments->option[CTL_JSON] != NULL) {
		status = list_print_json(rows);
	} else if (rows != NULL) {
		ctl_print_table(&(struct ctl_table){ rows, NULL, "no accounts" });
		status = CTL_DONE;
	}
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

static bool
account_read(const struct ctl_arguments *arguments, struct account *account)
{
	const char	*code = arguments->option[CTL_CURRENCY];

	if (!ctl_which_read(arguments, &account->which))
		return false;
	account->currency = currency_find(slice_of(code != NULL ? code : CURRENCY_FIRST));
	if (account->currency == NULL)
		ctl_complain("--currency should be an ISO 4217 code that can be charged, like USD");
	return account->currency != NULL;
}

static bool
account_mint(struct account *account)
{
	uint8_t	secret[APIKEY_RANDOM_BYTES], publishable[APIKEY_RANDOM_BYTES];

	if (getentropy(secret, sizeof(secret)) != 0 ||
	    getentropy(publishable, sizeof(publishable)) != 0) {
		ctl_complain("could not draw random bytes for the keys");
		return false;
	}
	id_make("acct", &account->id);
	apikey_make(APIKEY_SECRET, account->which.mode, secret, &account->secret);
	apikey_make(APIKEY_PUBLISHABLE, account->which.mode, publishable, &account->publishable);
	explicit_bzero(secret, sizeof(secret));
	return true;
}

/* The secret key goes into the database as its digest alone. */
static bool
account_store(const struct account *account)
{
	struct ctl_database	 database = { .connection = NULL };
	char			 digest[DIGEST_HEX];
	const char		*params[] = {
		account->id.text,
		account->which.location.text,
		mode_label(account->which.mode),
		account->currency->code,
		digest,
		account->publishable.text,
		NULL
	};
	PGresult		*rows = NULL;

	digest_sha256_hex(slice_of(account->secret.text), digest);
	if (ctl_database_open(&database))
		rows = ctl_database_ask(&database, "create the account", create_sql, params);
	PQclear(rows);
	ctl_database_close(&database);
	return rows != NULL;
}

static void
account_print(const struct account *account)
{
	ctl_print_pair("account", account->id.text);
	ctl_print_pair("location", account->which.location.text);
	ctl_print_pair("mode", mode_label(account->which.mode));
	ctl_print_pair("currency", account->currency->code);
	ctl_print_pair("API key", account->secret.text);
	ctl_print_pair("publishable key", account->publishable.text);
	(void)puts("\nThe API key is shown this once and kept nowhere: note it now.");
}

static enum ctl_status
account_print_json(const struct account *account)
{
	struct json_write	write;
	struct buf		json;
	enum ctl_status		status;

	buf_init(&json, ACCOUNT_JSON_MAX);
	json_write_init(&write, &json);
	json_open_object(&write);
	json_text_member(&write, "accountId", account->id.text);
	json_text_member(&write, "locationId", account->which.location.text);
	json_text_member(&write, "mode", mode_label(account->which.mode));
	json_text_member(&write, "currency", account->currency->code);
	json_text_member(&write, "apiKey", account->secret.text);
	json_text_member(&write, "publishableKey", account->publishable.text);
	json_close_object(&write);
	status = ctl_print_json(&json);
	buf_wipe(&json);
	return status;
}

static enum ctl_status
list_print_json(const PGresult *rows)
{
	struct json_write	write;
	struct buf		json;
	enum ctl_status		status;

	buf_init(&json, LIST_JSON_MAX);
	json_write_init(&write, &json);
	json_open_array(&write);
	for (int row = 0; row < PQntuples(rows); row++) {
		json_open_object(&write);
		for (int column = 0; column < PQnfields(rows); column++) {
			const char	*value = PQgetvalue(rows, row, column);

			if (column == LIST_READS_BACK)
				json_bool_member(&write, list_names[column], value[0] == 'y');
			else
				json_text_member(&write, list_names[column], value);
		}
		json_close_object(&write);
	}
	json_close_array(&write);
	status = ctl_print_json(&json);
	buf_release(&json);
	return status;
}
