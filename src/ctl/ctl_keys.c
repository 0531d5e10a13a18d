/*
 * Minting keys; kassactl account keys rotate and revoke.  A new pair is valid beside the old ones, until
 * whoever calls us has changed over: nothing is refused in between.
 */
#include "ctl/ctl_keys.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json_write.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_which.h"

#define JSON_MAX	1024
#define KINDS		2	/* keys of a pair */

static PGresult		*keys_add(const struct ctl_which *, const struct ctl_keys *);
static void		 rotate_print(const struct ctl_which *, const struct ctl_keys *, const PGresult *);
static enum ctl_status	 rotate_print_json(const struct ctl_which *, const struct ctl_keys *,
			    const PGresult *);

bool
ctl_keys_make(enum mode mode, struct ctl_keys *keys)
{
	uint8_t	secret[APIKEY_RANDOM_BYTES], publishable[APIKEY_RANDOM_BYTES];

	if (getentropy(secret, sizeof(secret)) != 0 ||
	    getentropy(publishable, sizeof(publishable)) != 0) {
		ctl_complain("could not draw random bytes for the keys");
		return false;
	}
	apikey_make(APIKEY_SECRET, mode, secret, &keys->secret);
	apikey_make(APIKEY_PUBLISHABLE, mode, publishable, &keys->publishable);
	digest_sha256_hex(slice_of(keys->secret.text), keys->digest);
	explicit_bzero(secret, sizeof(secret));
	return true;
}

void
ctl_keys_wipe(struct ctl_keys *keys)
{
	explicit_bzero(keys, sizeof(*keys));
}

void
ctl_keys_print(const struct ctl_keys *keys)
{
	ctl_print_pair("API key", keys->secret.text);
	ctl_print_pair("publishable key", keys->publishable.text);
}

enum ctl_status
ctl_account_keys_rotate(const struct ctl_arguments *arguments)
{
	struct ctl_which	 which;
	struct ctl_keys		 keys;
	PGresult		*added = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (!ctl_which_read(arguments, &which))
		return CTL_MISUSED;
	if (ctl_keys_make(which.mode, &keys))
		added = keys_add(&which, &keys);
	if (added != NULL && arguments->option[CTL_JSON] != NULL) {
		status = rotate_print_json(&which, &keys, added);
	} else if (added != NULL) {
		rotate_print(&which, &keys, added);
		status = CTL_DONE;
	}
	PQclear(added);
	ctl_keys_wipe(&keys);
	return status;
}

enum ctl_status
ctl_account_keys_revoke(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct ctl_which	 which;
	struct id		 account;
	const char		*params[] = { account.text, NULL };
	PGresult		*rows = NULL;
	int64_t			 revoked;
	enum ctl_status		 status = CTL_FAILED;

	if (!ctl_which_read(arguments, &which))
		return CTL_MISUSED;
	if (ctl_database_open(&database) && ctl_which_find(&database, &which, &account))
		rows = ctl_database_ask(&database, "revoke the keys",
		    "select revoked from kassa.account_keys_revoke($1)", params);
	if (rows != NULL && integer_read(slice_of(PQgetvalue(rows, 0, 0)), &revoked)) {
		if (revoked == 0)
			(void)printf("nothing to revoke: %s has one pair of keys\n", account.text);
		else
			(void)printf("revoked %lld older %s of keys of %s; the newest pair stays\n",
			    (long long)revoked / KINDS, revoked == KINDS ? "pair" : "pairs",
			    account.text);
		status = CTL_DONE;
	}
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

/* Its one row is the account and how many pairs it has now. */
static PGresult *
keys_add(const struct ctl_which *which, const struct ctl_keys *keys)
{
	struct ctl_database	 database = { .connection = NULL };
	struct id		 account;
	const char		*params[] = { account.text, keys->digest, keys->publishable.text, NULL };
	PGresult		*rows = NULL;

	if (ctl_database_open(&database) && ctl_which_find(&database, which, &account))
		rows = ctl_database_ask(&database, "add the keys",
		    "select account_id, valid_pairs from kassa.account_keys_add($1, $2, $3)", params);
	ctl_database_close(&database);
	return rows;
}

static void
rotate_print(const struct ctl_which *which, const struct ctl_keys *keys, const PGresult *added)
{
	ctl_print_pair("account", PQgetvalue(added, 0, 0));
	ctl_print_pair("location", which->location.text);
	ctl_print_pair("mode", mode_label(which->mode));
	ctl_keys_print(keys);
	ctl_print_pair("valid pairs", PQgetvalue(added, 0, 1));
	(void)puts("\nThe API key is shown this once and kept nowhere: note it now.\n"
	    "The keys before stay valid until kassactl account keys revoke.");
}

static enum ctl_status
rotate_print_json(const struct ctl_which *which, const struct ctl_keys *keys, const PGresult *added)
{
	struct json_write	write;
	struct buf		json;
	enum ctl_status		status;

	buf_init(&json, JSON_MAX);
	json_write_init(&write, &json);
	json_open_object(&write);
	json_text_member(&write, "accountId", PQgetvalue(added, 0, 0));
	json_text_member(&write, "locationId", which->location.text);
	json_text_member(&write, "mode", mode_label(which->mode));
	json_text_member(&write, "apiKey", keys->secret.text);
	json_text_member(&write, "publishableKey", keys->publishable.text);
	json_raw_member(&write, "validPairs", slice_of(PQgetvalue(added, 0, 1)));
	json_close_object(&write);
	status = ctl_print_json(&json);
	buf_wipe(&json);
	return status;
}
