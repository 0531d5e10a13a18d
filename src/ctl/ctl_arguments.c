/*
 * Reading a command's arguments.
 */
#include "ctl/ctl_arguments.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char	*text;
	bool		 takes_value;
} options[CTL_OPTION_COUNT] = {
#define CTL_OPTION_ROW(name, text, value) { text, value },
	CTL_OPTIONS(CTL_OPTION_ROW)
#undef CTL_OPTION_ROW
};

static bool	option_read(char *const **, unsigned, struct ctl_arguments *, struct buf *);
static bool	word_read(const char *, int, struct ctl_arguments *, struct buf *);
static bool	all_are_there(const struct ctl_grammar *, const struct ctl_arguments *, struct buf *);

bool
ctl_arguments_read(char *const *argv, const struct ctl_grammar *grammar,
    struct ctl_arguments *arguments, struct buf *complaint)
{
	bool	good = true;

	assert(grammar->words_most <= CTL_WORDS_MAX);
	memset(arguments, 0, sizeof(*arguments));
	for (; good && *argv != NULL; argv++) {
		if ((*argv)[0] == '-' && (*argv)[1] != '\0')
			good = option_read(&argv, grammar->needs | grammar->takes, arguments,
			    complaint);
		else
			good = word_read(*argv, grammar->words_most, arguments, complaint);
	}
	return good && all_are_there(grammar, arguments, complaint);
}

/* Take the option at ${at}, and its value, which may be the next argument: ${at} then moves on to it. */
static bool
option_read(char *const **at, unsigned taken, struct ctl_arguments *arguments, struct buf *complaint)
{
	const char	*text = **at;
	size_t		 len = strcspn(text, "=");
	const char	*value = text[len] == '=' ? text + len + 1 : NULL;
	int		 i;

	for (i = 0; i < CTL_OPTION_COUNT; i++) {
		if ((taken & CTL_BIT(i)) != 0 && strlen(options[i].text) == len &&
		    strncmp(options[i].text, text, len) == 0)
			break;
	}
	if (i == CTL_OPTION_COUNT)
		buf_printf(complaint, "this command takes no %.*s", (int)len, text);
	else if (arguments->option[i] != NULL)
		buf_printf(complaint, "%s is given twice", options[i].text);
	else if (!options[i].takes_value && value != NULL)
		buf_printf(complaint, "%s takes no value", options[i].text);
	else if (!options[i].takes_value)
		arguments->option[i] = "";
	else if (value == NULL && (*at)[1] == NULL)
		buf_printf(complaint, "%s needs a value", options[i].text);
	else
		arguments->option[i] = value != NULL ? value : *++*at;
	return complaint->len == 0;
}

static bool
word_read(const char *word, int most, struct ctl_arguments *arguments, struct buf *complaint)
{
	for (int i = 0; i < most; i++) {
		if (arguments->word[i] == NULL) {
			arguments->word[i] = word;
			return true;
		}
	}
	buf_printf(complaint, "\"%s\" is one argument too many", word);
	return false;
}

static bool
all_are_there(const struct ctl_grammar *grammar, const struct ctl_arguments *arguments,
    struct buf *complaint)
{
	for (int i = 0; i < CTL_OPTION_COUNT; i++) {
		if ((grammar->needs & CTL_BIT(i)) == 0 || arguments->option[i] != NULL)
			continue;
		buf_printf(complaint, "%s is missing", options[i].text);
		return false;
	}
	if (grammar->words_least > 0 && arguments->word[grammar->words_least - 1] == NULL) {
		buf_puts(complaint, "an argument is missing");
		return false;
	}
	return true;
}
