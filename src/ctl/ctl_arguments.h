/*
 * The words after a command's name: which options it takes, which it needs, how many plain words.
 * Values in, values out; main.c asks before a command runs.
 */
#ifndef CTL_ARGUMENTS_H
#define CTL_ARGUMENTS_H

#include <stdbool.h>

#include "base/buf.h"

#define CTL_WORDS_MAX	3	/* plain words of any command: those of "help account keys rotate" */

/*	 name		text		takes a value */
#define CTL_OPTIONS(O)							\
	O(LOCATION,	"--location",	true)				\
	O(MODE,		"--mode",	true)				\
	O(CURRENCY,	"--currency",	true)				\
	O(TOKEN_FILE,	"--token-file",	true)				\
	O(CHARGE,	"--charge",	true)				\
	O(CONTACT,	"--contact",	true)				\
	O(COMPANY,	"--company",	true)				\
	O(USER,		"--user",	true)				\
	O(STATUS,	"--status",	true)				\
	O(LIMIT,	"--limit",	true)				\
	O(SINCE,	"--since",	true)				\
	O(OLDER_THAN,	"--older-than",	true)				\
	O(ALL,		"--all",	false)				\
	O(DRY_RUN,	"--dry-run",	false)				\
	O(JSON,		"--json",	false)				\
	O(SIMULATOR,	"--simulator",	false)

enum ctl_option {
#define CTL_OPTION_ENUM(name, text, value) CTL_##name,
	CTL_OPTIONS(CTL_OPTION_ENUM)
#undef CTL_OPTION_ENUM
	CTL_OPTION_COUNT
};

#define CTL_BIT(option)	(1u << (option))

/* What a command takes; options are sets of CTL_BIT(). */
struct ctl_grammar {
	unsigned	needs;
	unsigned	takes;		/* besides those */
	int		words_least;
	int		words_most;	/* at most CTL_WORDS_MAX */
};

/* What it was given; all text is lent from argv. */
struct ctl_arguments {
	const char	*option[CTL_OPTION_COUNT];	/* NULL when absent, "" for one without value */
	const char	*word[CTL_WORDS_MAX];		/* NULL when absent */
};

/**
 * ctl_arguments_read(argv, grammar, arguments, complaint):
 * Sort the NULL-terminated ${argv} into ${arguments}.  "--name value" and "--name=value" are the same.
 * Return false, with one line in ${complaint} that names the argument, if it is unknown to this
 * command, repeated, without its value, with one it does not take, missing, or one word too many.
 */
bool	ctl_arguments_read(char *const *, const struct ctl_grammar *, struct ctl_arguments *, struct buf *);

#endif /* !CTL_ARGUMENTS_H */
