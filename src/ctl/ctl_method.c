/*
 * kassactl payment-method list and remove: the cards that are kept for a contact.  What charges them, the
 * processor's token, is never printed.
 */
#include "ctl/ctl.h"

#include <stdio.h>

#include "ctl/ctl_database.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_which.h"

#define COLUMNS(C)								\
	C("payment method", "paymentMethodId", CTL_TEXT, "m.payment_method_id")	\
	C("contact",	"contactId",	CTL_TEXT,	"m.contact_id")		\
	C("brand",	"brand",	CTL_TEXT,	"m.brand")		\
	C("last4",	"last4",	CTL_TEXT,	"m.last4")		\
	C("month",	"expiryMonth",	CTL_NUMBER,	"m.expiry_month")	\
	C("year",	"expiryYear",	CTL_NUMBER,	"m.expiry_year")	\
	C("processor",	"processor",	CTL_TEXT,	"m.processor")		\
	C("created",	"createdAt",	CTL_TEXT,	CTL_TIME("m.created_at")) \
	C("refreshed",	"refreshedAt",	CTL_TEXT,	CTL_TIME("m.refreshed_at")) \
	C("removed",	"removedAt",	CTL_TEXT,	CTL_TIME("m.removed_at"))

/* Removed ones too, after the others: that one is gone, and since when, is what an operator is asked. */
static const char	list_sql[] = CTL_SELECT(COLUMNS)
	" from kassa.payment_method m where m.account_id = $1 and m.contact_id = $2"
	" order by m.removed_at is not null, m.created_at desc, m.payment_method_id limit 1000";
static const struct ctl_column	columns[] = CTL_COLUMNS(COLUMNS);

enum ctl_status
ctl_method_list(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct ctl_which	 which;
	struct reference	 contact;
	struct id		 account;
	const char		*params[] = { account.text, contact.text, NULL };
	PGresult		*rows = NULL;
	enum ctl_status		 status = CTL_FAILED;

	if (!ctl_which_read(arguments, &which) ||
	    !ctl_which_reference("--contact", arguments->option[CTL_CONTACT], &contact))
		return CTL_MISUSED;
	if (ctl_database_open(&database) && ctl_which_find(&database, &which, &account))
		rows = ctl_database_ask(&database, "list the payment methods", list_sql, params);
	if (rows != NULL)
		status = ctl_table_answer(arguments, &(struct ctl_table){
		    rows, columns, CTL_COUNT(columns), "no payment methods" });
	PQclear(rows);
	ctl_database_close(&database);
	return status;
}

enum ctl_status
ctl_method_remove(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct ctl_which	 which;
	struct reference	 method;
	struct id		 account;
	const char		*params[] = { account.text, method.text, NULL };
	PGresult		*rows = NULL;

	if (!ctl_which_reference("ID", arguments->word[0], &method) ||
	    !ctl_which_read(arguments, &which))
		return CTL_MISUSED;
	if (ctl_database_open(&database) && ctl_which_find(&database, &which, &account))
		rows = ctl_database_ask(&database, "remove the payment method",
		    "select payment_method_id from kassa.method_remove($1, $2)", params);
	if (rows != NULL)
		(void)printf("removed %s: it is not listed and not charged any more; a job tells the processor\n",
		    method.text);
	PQclear(rows);
	ctl_database_close(&database);
	return rows != NULL ? CTL_DONE : CTL_FAILED;
}
