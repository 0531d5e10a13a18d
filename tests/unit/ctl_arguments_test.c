/*
 * The arguments of a command: what is taken, and what each refusal says.
 */
#include "cmocka_all.h"

#include <string.h>

#include "ctl/ctl_arguments.h"

#define COMPLAINT_MAX	256
#define ARGUMENTS_MAX	8	/* with the NULL */

/* A command with one of each: --mode is needed, --currency and --json are taken, one word or none. */
static const struct ctl_grammar	grammar = {
	.needs = CTL_BIT(CTL_MODE),
	.takes = CTL_BIT(CTL_CURRENCY) | CTL_BIT(CTL_JSON),
	.words_most = 1,
};

static void
arguments_taken_are_sorted(void **state)
{
	static const struct {
		const char	*argv[ARGUMENTS_MAX];
		const char	*mode, *currency, *json, *word;
	} cases[] = {
		{ { "--mode", "test" }, "test", NULL, NULL, NULL },
		{ { "--mode=test" }, "test", NULL, NULL, NULL },
		{ { "--mode=" }, "", NULL, NULL, NULL },
		{ { "--mode=a=b" }, "a=b", NULL, NULL, NULL },
		{ { "--mode", "--json" }, "--json", NULL, NULL, NULL },
		{ { "--json", "--mode", "test", "--currency=EUR" }, "test", "EUR", "", NULL },
		{ { "word", "--mode", "test" }, "test", NULL, NULL, "word" },
		{ { "--mode", "test", "-" }, "test", NULL, NULL, "-" },
	};
	struct ctl_arguments	arguments;
	struct buf		complaint;

	(void)state;
	buf_init(&complaint, COMPLAINT_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const	expected[] = {
			cases[i].mode, cases[i].currency, cases[i].json, cases[i].word
		};

		assert_true(ctl_arguments_read((char *const *)(uintptr_t)cases[i].argv, &grammar,
		    &arguments, &complaint));
		const char *const	found[] = {
			arguments.option[CTL_MODE], arguments.option[CTL_CURRENCY],
			arguments.option[CTL_JSON], arguments.word[0]
		};
		for (size_t n = 0; n < sizeof(found) / sizeof(found[0]); n++) {
			assert_int_equal(found[n] == NULL, expected[n] == NULL);
			if (found[n] != NULL)
				assert_string_equal(found[n], expected[n]);
		}
	}
	buf_release(&complaint);
}

static void
arguments_wrong_are_named(void **state)
{
	static const struct {
		const char	*argv[ARGUMENTS_MAX];
		const char	*complaint;
	} cases[] = {
		{ { NULL }, "--mode is missing" },
		{ { "--json" }, "--mode is missing" },
		{ { "--mode" }, "--mode needs a value" },
		{ { "--mode", "a", "--mode", "b" }, "--mode is given twice" },
		{ { "--json", "--json", "--mode", "a" }, "--json is given twice" },
		{ { "--json=1", "--mode", "a" }, "--json takes no value" },
		{ { "--location", "a" }, "this command takes no --location" },
		{ { "--mod", "a" }, "this command takes no --mod" },
		{ { "--modes=a" }, "this command takes no --modes" },
		{ { "-j" }, "this command takes no -j" },
		{ { "--" }, "this command takes no --" },
		{ { "--mode", "a", "one", "two" }, "\"two\" is one argument too many" },
		{ { "--limit", "5", "--mode", "a" }, "this command takes no --limit" },
		{ { "--limit=-1" }, "this command takes no --limit" },
		{ { "--status", "--mode", "a" }, "this command takes no --status" },
		{ { "--mode", "a", "-1" }, "this command takes no -1" },
	};
	struct ctl_arguments	arguments;
	struct buf		complaint;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&complaint, COMPLAINT_MAX);
		assert_false(ctl_arguments_read((char *const *)(uintptr_t)cases[i].argv, &grammar,
		    &arguments, &complaint));
		assert_string_equal(buf_text(&complaint), cases[i].complaint);
		buf_release(&complaint);
	}
}

static void
arguments_words_are_counted(void **state)
{
	static const struct ctl_grammar	one = { .words_least = 1, .words_most = 1 };
	char *const			none[] = { NULL };
	char				word[] = "ch_1";
	char *const			some[] = { word, NULL };
	struct ctl_arguments		arguments;
	struct buf			complaint;

	(void)state;
	buf_init(&complaint, COMPLAINT_MAX);
	assert_true(ctl_arguments_read(some, &one, &arguments, &complaint));
	assert_string_equal(arguments.word[0], "ch_1");
	assert_false(ctl_arguments_read(none, &one, &arguments, &complaint));
	assert_string_equal(buf_text(&complaint), "an argument is missing");
	buf_release(&complaint);
}

static void
arguments_words_keep_their_order(void **state)
{
	static const struct ctl_grammar	many = {
		.takes = CTL_BIT(CTL_LIMIT), .words_most = CTL_WORDS_MAX,
	};
	static const char *const	argv[] = { "account", "--limit", "5", "keys", "rotate", NULL };
	static const char *const	more[] = { "account", "keys", "rotate", "now", NULL };
	struct ctl_arguments		arguments;
	struct buf			complaint;

	(void)state;
	buf_init(&complaint, COMPLAINT_MAX);
	assert_true(ctl_arguments_read((char *const *)(uintptr_t)argv, &many, &arguments, &complaint));
	assert_string_equal(arguments.word[0], "account");
	assert_string_equal(arguments.word[1], "keys");
	assert_string_equal(arguments.word[2], "rotate");
	assert_string_equal(arguments.option[CTL_LIMIT], "5");
	assert_false(ctl_arguments_read((char *const *)(uintptr_t)more, &many, &arguments, &complaint));
	assert_string_equal(buf_text(&complaint), "\"now\" is one argument too many");
	buf_release(&complaint);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(arguments_taken_are_sorted),
		cmocka_unit_test(arguments_wrong_are_named),
		cmocka_unit_test(arguments_words_are_counted),
		cmocka_unit_test(arguments_words_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
