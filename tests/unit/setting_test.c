/*
 * Settings: each kind's values and their nearest wrong neighbours, files, unknown names, the table.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/setting.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))
#define VARIABLE_SIZE	2048

struct sample {
	char	text[SETTING_TEXT_SIZE];
	char	required[SETTING_TEXT_SIZE];
	char	url[SETTING_TEXT_SIZE];
	char	secret[SETTING_TEXT_SIZE];
	char	address[SETTING_TEXT_SIZE];
	long	port;
	long	count;
	long	ms;
	long	on;
};

#define AT(field)	offsetof(struct sample, field)

static const struct setting	rows[] = {
	{ "T_TEXT", SETTING_TEXT, AT(text), 0, 0, "", "a text" },
	{ "T_REQUIRED", SETTING_TEXT, AT(required), 0, 0, NULL, "what it is for" },
	{ "T_URL", SETTING_URL, AT(url), 0, 0, "https://example.com", "a place" },
	{ "T_SECRET", SETTING_SECRET, AT(secret), 0, 0, "", "a secret" },
	{ "T_ADDRESS", SETTING_ADDRESS, AT(address), 0, 0, "127.0.0.1", "an address" },
	{ "T_PORT", SETTING_PORT, AT(port), 0, 0, "8080", "a port" },
	{ "T_COUNT", SETTING_COUNT, AT(count), -5, 10, "7", "a count" },
	{ "T_MS", SETTING_MS, AT(ms), 100, 60000, "5000", "a time" },
	{ "T_ON", SETTING_SWITCH, AT(on), 0, 0, "off", "a switch" },
};

static const struct setting_table	table = { rows, CASES(rows), "T_" };

/* Read T_REQUIRED and up to two more variables; ${complaints} is to be released. */
static enum fault
sample_read(struct sample *sample, struct buf *complaints, const char *first, const char *second)
{
	char	required[] = "T_REQUIRED=r", one[VARIABLE_SIZE], two[VARIABLE_SIZE];
	char	*environment[] = { required, one, two, NULL };

	assert_true(slice_copy(slice_of(first), one, sizeof(one)));
	assert_true(slice_copy(slice_of(second), two, sizeof(two)));
	memset(sample, 0, sizeof(*sample));
	buf_init(complaints, 8192);
	return setting_read(&table, environment, sample, complaints);
}

static void
setting_read_unset_ones_have_their_defaults(void **state)
{
	struct sample	sample;
	struct buf	complaints;

	(void)state;
	assert_int_equal(sample_read(&sample, &complaints, "PATH=/bin", "HOME"), FAULT_NONE);
	assert_string_equal(buf_text(&complaints), "");
	assert_string_equal(sample.text, "");
	assert_string_equal(sample.required, "r");
	assert_string_equal(sample.url, "https://example.com");
	assert_string_equal(sample.secret, "");
	assert_string_equal(sample.address, "127.0.0.1");
	assert_int_equal(sample.port, 8080);
	assert_int_equal(sample.count, 7);
	assert_int_equal(sample.ms, 5000);
	assert_int_equal(sample.on, 0);
	buf_release(&complaints);
}

static void
setting_read_good_values_are_taken(void **state)
{
	static const char *const	cases[] = {
		"T_TEXT=some text, even \xc3\xa9", "T_TEXT=",
		"T_SECRET=host=/run/postgresql dbname=kassa", "T_SECRET=", "T_URL=http://a",
		"T_URL=https://pay.example.com", "T_URL=http://127.0.0.1:8080",
		"T_URL=http://127.0.0.1:8080/checkout", "T_URL=http://[::1]:8080/a/b-c_d.e~f%20",
		"T_URL=https://a:65535", "T_URL=https://a:1/x", "T_URL=", "T_ADDRESS=0.0.0.0",
		"T_ADDRESS=::", "T_ADDRESS=2001:db8::1", "T_PORT=1", "T_PORT=65535", "T_COUNT=-5",
		"T_COUNT=10", "T_COUNT=0", "T_MS=100", "T_MS=60000", "T_ON=on", "T_ON=off",
		"T_PORT=", "OTHER_NAME=x", "T=x", "t_text=x", "XT_TEXT=x", "T_TEXT",
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct sample	sample;
		struct buf	complaints;

		assert_int_equal(sample_read(&sample, &complaints, cases[i], "X=1"), FAULT_NONE);
		assert_string_equal(buf_text(&complaints), "");
		buf_release(&complaints);
	}
}

static void
setting_read_wrong_values_are_named_and_described(void **state)
{
	static const struct {
		const char	*variable;
		const char	*complaint;
	} cases[] = {
		{ "T_TEXT=two\nlines", "T_TEXT should be one line of text\n" },
		{ "T_TEXT=\x7f", "T_TEXT should be one line of text\n" },
		{ "T_SECRET=a\tb", "T_SECRET should be one line of text\n" },
		{ "T_REQUIRED_FILE=/",
		    "T_REQUIRED and T_REQUIRED_FILE are both set; one of them is enough\n" },
		{ "T_ADDRESS=localhost", "T_ADDRESS should be an IP address\n" },
		{ "T_ADDRESS=127.0.0.256", "T_ADDRESS should be an IP address\n" },
		{ "T_ADDRESS=127.0.0.1:80", "T_ADDRESS should be an IP address\n" },
		{ "T_ADDRESS=0000:0000:0000:0000:0000:0000:255.255.255.2555",
		    "T_ADDRESS should be an IP address\n" },
		{ "T_PORT=0", "T_PORT should be a port from 1 to 65535\n" },
		{ "T_PORT=65536", "T_PORT should be a port from 1 to 65535\n" },
		{ "T_PORT=80a", "T_PORT should be a port from 1 to 65535\n" },
		{ "T_PORT= 80", "T_PORT should be a port from 1 to 65535\n" },
		{ "T_PORT=-1", "T_PORT should be a port from 1 to 65535\n" },
		{ "T_COUNT=-6", "T_COUNT should be a number from -5 to 10\n" },
		{ "T_COUNT=11", "T_COUNT should be a number from -5 to 10\n" },
		{ "T_COUNT=99999999999999999999", "T_COUNT should be a number from -5 to 10\n" },
		{ "T_MS=99", "T_MS should be milliseconds from 100 to 60000\n" },
		{ "T_MS=60001", "T_MS should be milliseconds from 100 to 60000\n" },
		{ "T_MS=5s", "T_MS should be milliseconds from 100 to 60000\n" },
		{ "T_ON=yes", "T_ON should be on or off\n" },
		{ "T_ON=1", "T_ON should be on or off\n" },
		{ "T_TXET=x", "T_TXET is not a setting; see --help for those there are\n" },
		{ "T_=x", "T_ is not a setting; see --help for those there are\n" },
		{ "T_TEXT_=x", "T_TEXT_ is not a setting; see --help for those there are\n" },
		{ "T_PORT_FILE=/etc/hostname",
		    "T_PORT_FILE is not a setting; see --help for those there are\n" },
		{ "T_URL_FILE=x", "T_URL_FILE is not a setting; see --help for those there are\n" },
		{ "T_UNKNOWN", "T_UNKNOWN is not a setting; see --help for those there are\n" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct sample	sample;
		struct buf	complaints;

		assert_int_equal(sample_read(&sample, &complaints, cases[i].variable, "X=1"),
		    FAULT_SETTING_INVALID);
		assert_string_equal(buf_text(&complaints), cases[i].complaint);
		buf_release(&complaints);
	}
}

static void
setting_read_wrong_urls_are_refused(void **state)
{
	static const char *const	cases[] = {
		"example.com", "ftp://example.com", "HTTP://example.com", "http:/example.com",
		"http://", "http:///path", "http://.example.com", "http://example.com/",
		"http://a/b/", "http://user@example.com", "http://user:password@example.com",
		"http://a?b", "http://a/b?c", "http://a/b#c", "http://a:", "http://a:0",
		"http://a:65536", "http://a:8o", "http://a:/b", "http://a:80:80", "http://a b",
		"http://a/b c", "http://a/\"", "http://a;b", "http://[::1", "http://[]",
		"http://[::1]x", "http://[localhost]", "http://a\n", "http://-a/<",
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct sample	sample;
		struct buf	complaints;
		char		variable[VARIABLE_SIZE];

		assert_true(snprintf(variable, sizeof(variable), "T_URL=%s", cases[i]) > 0);
		assert_int_equal(sample_read(&sample, &complaints, variable, "X=1"),
		    FAULT_SETTING_INVALID);
		assert_string_equal(buf_text(&complaints),
		    "T_URL should be an http or https URL without a '/' at its end\n");
		buf_release(&complaints);
	}
}

static void
setting_read_missing_required_one_is_named(void **state)
{
	char		*nothing[] = { NULL };
	char		 empty[] = "T_REQUIRED=";
	char		*emptied[] = { empty, NULL };
	char *const	*cases[] = { nothing, emptied };

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct sample	sample;
		struct buf	complaints;

		memset(&sample, 0, sizeof(sample));
		buf_init(&complaints, 8192);
		assert_int_equal(setting_read(&table, cases[i], &sample, &complaints),
		    FAULT_SETTING_INVALID);
		assert_string_equal(buf_text(&complaints),
		    "T_REQUIRED is required: what it is for\n");
		assert_int_equal(sample.port, 8080);	/* the others are read all the same */
		buf_release(&complaints);
	}
}

static void
setting_read_all_complaints_come_at_once(void **state)
{
	struct sample	sample;
	struct buf	complaints;

	(void)state;
	assert_int_equal(sample_read(&sample, &complaints, "T_PORT=x", "T_ON=maybe"),
	    FAULT_SETTING_INVALID);
	assert_non_null(strstr(buf_text(&complaints), "T_PORT"));
	assert_non_null(strstr(buf_text(&complaints), "T_ON"));
	buf_release(&complaints);
}

static void
setting_read_values_are_never_repeated(void **state)
{
	static const char *const	names[] = {
		"T_TEXT", "T_SECRET", "T_URL", "T_PORT", "T_COUNT", "T_ON", "T_ADDRESS", "T_MS",
		"T_WRONG",
	};

	(void)state;
	for (size_t i = 0; i < CASES(names); i++) {
		struct sample	sample;
		struct buf	complaints;
		char		variable[VARIABLE_SIZE];

		assert_true(snprintf(variable, sizeof(variable), "%s=marked\n", names[i]) > 0);
		assert_int_equal(sample_read(&sample, &complaints, variable, "X=1"),
		    FAULT_SETTING_INVALID);
		assert_null(strstr(buf_text(&complaints), "marked"));
		buf_release(&complaints);
	}
}

static void
setting_read_longest_value_fits_and_the_next_does_not(void **state)
{
	(void)state;
	for (size_t len = SETTING_TEXT_SIZE - 1; len <= SETTING_TEXT_SIZE; len++) {
		struct sample	sample;
		struct buf	complaints;
		char		variable[VARIABLE_SIZE] = "T_TEXT=";

		memset(variable + 7, 'x', len);
		assert_int_equal(sample_read(&sample, &complaints, variable, "X=1"),
		    len < SETTING_TEXT_SIZE ? FAULT_NONE : FAULT_SETTING_INVALID);
		assert_int_equal(strlen(sample.text), len < SETTING_TEXT_SIZE ? len : 0);
		assert_string_equal(buf_text(&complaints),
		    len < SETTING_TEXT_SIZE ? "" : "T_TEXT should have at most 1023 characters\n");
		buf_release(&complaints);
	}
}

/* Read ${content} from a file that ${name} names. */
static enum fault
file_read(const char *name, struct slice content, struct sample *sample, struct buf *complaints)
{
	char		path[] = "/tmp/setting_test.XXXXXX", variable[VARIABLE_SIZE];
	int		fd = mkstemp(path);
	enum fault	fault;

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, content.at, content.len), content.len);
	assert_int_equal(close(fd), 0);
	assert_true(snprintf(variable, sizeof(variable), "%s=%s", name, path) > 0);
	fault = sample_read(sample, complaints, variable, "X=1");
	assert_null(strstr(buf_text(complaints), "marked"));
	assert_int_equal(unlink(path), 0);
	return fault;
}

static void
setting_read_file_content_is_the_value(void **state)
{
	static const struct {
		struct slice	 content;
		enum fault	 fault;
		const char	*value;
	} cases[] = {
#define TEXT(text)	{ text, sizeof(text) - 1 }
		{ TEXT("marked"), FAULT_NONE, "marked" },
		{ TEXT("marked\n"), FAULT_NONE, "marked" },
		{ TEXT("marked\r\n\n"), FAULT_NONE, "marked" },
		{ TEXT(" marked "), FAULT_NONE, " marked " },
		{ TEXT(""), FAULT_SETTING_INVALID, "" },
		{ TEXT("\n"), FAULT_SETTING_INVALID, "" },
		{ TEXT("marked\nmarked"), FAULT_SETTING_INVALID, "" },
		{ TEXT("marked\0marked"), FAULT_SETTING_INVALID, "" },
#undef TEXT
	};
	static const char *const	names[] = { "T_SECRET_FILE", "T_TEXT_FILE" };

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		for (size_t n = 0; n < CASES(names); n++) {
			struct sample	sample;
			struct buf	complaints;

			assert_int_equal(file_read(names[n], cases[i].content, &sample,
			    &complaints),
			    cases[i].fault);
			assert_string_equal(n == 0 ? sample.secret : sample.text, cases[i].value);
			buf_release(&complaints);
		}
	}
}

static void
setting_read_file_longest_fits_and_the_next_does_not(void **state)
{
	(void)state;
	for (size_t len = SETTING_TEXT_SIZE - 1; len <= SETTING_TEXT_SIZE + 1; len++) {
		struct sample	sample;
		struct buf	complaints;
		char		content[SETTING_TEXT_SIZE + 1];

		memset(content, 'x', sizeof(content));
		assert_int_equal(file_read("T_SECRET_FILE", (struct slice){ content, len }, &sample,
		    &complaints), len < SETTING_TEXT_SIZE ? FAULT_NONE : FAULT_SETTING_INVALID);
		assert_int_equal(strlen(sample.secret), len < SETTING_TEXT_SIZE ? len : 0);
		buf_release(&complaints);
	}
}

static void
setting_read_file_that_cannot_be_used_is_named(void **state)
{
	static const struct {
		const char	*variable;
		const char	*complaint;
	} cases[] = {
		{ "T_SECRET_FILE=/nonexistent/file",
		    "T_SECRET_FILE names a file that cannot be used: No such file or directory\n" },
		{ "T_SECRET_FILE=/tmp",
		    "T_SECRET_FILE names a file that cannot be used: Is a directory\n" },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct sample	sample;
		struct buf	complaints;

		assert_int_equal(sample_read(&sample, &complaints, cases[i].variable, "X=1"),
		    FAULT_SETTING_INVALID);
		assert_string_equal(buf_text(&complaints), cases[i].complaint);
		buf_release(&complaints);
	}
}

static void
setting_read_value_and_file_together_are_refused(void **state)
{
	struct sample	sample;
	struct buf	complaints;

	(void)state;
	assert_int_equal(sample_read(&sample, &complaints, "T_SECRET=a",
	    "T_SECRET_FILE=/nonexistent"),
	    FAULT_SETTING_INVALID);
	assert_string_equal(buf_text(&complaints),
	    "T_SECRET and T_SECRET_FILE are both set; one of them is enough\n");
	buf_release(&complaints);
	assert_int_equal(sample_read(&sample, &complaints, "T_SECRET=a", "T_SECRET_FILE="),
	    FAULT_NONE);
	assert_string_equal(sample.secret, "a");
	buf_release(&complaints);
}

static void
setting_help_prints_one_row_a_setting(void **state)
{
	struct buf	text;

	(void)state;
	buf_init(&text, 8192);
	setting_help(&table, &text);
	assert_string_equal(buf_text(&text),
	    "| Name | Default | Meaning |\n"
	    "|---|---|---|\n"
	    "| `T_TEXT` | empty | a text |\n"
	    "| `T_REQUIRED` | required | what it is for |\n"
	    "| `T_URL` | `https://example.com` | a place |\n"
	    "| `T_SECRET` | empty | a secret |\n"
	    "| `T_ADDRESS` | `127.0.0.1` | an address |\n"
	    "| `T_PORT` | `8080` | a port |\n"
	    "| `T_COUNT` | `7` | a count |\n"
	    "| `T_MS` | `5000` | a time |\n"
	    "| `T_ON` | `off` | a switch |\n");
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(setting_read_unset_ones_have_their_defaults),
		cmocka_unit_test(setting_read_good_values_are_taken),
		cmocka_unit_test(setting_read_wrong_values_are_named_and_described),
		cmocka_unit_test(setting_read_wrong_urls_are_refused),
		cmocka_unit_test(setting_read_missing_required_one_is_named),
		cmocka_unit_test(setting_read_all_complaints_come_at_once),
		cmocka_unit_test(setting_read_values_are_never_repeated),
		cmocka_unit_test(setting_read_longest_value_fits_and_the_next_does_not),
		cmocka_unit_test(setting_read_file_content_is_the_value),
		cmocka_unit_test(setting_read_file_longest_fits_and_the_next_does_not),
		cmocka_unit_test(setting_read_file_that_cannot_be_used_is_named),
		cmocka_unit_test(setting_read_value_and_file_together_are_refused),
		cmocka_unit_test(setting_help_prints_one_row_a_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
