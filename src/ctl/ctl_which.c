/*
 * Reading which account, which row, which rows.
 */
#include "ctl/ctl_which.h"

#include "base/fault.h"
#include "core/charge.h"
#include "ctl/ctl_print.h"

#define LIMIT_MOST	1000
#define LIMIT_DEFAULT	20

static bool	status_read(const char *, const char **);
static bool	limit_read(const char *, struct integer *);

bool
ctl_which_read(const struct ctl_arguments *arguments, struct ctl_which *which)
{
	if (!ctl_which_reference("--location", arguments->option[CTL_LOCATION], &which->location))
		return false;
	if (!mode_find(slice_of(arguments->option[CTL_MODE]), &which->mode)) {
		ctl_complain("--mode should be test or live");
		return false;
	}
	return true;
}

bool
ctl_which_find(struct ctl_database *database, const struct ctl_which *which, struct id *account)
{
	const char	*params[] = { which->location.text, mode_label(which->mode), NULL };
	PGresult	*rows;
	bool		 good;

	rows = ctl_database_ask(database, "find the account",
	    "select account_id from kassa.account where location_id = $1 and mode = $2::kassa.mode",
	    params);
	if (rows == NULL)
		return false;
	good = PQntuples(rows) == 1 &&
	    slice_copy(slice_of(PQgetvalue(rows, 0, 0)), account->text, sizeof(account->text));
	if (!good)
		ctl_complain("%s: location %s, mode %s", fault_info(FAULT_ACCOUNT_UNKNOWN)->message,
		    which->location.text, mode_label(which->mode));
	PQclear(rows);
	return good;
}

bool
ctl_which_reference(const char *argument, const char *text, struct reference *reference)
{
	if (reference_read(slice_of(text), reference) && !reference_is_empty(reference))
		return true;
	ctl_complain("%s should be an id: at most %d letters, digits and \"_-.:\"", argument,
	    REFERENCE_SIZE - 1);
	return false;
}

bool
ctl_scope_read(const struct ctl_arguments *arguments, struct ctl_scope *scope)
{
	const char *const	*option = arguments->option;

	*scope = (struct ctl_scope){ .is_of_one = option[CTL_LOCATION] != NULL };
	if (scope->is_of_one != (option[CTL_MODE] != NULL)) {
		ctl_complain("%s is missing: an account is named by both",
		    scope->is_of_one ? "--mode" : "--location");
		return false;
	}
	return (!scope->is_of_one || ctl_which_read(arguments, &scope->which)) &&
	    status_read(option[CTL_STATUS], &scope->status) &&
	    limit_read(option[CTL_LIMIT], &scope->limit);
}

bool
ctl_scope_open(struct ctl_database *database, struct ctl_scope *scope)
{
	return ctl_database_open(database) &&
	    (!scope->is_of_one || ctl_which_find(database, &scope->which, &scope->account));
}

static bool
status_read(const char *text, const char **status)
{
	enum charge_status	known;

	*status = text == NULL ? "" : text;
	if (text == NULL || charge_status_find(slice_of(text), &known))
		return true;
#define STATUS_WORD(name, label) " " label
	ctl_complain("--status should be one of" CHARGE_STATUSES(STATUS_WORD));
#undef STATUS_WORD
	return false;
}

static bool
limit_read(const char *text, struct integer *limit)
{
	int64_t	value = LIMIT_DEFAULT;

	if (text != NULL && (!integer_read(slice_of(text), &value) || value < 1 || value > LIMIT_MOST)) {
		ctl_complain("--limit should be a whole number from 1 to %d", LIMIT_MOST);
		return false;
	}
	(void)integer_print(value, limit);
	return true;
}
