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
	const char		*name;		/* one to three words */
	const char		*arguments;	/* as help shows them */
	const char		*help;
	struct ctl_grammar	 grammar;
	enum ctl_status		(*run)(const struct ctl_arguments *);
};

static enum ctl_status	version_print(const struct ctl_arguments *);
static enum ctl_status	help_print(const struct ctl_arguments *);

#define WHICH	(CTL_BIT(CTL_LOCATION) | CTL_BIT(CTL_MODE))
#define JSON	CTL_BIT(CTL_JSON)
#define LIMIT	CTL_BIT(CTL_LIMIT)
#define STATUS	CTL_BIT(CTL_STATUS)

static const struct command	commands[] = {
	{ "migrate", "[--simulator]",
	    "bring the database to this version; safe to repeat",
	    { .takes = CTL_BIT(CTL_SIMULATOR) }, ctl_migrate },
	{ "account create", "--location ID --mode test|live [--currency USD] [--json]",
	    "open an account and print its keys, this once",
	    { .needs = WHICH, .takes = CTL_BIT(CTL_CURRENCY) | JSON }, ctl_account_create },
	{ "account list", "[--json]",
	    "list the accounts",
	    { .takes = JSON }, ctl_account_list },
	{ "account token", "--location ID --mode test|live --token-file FILE|-",
	    "keep the token that reads amounts back from the platform",
	    { .needs = WHICH | CTL_BIT(CTL_TOKEN_FILE) }, ctl_account_token },
	{ "account keys rotate", "--location ID --mode test|live [--json]",
	    "add a pair of keys and print it, this once; the keys before stay valid",
	    { .needs = WHICH, .takes = JSON }, ctl_account_keys_rotate },
	{ "account keys revoke", "--location ID --mode test|live",
	    "end all pairs of keys but the newest",
	    { .needs = WHICH }, ctl_account_keys_revoke },
	{ "charge list", "[--location ID --mode test|live] [--status STATUS] [--limit 20] [--json]",
	    "list charges, newest first, in any status or one: sending, pending, unknown, succeeded, failed",
	    { .takes = WHICH | STATUS | LIMIT | JSON }, ctl_charge_list },
	{ "charge show", "ID [--json]",
	    "show a charge, its transfers and its refunds",
	    { .takes = JSON, .words_least = 1, .words_most = 1 }, ctl_charge_show },
	{ "refund list", "[--charge ID] [--location ID --mode test|live] [--status STATUS] [--limit 20] [--json]",
	    "list refunds, newest first",
	    { .takes = CTL_BIT(CTL_CHARGE) | WHICH | STATUS | LIMIT | JSON }, ctl_refund_list },
	{ "payment-method list", "--location ID --mode test|live --contact ID [--json]",
	    "list the cards kept for a contact, removed ones last",
	    { .needs = WHICH | CTL_BIT(CTL_CONTACT), .takes = JSON }, ctl_method_list },
	{ "payment-method remove", "ID --location ID --mode test|live",
	    "charge a kept card no more; a job tells the processor",
	    { .needs = WHICH, .words_least = 1, .words_most = 1 }, ctl_method_remove },
	{ "contact forget", "--location ID --contact ID [--json]",
	    "remove what is known of a contact beside the books: cards, unpaid pages, declines, digests of addresses",
	    { .needs = CTL_BIT(CTL_LOCATION) | CTL_BIT(CTL_CONTACT), .takes = JSON }, ctl_contact_forget },
	{ "installation list", "[--limit 20] [--json]",
	    "list where the app is installed, what changed last first",
	    { .takes = LIMIT | JSON }, ctl_installation_list },
	{ "settings-session end", "[--user ID] [--location ID] [--company ID] [--all]",
	    "end the sessions of the settings page of one of them at once, before their 15 minutes are over",
	    { .takes = CTL_BIT(CTL_USER) | CTL_BIT(CTL_LOCATION) | CTL_BIT(CTL_COMPANY) | CTL_BIT(CTL_ALL) },
	    ctl_settings_session_end },
	{ "jobs list", "[--json]",
	    "list what waits to be done, what is due first; at most 1000",
	    { .takes = JSON }, ctl_jobs_list },
	{ "jobs dead", "[--json]",
	    "list what was given up and needs somebody to look at it; at most 1000",
	    { .takes = JSON }, ctl_jobs_dead },
	{ "jobs retry", "ID [--location ID --mode test|live]",
	    "try a dead job again, now",
	    { .takes = WHICH, .words_least = 1, .words_most = 1 }, ctl_jobs_retry },
	{ "secrets rotate", "",
	    "wrap secrets at rest under KASSA_MASTER_KEY instead of KASSA_MASTER_KEY_OLD; safe to repeat",
	    { .words_most = 0 }, ctl_secrets_rotate },
	{ "ledger check", "",
	    "add up the books; exit status 1 if they do not balance",
	    { .words_most = 0 }, ctl_ledger_check },
	{ "reconcile", "--since TIME [--location ID --mode test|live] [--dry-run] [--json]",
	    "book what processors remember since a time and the books have lost; exit status 1 if something differs",
	    { .needs = CTL_BIT(CTL_SINCE), .takes = WHICH | CTL_BIT(CTL_DRY_RUN) | JSON }, ctl_reconcile },
	{ "prune", "--older-than DAYS [--json]",
	    "remove pages that were opened and never paid, and counted declines, of so many days ago",
	    { .needs = CTL_BIT(CTL_OLDER_THAN), .takes = JSON }, ctl_prune },
	{ "health", "[--simulator]",
	    "ask the server on this machine whether it is ready; exit status 1 if it is not",
	    { .takes = CTL_BIT(CTL_SIMULATOR) }, ctl_health },
	{ "version", "",
	    "print the version",
	    { .words_most = 0 }, version_print },
	{ "help", "[COMMAND]",
	    "print this, or one command",
	    { .words_most = CTL_WORDS_MAX }, help_print },
};
#define COMMAND_COUNT	(sizeof(commands) / sizeof(commands[0]))

static const char	epilogue[] =
	"\n"
	"KASSA_OWNER_DATABASE names the database as its owning role, as libpq takes it; KASSA_DATABASE is\n"
	"used when it is not set.  migrate --simulator uses SIMULATOR_OWNER_DATABASE, or SIMULATOR_DATABASE.\n"
	"health asks at KASSA_ADDRESS and KASSA_PORT, or SIMULATOR_ADDRESS and SIMULATOR_PORT.\n"
	"account token and secrets rotate use KASSA_MASTER_KEY.  Each may be in a file that KASSA_OWNER_DATABASE_FILE, "
	"and so on, names.\n";

static char *const		*command_find(char *const *, const struct command **);
static int			 command_match(const struct command *, char *const *);
static const char		*word_of(const char *);
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
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		int	words = command_match(&commands[i], argv);

		if (words == 0)
			continue;
		*command = &commands[i];
		return argv + words;
	}
	return argv;
}

/* How many words of ${argv} are the command's whole name; 0 when they are not. */
static int
command_match(const struct command *command, char *const *argv)
{
	const char	*name = command->name;

	for (int words = 0; argv[words] != NULL; words++) {
		const char	*word = words == 0 ? word_of(argv[0]) : argv[words];
		size_t		 len = strcspn(name, " ");

		if (strlen(word) != len || strncmp(name, word, len) != 0)
			return 0;
		name += len;
		if (*name == '\0')
			return words + 1;
		name++;
	}
	return 0;
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
	struct buf	begin;
	bool		found = false;

	/* "help account" prints every command that begins so. */
	buf_init(&begin, COMPLAINT_MAX);
	for (int i = 0; i < CTL_WORDS_MAX && arguments->word[i] != NULL; i++)
		buf_printf(&begin, "%s%s", i > 0 ? " " : "", arguments->word[i]);
	for (size_t i = 0; buf_ok(&begin) && i < COMMAND_COUNT; i++) {
		if (!slice_starts(slice_of(commands[i].name), buf_text(&begin)))
			continue;
		command_print(&commands[i]);
		found = true;
	}
	buf_release(&begin);
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
