/*
 * kassactl settings-session end: whoever is looking at the settings page has to be let in again by the platform.
 */
#include "ctl/ctl.h"

#include <stdio.h>

#include "ctl/ctl_database.h"
#include "ctl/ctl_print.h"
#include "ctl/ctl_which.h"

/* Whose sessions; kind is what kassa.visit_end() calls it. */
static const struct {
	enum ctl_option	 option;
	const char	*text, *kind;
} whose[] = {
	{ CTL_USER, "--user", "user" },
	{ CTL_LOCATION, "--location", "location" },
	{ CTL_COMPANY, "--company", "company" },
	{ CTL_ALL, "--all", "all" },
};
#define WHOSE_COUNT	(sizeof(whose) / sizeof(whose[0]))

static bool	whose_read(const struct ctl_arguments *, const char **, struct reference *);

enum ctl_status
ctl_settings_session_end(const struct ctl_arguments *arguments)
{
	struct ctl_database	 database = { .connection = NULL };
	struct reference	 id;
	const char		*params[] = { NULL, id.text, NULL };
	PGresult		*rows = NULL;

	if (!whose_read(arguments, &params[0], &id))
		return CTL_MISUSED;
	if (ctl_database_open(&database))
		rows = ctl_database_ask(&database, "end the sessions", "select kassa.visit_end($1, $2)", params);
	if (rows != NULL)
		(void)printf("ended: sessions of the settings page that have begun (%s%s%s)\n", params[0],
		    id.text[0] == '\0' ? "" : " ", id.text);
	PQclear(rows);
	ctl_database_close(&database);
	return rows != NULL ? CTL_DONE : CTL_FAILED;
}

/* Exactly one of them. */
static bool
whose_read(const struct ctl_arguments *arguments, const char **kind, struct reference *id)
{
	id->text[0] = '\0';
	for (size_t i = 0; i < WHOSE_COUNT; i++) {
		const char	*value = arguments->option[whose[i].option];

		if (value == NULL)
			continue;
		if (*kind != NULL) {
			ctl_complain("whose sessions: --user, --location, --company or --all, one of them");
			return false;
		}
		*kind = whose[i].kind;
		if (whose[i].option != CTL_ALL && !ctl_which_reference(whose[i].text, value, id))
			return false;
	}
	if (*kind == NULL)
		ctl_complain("whose sessions: --user, --location, --company or --all");
	return *kind != NULL;
}
