/*
 * JSON torture: the table of json_torture.txt against base/json_read, and what must hold for every
 * document in it that is accepted: cut anywhere, followed by anything, or holding a byte that JSON
 * does not have, it is refused.
 */
#include "cmocka_all.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "json_torture.h"

#define CASES_LEAST	200
#define BYTES_SHORT	2048	/* what is tried at every place of a document is tried in those */

static struct torture_list	list;

/* Parse ${text} from memory of exactly its length, so that reading beyond it shows. */
static enum fault
parse(struct slice text)
{
	struct json	*json;
	char		*copy = malloc(text.len + 1);
	enum fault	 fault;

	assert_non_null(copy);
	if (text.len > 0)
		memcpy(copy + 1, text.at, text.len);
	fault = json_parse((struct slice){ copy + 1, text.len }, &json);
	assert_true((json != NULL) == (fault == FAULT_NONE));
	json_free(json);
	free(copy);
	return fault;
}

static enum fault
refusal_of(struct slice document)
{
	return document.len > JSON_BYTES_MAX ? FAULT_BODY_TOO_LARGE : FAULT_JSON_INVALID;
}

/* Accepted documents that are short, without blanks at their ends: NULL when ${torture} is none. */
static const struct torture *
short_and_accepted(const struct torture *torture)
{
	struct slice	document = buf_slice(&torture->document);

	if (!torture->accepted || document.len > BYTES_SHORT || isspace(document.at[0]) ||
	    isspace(document.at[document.len - 1]))
		return NULL;
	return torture;
}

/* A number says by no character of its own that it has ended. */
static bool
is_number(const struct torture *torture)
{
	return strchr("-0123456789", buf_text(&torture->document)[0]) != NULL;
}

/* Expect that ${head}, ${byte}, ${tail} together are refused. */
static void
between_refused(struct slice head, char byte, struct slice tail)
{
	struct buf	buf;

	buf_init(&buf, TORTURE_BYTES_MAX);
	buf_put(&buf, head);
	buf_putc(&buf, byte);
	buf_put(&buf, tail);
	assert_true(buf_ok(&buf));
	if (parse(buf_slice(&buf)) != FAULT_JSON_INVALID)
		fail_msg("%.*s, then byte %d", (int)head.len, head.at, byte);
	buf_release(&buf);
}

static void
json_torture_table_is_whole(void **state)
{
	size_t	choices = 0;

	(void)state;
	assert_true(list.count >= CASES_LEAST);
	for (size_t i = 0; i < list.count; i++) {
		const struct torture	*torture = &list.cases[i];

		choices += torture->chosen;
		if (torture->chosen != (torture->reason != NULL))
			fail_msg("%s: choices have a reason, others none", torture->name);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(torture->name, list.cases[j].name);
	}
	assert_true(choices > 0 && choices < list.count);
}

static void
json_torture_each_case_is_decided_as_the_table_says(void **state)
{
	size_t	wrong = 0;

	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		const struct torture	*torture = &list.cases[i];
		struct slice		 document = buf_slice(&torture->document);
		enum fault		 fault = parse(document);

		if (fault == (torture->accepted ? FAULT_NONE : refusal_of(document)))
			continue;
		print_error("%s: %s\n", torture->name, fault_info(fault)->code);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void
json_torture_every_prefix_of_a_document_is_refused(void **state)
{
	size_t	tried = 0;

	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		const struct torture	*torture = short_and_accepted(&list.cases[i]);

		if (torture == NULL || is_number(torture))
			continue;
		for (size_t len = 0; len < torture->document.len; len++) {
			tried++;
			if (parse((struct slice){ torture->document.at, len }) !=
			    FAULT_JSON_INVALID)
				fail_msg("%s: the first %zu bytes", torture->name, len);
		}
	}
	assert_true(tried > CASES_LEAST);
}

static void
json_torture_anything_behind_a_document_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		const struct torture	*torture = short_and_accepted(&list.cases[i]);

		for (int byte = 0; torture != NULL && byte < 256; byte++) {
			if (byte != 0 && strchr(" \t\r\n", byte) != NULL)
				continue;
			if (byte != 0 && is_number(torture) &&
			    strchr("0123456789.eE", byte) != NULL)
				continue;
			between_refused(buf_slice(&torture->document), (char)byte,
			    slice_of(""));
		}
	}
}

static void
json_torture_blanks_around_a_document_are_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		const struct torture	*torture = short_and_accepted(&list.cases[i]);
		struct buf		 buf;

		if (torture == NULL)
			continue;
		buf_init(&buf, TORTURE_BYTES_MAX);
		buf_puts(&buf, " \t\r\n");
		buf_put(&buf, buf_slice(&torture->document));
		buf_puts(&buf, "\n\r\t ");
		if (parse(buf_slice(&buf)) != FAULT_NONE)
			fail_msg("%s with blanks around", torture->name);
		buf_release(&buf);
	}
}

static void
json_torture_bytes_that_json_has_nowhere_are_refused_everywhere(void **state)
{
	static const char	nowhere[] = { '\0', '\x01', '\v', '\f', '\x1f', '\xc0', '\xff' };

	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		const struct torture	*torture = short_and_accepted(&list.cases[i]);
		struct slice		 document;

		if (torture == NULL)
			continue;
		document = buf_slice(&torture->document);
		for (size_t at = 0; at <= document.len; at++) {
			for (size_t b = 0; b < sizeof(nowhere); b++)
				between_refused((struct slice){ document.at, at }, nowhere[b],
				    (struct slice){ document.at + at, document.len - at });
		}
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(json_torture_table_is_whole),
		cmocka_unit_test(json_torture_each_case_is_decided_as_the_table_says),
		cmocka_unit_test(json_torture_every_prefix_of_a_document_is_refused),
		cmocka_unit_test(json_torture_anything_behind_a_document_is_refused),
		cmocka_unit_test(json_torture_blanks_around_a_document_are_accepted),
		cmocka_unit_test(json_torture_bytes_that_json_has_nowhere_are_refused_everywhere),
	};
	int	failed;

	if (!torture_read(&list))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	torture_release(&list);
	return failed;
}
