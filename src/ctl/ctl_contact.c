/*
 * kassactl contact forget: a payer who asks to be forgotten.  What goes and what stays is said in
 * sql/function/contact.sql.
 */
#include "ctl/ctl.h"

#include "base/integer.h"
#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_which.h"

/* The columns of kassa.contact_forget(), in its order. */
enum { PAYMENT_METHODS, SESSIONS, SETUPS, DECLINES, ADDRESSES, UNDER_WAY, COLUMN_COUNT };

static bool	counts_read(const PGresult *, struct ctl_removed[COLUMN_COUNT]);

enum ctl_status
ctl_contact_forget(const struct ctl_arguments *arguments)
{
	struct ctl_removed	 removed[COLUMN_COUNT] = {
		[PAYMENT_METHODS] = { "paymentMethods", "payment methods", 0 },
		[SESSIONS] = { "sessions", "sessions", 0 },
		[SETUPS] = { "setups", "setups", 0 },
		[DECLINES] = { "declines", "declines", 0 },
		[ADDRESSES] = { "addresses", "digests of addresses", 0 },
		[UNDER_WAY] = { "underWay", NULL, 0 },
	};
	struct ctl_database	 database = { .connection = NULL };
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
	if (rows != NULL && counts_read(rows, removed))
		status = ctl_print_removed(arguments, removed, COLUMN_COUNT);
	/* Not all of it is gone then: that has to be noticed by whoever runs this from a script. */
	if (removed[UNDER_WAY].count > 0) {
		ctl_complain("%lld of this contact's payments are under way; run it again when they have ended",
		    (long long)removed[UNDER_WAY].count);
		status = CTL_FAILED;
	}
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

static bool
counts_read(const PGresult *rows, struct ctl_removed removed[COLUMN_COUNT])
{
	for (int i = 0; i < COLUMN_COUNT; i++) {
		if (!integer_read(slice_of(PQgetvalue(rows, 0, i)), &removed[i].count)) {
			ctl_complain("the database did not say what it removed");
			return false;
		}
	}
	return true;
}
