/*
 * kassactl contact forget: a payer who asks to be forgotten.  What goes and what stays is said in
 * sql/function/contact.sql.
 */
#include "ctl/ctl.h"

#include <stdio.h>

#include "base/integer.h"
#include "base/json_write.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_which.h"

#define JSON_MAX	1024

/* The columns of kassa.contact_forget(), in its order. */
#define KINDS		5
static const struct {
	const char	*member, *words;
} kinds[KINDS] = {
	{ "paymentMethods", "payment methods" },
	{ "sessions", "sessions" },
	{ "setups", "setups" },
	{ "declines", "declines" },
	{ "addresses", "digests of addresses" },
};

struct forgotten {
	int64_t	removed[KINDS];
	int64_t	under_way;
};

static bool		counts_read(const PGresult *, struct forgotten *);
static enum ctl_status	forgotten_print(const struct ctl_arguments *, const struct forgotten *);
static enum ctl_status	forgotten_print_json(const struct forgotten *);

enum ctl_status
ctl_contact_forget(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct forgotten	 forgotten;
	struct reference	 location, contact;
	const char		*params[] = { location.text, contact.text, NULL };
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (!ctl_which_reference("--location", arguments->option[CTL_LOCATION], &location) ||
	    !ctl_which_reference("--contact", arguments->option[CTL_CONTACT], &contact))
		return CTL_MISUSED;
	if (ctl_database_open(&database))
		rows = ctl_database_ask(&database, "forget the contact", "select payment_methods, sessions, setups,"
		    " declines, addresses, under_way from kassa.contact_forget($1, $2)", params);
	if (rows != NULL && counts_read(rows, &forgotten))
		status = forgotten_print(arguments, &forgotten);
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

static bool
counts_read(const PGresult *rows, struct forgotten *forgotten)
{
	bool	reads;

	reads = integer_read(slice_of(PQgetvalue(rows, 0, KINDS)), &forgotten->under_way);
	for (int i = 0; reads && i < KINDS; i++)
		reads = integer_read(slice_of(PQgetvalue(rows, 0, i)), &forgotten->removed[i]);
	if (!reads)
		ctl_complain("the database did not say what it removed");
	return reads;
}

/* Not all of it is gone while something is under way: that has to be noticed by whoever runs this from a script. */
static enum ctl_status
forgotten_print(const struct ctl_arguments *arguments, const struct forgotten *forgotten)
{
	enum ctl_status	status = CTL_DONE;

	if (arguments->option[CTL_JSON] != NULL) {
		status = forgotten_print_json(forgotten);
	} else {
		for (size_t i = 0; i < KINDS; i++)
			(void)printf("%s %lld %s", i == 0 ? "removed:" : ",", (long long)forgotten->removed[i],
			    kinds[i].words);
		(void)puts("");
	}
	if (forgotten->under_way == 0)
		return status;
	ctl_complain("%lld of this contact's payments are under way; run it again when they have ended",
	    (long long)forgotten->under_way);
	return CTL_FAILED;
}

static enum ctl_status
forgotten_print_json(const struct forgotten *forgotten)
{
	struct json_write	write;
	struct buf		json;
	enum ctl_status		status;

	buf_init(&json, JSON_MAX);
	json_write_init(&write, &json);
	json_open_object(&write);
	for (size_t i = 0; i < KINDS; i++)
		json_integer_member(&write, kinds[i].member, forgotten->removed[i]);
	json_integer_member(&write, "underWay", forgotten->under_way);
	json_close_object(&write);
	status = ctl_print_json(&json);
	buf_release(&json);
	return status;
}
