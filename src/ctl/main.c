/*
 * kassactl: the operator's command line.  One table says what there is; each command is a file here.
 */
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "ctl/ctl.h"
#include "ctl/ctl_print.h"

#define COMPLAINT_MAX	1024

struct command {
	const char		*name;		/* one or two words */
	const char		*arguments;	/* as help shows them */
	const char		*help;
	struct ctl_grammar	 grammar;
	enum ctl_status		(*run)(const struct ctl_arguments *);
};

static enum ctl_status	version_print(const struct ctl_arguments *);
static enum ctl_status	help_print(const struct ctl_arguments *);

#define WHICH	(CTL_BIT(CTL_LOCATION) | CTL_BIT(CTL_MODE))

static const struct command	commands[] = {
	{ "migrate", "[--simulator]",
	    "bring the database to this version; safe to repeat",
	    { .takes = CTL_BIT(CTL_SIMULATOR) }, ctl_migrate },
	{ "account create", "--location ID --mode test|live [--currency USD] [--json]",
	    "open an account and print its keys, this once",
	    { .needs = WHICH, .takes = CTL_BIT(CTL_CURRENCY) | CTL_BIT(CTL_JSON) },
	    ctl_account_create },
	{ "account list", "[--json]",
	    "list the accounts",
	    { .takes = CTL_BIT(CTL_JSON) }, ctl_account_list },
	{ "account token", "--location ID --mode test|live --token-file FILE|-",
	    "keep the token that reads amounts back from the platform",
	    { .needs = WHICH | CTL_BIT(CTL_TOKEN_FILE) }, ctl_account_token },
	{ "charge show", "ID [--json]",
	    "show a charge and its transfers",
	    { .takes = CTL_BIT(CTL_JSON), .words_least = 1, .words_most = 1 }, ctl_charge_show },
	{ "ledger check", "",
	    "add up the books; exit status 1 if they do not balance",
	    { .words_most = 0 }, ctl_ledger_check },
	{ "version", "",
	    "print the version",
	    { .words_most = 0 }, version_print },
	{ "help", "[COMMAND]",
	    "print this, or one command",
	    { .words_most = 2 }, help_print },
};
#define COMMAND_COUNT	(sizeof(commands) / sizeof(commands[0]))

static const char	epilogue[] =
	"\n"
	"KASSA_OWNER_DATABASE names the database as its owning role, as libpq takes it; KASSA_DATABASE is\n"
	"used when it is not set.  migrate --simulator uses SIMULATOR_OWNER_DATABASE, or SIMULATOR_DATABASE.\n"
	"account token uses KASSA_MASTER_KEY.  Each may be in a file that KASSA_OWNER_DATABASE_FILE, and so on, names.\n";

static char *const		*command_find(char *const *, const struct command **);
static const char		*word_of(const char *);
static bool			 command_is(const struct command *, const char *, const char *);
static bool			 asks_for_help(char *const *);
static void			 command_print(const struct command *);

int
main(int argc, char **argv)
{
	const struct command	*command = NULL;
	struct ctl_arguments	 arguments;
	struct buf		 complaint;
	char *const		*rest;
	enum ctl_status		 status = CTL_MISUSED;

	buf_init(&complaint, COMPLAINT_MAX);
	rest = command_find(argv + (argc > 0), &command);
	if (command == NULL) {
		ctl_complain("%s; kassactl help lists the commands",
		    argc > 1 ? "no such command" : "which command");
	} else if (asks_for_help(rest)) {
		command_print(command);
		status = CTL_DONE;
	} else if (!ctl_arguments_read(rest, &command->grammar, &arguments, &complaint)) {
		ctl_complain("%s; usage: kassactl %s %s", buf_text(&complaint), command->name,
		    command->arguments);
	} else {
		status = command->run(&arguments);
	}
	buf_release(&complaint);
	/* Keys are printed once: that nobody received them has to be said. */
	if (fflush(stdout) != 0 && status == CTL_DONE) {
		ctl_complain("could not write to standard output");
		status = CTL_FAILED;
	}
	return (int)status;
}

/* Set ${command} to what ${argv} begins with, if anything; return what follows. */
static char *const *
command_find(char *const *argv, const struct command **command)
{
	if (argv[0] == NULL)
		return argv;
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!command_is(&commands[i], word_of(argv[0]), argv[1]))
			continue;
		*command = &commands[i];
		return argv + (strchr(commands[i].name, ' ') != NULL ? 2 : 1);
	}
	return argv;
}

/* What people try first means what they expect. */
static const char *
word_of(const char *word)
{
	if (strcmp(word, "--version") == 0)
		return "version";
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return "help";
	return word;
}

static bool
command_is(const struct command *command, const char *first, const char *second)
{
	size_t	len = strcspn(command->name, " ");

	if (strlen(first) != len || strncmp(command->name, first, len) != 0)
		return false;
	return command->name[len] == '\0' ||
	    (second != NULL && strcmp(command->name + len + 1, second) == 0);
}

static bool
asks_for_help(char *const *argv)
{
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "--help") == 0)
			return true;
	}
	return false;
}

static enum ctl_status
version_print(const struct ctl_arguments *arguments)
{
	(void)arguments;
	(void)puts("kassactl " VERSION);
	return CTL_DONE;
}

static enum ctl_status
help_print(const struct ctl_arguments *arguments)
{
	const char	*first = arguments->word[0];
	const char	*second = arguments->word[1];
	bool		 found = false;

	/* "help account" prints every command that begins so. */
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const char	*name = commands[i].name;

		if (first != NULL && !(strncmp(name, first, strlen(first)) == 0 && second == NULL) &&
		    !command_is(&commands[i], first, second))
			continue;
		command_print(&commands[i]);
		found = true;
	}
	if (!found) {
		ctl_complain("no such command; kassactl help lists the commands");
		return CTL_MISUSED;
	}
	(void)fputs(epilogue, stdout);
	return CTL_DONE;
}

static void
command_print(const struct command *command)
{
	(void)printf("kassactl %s %s\n        %s\n", command->name, command->arguments, command->help);
}
