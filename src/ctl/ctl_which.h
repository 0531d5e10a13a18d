/*
 * What a command is about, as the command line names it: an account by its location and mode, a row by
 * its id, rows by account, status and number.
 */
#ifndef CTL_WHICH_H
#define CTL_WHICH_H

#include <stdbool.h>

#include "base/id.h"
#include "base/integer.h"
#include "core/mode.h"
#include "core/reference.h"
#include "ctl/ctl.h"
#include "ctl/ctl_database.h"

struct ctl_which {
	struct reference	 location;
	enum mode		 mode;
};

/** ctl_which_read(arguments, which): Read --location and --mode; false after complaining. */
bool	ctl_which_read(const struct ctl_arguments *, struct ctl_which *);

/** ctl_which_find(database, which, account): The id of that account; false after complaining. */
bool	ctl_which_find(struct ctl_database *, const struct ctl_which *, struct id *);

/**
 * ctl_which_reference(argument, text, reference):
 * Read an id, which ${argument} ("--contact", "ID") names; false after complaining if it cannot be one.
 */
bool	ctl_which_reference(const char *, const char *, struct reference *);

/* The rows of a list. */
struct ctl_scope {
	bool			 is_of_one;	/* account, that of ${which}; otherwise of all */
	struct ctl_which	 which;
	struct id		 account;	/* "" for all; after ctl_scope_open() */
	const char		*status;	/* "" for any */
	struct integer		 limit;
};

/**
 * ctl_scope_read(arguments, scope):
 * Read --location with --mode, --status, --limit, each if it is given; false after complaining.
 */
bool	ctl_scope_read(const struct ctl_arguments *, struct ctl_scope *);

/** ctl_scope_open(database, scope): Connect, and find the account if one is named; false after complaining. */
bool	ctl_scope_open(struct ctl_database *, struct ctl_scope *);

#endif /* !CTL_WHICH_H */
