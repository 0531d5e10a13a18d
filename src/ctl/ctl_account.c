/*
 * kassactl account create and account list: open an account, print its keys once, list what there is.
 */
#include "ctl/ctl.h"

#include <stdio.h>

#include "base/id.h"
#include "base/json_write.h"
#include "core/currency.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_keys.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_which.h"

#define ACCOUNT_JSON_MAX	1024
#define CURRENCY_FIRST		"USD"	/* when none is given */

struct account {
	struct id		 id;
	struct ctl_which	 which;
	const struct currency	*currency;
	struct ctl_keys		 keys;
};

static const char	create_sql[] =
	"select account_id from kassa.account_create($1, $2, $3::kassa.mode, $4, $5, $6)";

#define COLUMNS(C)							\
	C("account",	"accountId",	CTL_TEXT,	"a.account_id")	\
	C("location",	"locationId",	CTL_TEXT,	"a.location_id") \
	C("mode",	"mode",		CTL_TEXT,	"a.mode")	\
	C("currency",	"currency",	CTL_TEXT,	"a.currency")	\
	C("publishable key", "publishableKey", CTL_TEXT, "k.newest")	\
	C("key pairs",	"keyPairs",	CTL_NUMBER,	"k.pairs")	\
	C("reads back",	"readsBack",	CTL_TRUTH,	"t.account_id is not null") \
	C("created",	"createdAt",	CTL_TEXT,			\
	    "to_char(a.created_at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")

/* While keys are changed over an account has more than one pair: the newest is what to hand on. */
static const char	list_sql[] = CTL_SELECT(COLUMNS)
	" from kassa.account a"
	" cross join lateral (select (array_agg(n.publishable_key order by n.created_at desc))[1] as newest,"
	" count(*) as pairs from kassa.api_key n"
	" where n.account_id = a.account_id and n.kind = 'publishable' and n.revoked_at is null) k"
	" left join kassa.platform_token t on t.account_id = a.account_id"
	" order by a.location_id, a.mode";
static const struct ctl_column	columns[] = CTL_COLUMNS(COLUMNS);

static bool		account_read(const struct ctl_arguments *, struct account *);
static bool		account_store(const struct account *);
static void		account_print(const struct account *);
static enum ctl_status	account_print_json(const struct account *);

enum ctl_status
ctl_account_create(const struct ctl_arguments *arguments)
{
	struct account	account = { .currency = NULL };
	enum ctl_status	status = CTL_FAILED;

	if (!account_read(arguments, &account))
		return CTL_MISUSED;
	if (!ctl_keys_make(account.which.mode, &account.keys))
		goto out;
	id_make("acct", &account.id);
	if (!account_store(&account))
		goto out;
	status = CTL_DONE;
	if (arguments->option[CTL_JSON] != NULL)
		status = account_print_json(&account);
	else
		account_print(&account);
out:
	ctl_keys_wipe(&account.keys);
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
	if (rows != NULL)
		status = ctl_table_answer(arguments, &(struct ctl_table){
		    rows, columns, CTL_COUNT(columns), "no accounts" });
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

/* The secret key goes into the database as its digest alone. */
static bool
account_store(const struct account *account)
{
	struct ctl_database	 database = { .connection = NULL };
	const char		*params[] = {
		account->id.text,
		account->which.location.text,
		mode_label(account->which.mode),
		account->currency->code,
		account->keys.digest,
		account->keys.publishable.text,
		NULL
	};
	PGresult		*rows = NULL;

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
	ctl_keys_print(&account->keys);
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
	json_text_member(&write, "apiKey", account->keys.secret.text);
	json_text_member(&write, "publishableKey", account->keys.publishable.text);
	json_close_object(&write);
	status = ctl_print_json(&json);
	buf_wipe(&json);
	return status;
}
