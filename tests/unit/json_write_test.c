/*
 * JSON that we write: commas, nesting, escapes; read back with another parser (base/json_read).
 */
#include "cmocka_all.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_read.h"
#include "base/json_write.h"

#define TEXT(text)	{ text, sizeof(text) - 1 }

static void
json_write_nested_values_get_their_commas(void **state)
{
	struct json_write	write;
	struct buf		buf;

	(void)state;
	buf_init(&buf, 1024);
	json_write_init(&write, &buf);
	json_open_object(&write);
	json_text_member(&write, "text", "a");
	json_text_member(&write, "absent", NULL);
	json_slice_member(&write, "slice", (struct slice){ "bcd", 2 });
	json_bool_member(&write, "yes", true);
	json_bool_member(&write, "no", false);
	json_integer_member(&write, "least", INT64_MIN);
	json_integer_member(&write, "most", INT64_MAX);
	json_raw_member(&write, "amount", slice_of("10.50"));
	json_name(&write, "list");
	json_open_array(&write);
	json_put_null(&write);
	json_open_array(&write);
	json_close_array(&write);
	json_open_object(&write);
	json_close_object(&write);
	json_open_object(&write);
	json_integer_member(&write, "x", -1);
	json_close_object(&write);
	json_put_bool(&write, true);
	json_put_integer(&write, 0);
	json_put_text(&write, slice_of(""));
	json_close_array(&write);
	json_name(&write, "empty");
	json_open_object(&write);
	json_close_object(&write);
	json_bool_member(&write, "last", true);
	json_close_object(&write);
	assert_true(buf_ok(&buf));
	assert_string_equal(buf_text(&buf),
	    "{\"text\":\"a\",\"absent\":null,\"slice\":\"bc\",\"yes\":true,"
	    "\"no\":false,\"least\":-9223372036854775808,\"most\":9223372036854775807,"
	    "\"amount\":10.50,"
	    "\"list\":[null,[],{},{\"x\":-1},true,0,\"\"],\"empty\":{},\"last\":true}");
	buf_release(&buf);
}

static void
json_put_text_escapes_what_must_not_stand(void **state)
{
	static const struct {
		struct slice	 text;
		const char	*expected;
	} cases[] = {
		{ TEXT(""), "\"\"" },
		{ { NULL, 0 }, "\"\"" },
		{ TEXT("plain ASCII ~"), "\"plain ASCII ~\"" },
		{ TEXT("\"\\/"), "\"\\\"\\\\/\"" },
		{ TEXT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"" },
		{ TEXT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\"" },
		{ TEXT("</script>"), "\"\\u003c/script>\"" },
		{ TEXT("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"),
		    "\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"" },
		{ TEXT("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
		{ TEXT("\xff"), "\"\\ufffd\"" },			/* not UTF-8 */
		{ TEXT("a\xe2\x82"), "\"a\\ufffd\\ufffd\"" },		/* cut off */
		{ TEXT("\xed\xa0\x80z"), "\"\\ufffd\\ufffd\\ufffdz\"" },	/* a surrogate */
		{ TEXT("\xc0\x80"), "\"\\ufffd\\ufffd\"" },		/* overlong */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_write	write;
		struct buf		buf;

		buf_init(&buf, 1024);
		json_write_init(&write, &buf);
		json_put_text(&write, cases[i].text);
		assert_string_equal(buf_text(&buf), cases[i].expected);
		buf_release(&buf);
	}
}

static void
json_put_text_every_character_reads_back(void **state)
{
	struct json_write	write;
	struct buf		buf;

	(void)state;
	for (int c = 1; c < 128; c++) {
		char		 text[] = { 'a', (char)c, 'z' };
		struct slice	 got;
		struct json	*json;

		buf_init(&buf, 64);
		json_write_init(&write, &buf);
		json_put_text(&write, (struct slice){ text, sizeof(text) });
		assert_int_equal(json_parse(buf_slice(&buf), &json), FAULT_NONE);
		assert_true(json_text(json_root(json), &got));
		assert_true(slice_equal(got, (struct slice){ text, sizeof(text) }));
		json_free(json);
		buf_release(&buf);
	}
}

static void
json_write_deepest_document_that_is_read_can_be_written(void **state)
{
	struct json_write	 write;
	struct json		*json;
	struct buf		 buf;

	(void)state;
	assert_int_equal(JSON_WRITE_DEPTH_MAX, JSON_DEPTH_MAX);
	buf_init(&buf, 64);
	json_write_init(&write, &buf);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_open_array(&write);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_close_array(&write);
	assert_string_equal(buf_text(&buf), "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]");
	assert_int_equal(json_parse(buf_slice(&buf), &json), FAULT_NONE);
	json_free(json);
	buf_release(&buf);
}

static void
json_write_full_buffer_is_seen_at_the_end(void **state)
{
	struct json_write	write;
	struct buf		buf;

	(void)state;
	buf_init(&buf, 8);
	json_write_init(&write, &buf);
	json_open_object(&write);
	json_text_member(&write, "name", "value");
	json_close_object(&write);
	assert_false(buf_ok(&buf));
	buf_release(&buf);
}

static void
misuse_deep(struct json_write *write)
{
	for (int i = 0; i <= JSON_WRITE_DEPTH_MAX; i++)
		json_open_array(write);
}

static void
misuse_close(struct json_write *write)
{
	json_close_object(write);
}

static void
misuse_two_roots(struct json_write *write)
{
	json_put_null(write);
	json_put_null(write);
}

static void
misuse_name_without_value(struct json_write *write)
{
	json_open_object(write);
	json_name(write, "a");
	json_close_object(write);
}

static void
misuse_name_at_the_root(struct json_write *write)
{
	json_name(write, "a");
}

static void
misuse_empty_raw(struct json_write *write)
{
	json_put_raw(write, slice_of(""));
}

/* A nesting error is a bug: the process ends.  It ends in a child here. */
static void
json_write_misuse_ends_the_process(void **state)
{
	static void (*const	cases[])(struct json_write *) = {
		misuse_deep, misuse_close, misuse_two_roots, misuse_name_without_value,
		misuse_name_at_the_root, misuse_empty_raw,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int	status;
		pid_t	child = fork();

		assert_int_not_equal(child, -1);
		if (child == 0) {
			struct json_write	write;
			struct buf		buf;

			(void)close(STDERR_FILENO);	/* the assertion's message is expected */
			(void)signal(SIGABRT, SIG_DFL);
			buf_init(&buf, 1024);
			json_write_init(&write, &buf);
			cases[i](&write);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(json_write_nested_values_get_their_commas),
		cmocka_unit_test(json_put_text_escapes_what_must_not_stand),
		cmocka_unit_test(json_put_text_every_character_reads_back),
		cmocka_unit_test(json_write_deepest_document_that_is_read_can_be_written),
		cmocka_unit_test(json_write_full_buffer_is_seen_at_the_end),
		cmocka_unit_test(json_write_misuse_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
