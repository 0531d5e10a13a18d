/*
 * JSON that somebody else wrote: what is one document, what is refused, what the getters lend.
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"

#define TEXT(text)	{ text, sizeof(text) - 1 }

/* Parse ${text} from memory of exactly its length, so that reading beyond it shows. */
static enum fault
parse(struct slice text, struct json **json)
{
	char		*copy = malloc(text.len + 1);
	enum fault	 fault;

	assert_non_null(copy);
	memmove(copy + 1, text.at, text.len);
	fault = json_parse((struct slice){ copy + 1, text.len }, json);
	free(copy);
	return fault;
}

static void
json_parse_one_value_is_read(void **state)
{
	static const struct {
		struct slice	text;
		enum json_kind	kind;
	} cases[] = {
		{ TEXT("null"), JSON_NULL },
		{ TEXT("true"), JSON_TRUE },
		{ TEXT("false"), JSON_FALSE },
		{ TEXT("0"), JSON_NUMBER },
		{ TEXT("-0"), JSON_NUMBER },
		{ TEXT("-12.50"), JSON_NUMBER },
		{ TEXT("1e5"), JSON_NUMBER },
		{ TEXT("1E+5"), JSON_NUMBER },
		{ TEXT("0.1e-05"), JSON_NUMBER },
		{ TEXT("123456789012345678901234567890"), JSON_NUMBER },
		{ TEXT("\"\""), JSON_TEXT },
		{ TEXT("\"a\""), JSON_TEXT },
		{ TEXT("[]"), JSON_ARRAY },
		{ TEXT("{}"), JSON_OBJECT },
		{ TEXT(" \t\r\n{ } \n"), JSON_OBJECT },
		{ TEXT("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}"), JSON_OBJECT },
		{ TEXT("{\"a\":1,\"A\":2,\"\":3}"), JSON_OBJECT },
		{ TEXT("\"/\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0041\""), JSON_TEXT },
		{ TEXT("\"\x7f\""), JSON_TEXT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json	*json;

		assert_int_equal(parse(cases[i].text, &json), FAULT_NONE);
		assert_int_equal(json_kind(json_root(json)), cases[i].kind);
		json_free(json);
	}
}

static void
json_parse_anything_else_is_refused(void **state)
{
	static const struct slice	cases[] = {
		TEXT(""), TEXT(" "), TEXT("\n"), TEXT("nul"), TEXT("nulll"), TEXT("True"),
		TEXT("undefined"), TEXT("NaN"), TEXT("Infinity"), TEXT("-Infinity"),
		/* numbers */
		TEXT("-"), TEXT("+1"), TEXT("01"), TEXT("-01"), TEXT("00"), TEXT("1."), TEXT(".5"),
		TEXT("1.e5"), TEXT("1e"), TEXT("1e+"), TEXT("0x10"), TEXT("1 2"), TEXT("1,2"),
		TEXT("--1"), TEXT("1.2.3"), TEXT("[01]"), TEXT("[1.]"), TEXT("[-]"),
		TEXT("{\"a\":01}"), TEXT("1a"),
		TEXT("12345678901234567890123456789012345678901234567890123456789012345"),
		/* structure */
		TEXT("{"), TEXT("}"), TEXT("["), TEXT("]"), TEXT("{]"), TEXT("[}"), TEXT("[1,]"),
		TEXT("[,1]"), TEXT("[1 2]"), TEXT("{\"a\"}"), TEXT("{\"a\":}"), TEXT("{\"a\":1,}"),
		TEXT("{a:1}"), TEXT("{'a':1}"), TEXT("{1:1}"), TEXT("{null:1}"), TEXT("{\"a\" 1}"),
		TEXT("{\"a\":1 \"b\":2}"), TEXT("[1][2]"), TEXT("{}{}"), TEXT("{} x"), TEXT("{},"),
		TEXT("{}\0"), TEXT("[\"a\"\"b\"]"), TEXT("[truefalse]"), TEXT("[[1]"),
		TEXT("{\"a\":[1}"),
		/* a string that begins behind the value and never ends */
		TEXT("{}\""), TEXT("{}\"x"), TEXT("[1] \"type\\\""), TEXT("true\""), TEXT("1 \"a"),
		TEXT("\"a\"\""),
		/* comments */
		TEXT("/* a */ {}"), TEXT("{} // a"), TEXT("{\"a\":/**/1}"), TEXT("# a\n{}"),
		/* blanks that are none, and a byte order mark */
		TEXT("\v{}"), TEXT("{\f}"), TEXT("\xc2\xa0{}"), TEXT("\xef\xbb\xbf{}"),
		TEXT("\xef\xbb\xbf"),
		/* strings */
		TEXT("\""), TEXT("\"a"), TEXT("\"\\\""), TEXT("\"\\"), TEXT("'a'"),
		TEXT("\"\\x41\""), TEXT("\"\\a\""), TEXT("\"\n\""), TEXT("\"\t\""),
		TEXT("\"a\0b\""), TEXT("\"\x1f\""), TEXT("\"\\u\""), TEXT("\"\\u12\""),
		TEXT("\"\\u123g\""), TEXT("\"\\u123"), TEXT("\"\\U0041\""), TEXT("\"\\u0000\""),
		TEXT("{\"\\u0000\":1}"), TEXT("\"a\\u0000b\""),
		/* surrogates */
		TEXT("\"\\ud83d\""), TEXT("\"\\ude00\""), TEXT("\"\\ude00\\ud83d\""),
		TEXT("\"\\ud83d\\ud83d\""), TEXT("\"\\ud83dx\""), TEXT("\"\\ud83d\\n\""),
		TEXT("\"\\ud83d\\u0041\""), TEXT("\"\\ud83d\\ue000\""), TEXT("\"\\uD83D"),
		TEXT("\"\\ud83d\\u\""),
		TEXT("\"\\udbff\""), TEXT("\"\\udc00\""), TEXT("\"\\udfff\""),
		TEXT("{\"\\ud800\":1}"),
		/* UTF-8 */
		TEXT("\"\x80\""), TEXT("\"\xc3\""), TEXT("\"\xc3(\""), TEXT("\"\xc0\x80\""),
		TEXT("\"\xc1\xbf\""), TEXT("\"\xe0\x80\x80\""), TEXT("\"\xe0\x9f\xbf\""),
		TEXT("\"\xe2\x82\""), TEXT("\"\xed\xa0\x80\""), TEXT("\"\xed\xbf\xbf\""),
		TEXT("\"\xf0\x80\x80\x80\""), TEXT("\"\xf0\x8f\xbf\xbf\""),
		TEXT("\"\xf4\x90\x80\x80\""), TEXT("\"\xf5\x80\x80\x80\""), TEXT("\"\xff\""),
		TEXT("\"\xf0\x9f\x98"), TEXT("\"\xf0\x9f\x98("), TEXT("\xc3\xa9"),
		/* names said twice */
		TEXT("{\"a\":1,\"a\":1}"), TEXT("{\"a\":1,\"b\":2,\"a\":3}"),
		TEXT("{\"\":1,\"\":2}"),
		TEXT("{\"a\":1,\"\\u0061\":2}"), TEXT("[{\"a\":{\"b\":1,\"b\":1}}]"),
		TEXT("{\"a\":{},\"a\":[]}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json	*json = (struct json *)&json;
		enum fault	 fault = parse(cases[i], &json);

		if (fault != FAULT_JSON_INVALID)
			print_error("case %zu: %.*s\n", i, (int)cases[i].len, cases[i].at);
		assert_int_equal(fault, FAULT_JSON_INVALID);
		assert_null(json);
	}
}

static void
json_parse_escapes_are_decoded(void **state)
{
	static const struct {
		struct slice	text;
		struct slice	expected;
	} cases[] = {
		{ TEXT("\"\""), TEXT("") },
		{ TEXT("\"plain\""), TEXT("plain") },
		{ TEXT("\"/\\/\\\"\\\\\\b\\f\\n\\r\\t\""), TEXT("//\"\\\b\f\n\r\t") },
		{ TEXT("\"\\u0041\\u00e9\\u20AC\""), TEXT("A\xc3\xa9\xe2\x82\xac") },
		{ TEXT("\"\\ud83d\\ude00\\uD83D\\uDE00\""),
		    TEXT("\xf0\x9f\x98\x80\xf0\x9f\x98\x80") },
		{ TEXT("\"\xf0\x9f\x98\x80 \xc3\xa9\""), TEXT("\xf0\x9f\x98\x80 \xc3\xa9") },
		{ TEXT("\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\""),
		    TEXT("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf") },
		{ TEXT("\"\\\\u0000\""), TEXT("\\u0000") },	/* a backslash, then a word */
		{ TEXT("\"\\\\\\ud83d\\ude00\""), TEXT("\\\xf0\x9f\x98\x80") },
		{ TEXT("\"\\ud7ff\\ue000\""), TEXT("\xed\x9f\xbf\xee\x80\x80") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json	*json;
		struct slice	 text;

		assert_int_equal(parse(cases[i].text, &json), FAULT_NONE);
		assert_true(json_text(json_root(json), &text));
		assert_true(slice_equal(text, cases[i].expected));
		json_free(json);
	}
}

static void
json_number_stays_as_it_was_written(void **state)
{
	static const char *const	cases[] = {
		"0", "-0", "10.50", "1e400", "123456789012345678901234567890.10", "1E-7",
		"1234567890123456789012345678901234567890123456789012345678901234",	/* 64 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json	*json;
		struct slice	 number;

		assert_int_equal(parse(slice_of(cases[i]), &json), FAULT_NONE);
		assert_true(json_number(json_root(json), &number));
		assert_true(slice_is(number, cases[i]));
		json_free(json);
	}
}

/* ${count} times ${part} between ${head} and ${tail}, with ${between} between the parts. */
struct repeated {
	const char	*head, *part, *between, *tail;
	size_t		 count;
	enum fault	 expected;
};

static void
repeated_check(const struct repeated *repeated)
{
	struct json	*json;
	struct buf	 buf;

	buf_init(&buf, (size_t)1 << 20);
	buf_puts(&buf, repeated->head);
	for (size_t i = 0; i < repeated->count; i++) {
		if (i > 0)
			buf_puts(&buf, repeated->between);
		buf_puts(&buf, repeated->part);
	}
	buf_puts(&buf, repeated->tail);
	assert_true(buf_ok(&buf));
	assert_int_equal(parse(buf_slice(&buf), &json), repeated->expected);
	json_free(json);
	buf_release(&buf);
}

static void
json_parse_limits_hold_at_the_last_and_fail_at_the_next(void **state)
{
	static const struct repeated	cases[] = {
		{ "", "[", "", "", JSON_DEPTH_MAX, FAULT_JSON_INVALID },
		{ "[[[[[[[[[[[[[[[", "[", "", "]]]]]]]]]]]]]]]]", 1, FAULT_NONE },	/* 16 */
		{ "[[[[[[[[[[[[[[[", "[", "", "]]]]]]]]]]]]]]]]]", 2, FAULT_JSON_INVALID },
		/* the array counts too */
		{ "[", "1", ",", "]", JSON_VALUES_MAX - 1, FAULT_NONE },
		{ "[", "1", ",", "]", JSON_VALUES_MAX, FAULT_JSON_INVALID },
		{ "[", "[]", ",", "]", JSON_VALUES_MAX - 1, FAULT_NONE },
		{ "[", "{}", ",", "]", JSON_VALUES_MAX, FAULT_JSON_INVALID },
		{ "\"", "[{,", "", "\"", JSON_VALUES_MAX, FAULT_NONE },	/* only looks like many */
		{ "\"", "a", "", "\"", JSON_BYTES_MAX - 2, FAULT_NONE },
		{ "\"", "a", "", "\"", JSON_BYTES_MAX - 1, FAULT_BODY_TOO_LARGE },
		{ "\"", "\\n", "", "\"", (JSON_BYTES_MAX - 2) / 2, FAULT_NONE },
		{ "", "\xff", "", "", JSON_BYTES_MAX + 1, FAULT_BODY_TOO_LARGE },
		{ "{}", " ", "", "", JSON_BYTES_MAX - 2, FAULT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		repeated_check(&cases[i]);
}

static void
json_parse_many_members_are_limited(void **state)
{
	(void)state;
	for (int more = 0; more <= 1; more++) {
		struct json	*json;
		struct buf	 buf;

		buf_init(&buf, JSON_BYTES_MAX);
		buf_puts(&buf, "{\"0\":0");
		for (int i = 1; i < JSON_MEMBERS_MAX + more; i++)
			buf_printf(&buf, ",\"%d\":%d", i, i);
		buf_putc(&buf, '}');
		assert_true(buf_ok(&buf));
		assert_int_equal(parse(buf_slice(&buf), &json),
		    more == 0 ? FAULT_NONE : FAULT_JSON_INVALID);
		assert_int_equal(json_count(json_root(json)), more == 0 ? JSON_MEMBERS_MAX : 0);
		json_free(json);
		buf_release(&buf);
	}
}

static void
json_getters_find_what_stands_where(void **state)
{
	static const struct slice	text = TEXT(
	    "{\"a\":{\"x\":[10,[20,\"t\"],{\"y\":null}],\"z\":true},"
	    "\"b\":[],\"c\":\"\",\"d\":false}");
	const struct json_value		*root, *list;
	struct json			*json;
	struct slice			 got;

	(void)state;
	assert_int_equal(parse(text, &json), FAULT_NONE);
	root = json_root(json);
	assert_int_equal(json_count(root), 4);
	list = json_member(json_member(root, "a"), "x");
	assert_int_equal(json_kind(list), JSON_ARRAY);
	assert_int_equal(json_count(list), 3);
	assert_true(json_number(json_item(list, 0), &got));
	assert_true(slice_is(got, "10"));
	assert_true(json_number(json_item(json_item(list, 1), 0), &got));
	assert_true(slice_is(got, "20"));
	assert_true(json_text(json_item(json_item(list, 1), 1), &got));
	assert_true(slice_is(got, "t"));
	assert_int_equal(json_kind(json_member(json_item(list, 2), "y")), JSON_NULL);
	assert_int_equal(json_kind(json_member(json_member(root, "a"), "z")), JSON_TRUE);
	assert_int_equal(json_kind(json_member(root, "b")), JSON_ARRAY);
	assert_int_equal(json_count(json_member(root, "b")), 0);
	assert_true(json_text(json_member(root, "c"), &got));
	assert_int_equal(got.len, 0);
	assert_int_equal(json_kind(json_member(root, "d")), JSON_FALSE);
	json_free(json);
}

static void
json_getters_of_the_wrong_kind_lend_nothing(void **state)
{
	static const struct slice	text = TEXT(
	    "{\"n\":1,\"t\":\"1\",\"l\":[1],\"o\":{\"\":1}}");
	const struct json_value		*root;
	struct json			*json;
	struct slice			 got = { "before", 6 };

	(void)state;
	assert_int_equal(parse(text, &json), FAULT_NONE);
	root = json_root(json);
	assert_null(json_member(root, "N"));
	assert_null(json_member(root, ""));
	assert_null(json_member(root, "nn"));
	assert_null(json_member(json_member(root, "l"), ""));
	assert_null(json_member(json_member(root, "t"), "t"));
	assert_null(json_member(NULL, "a"));
	assert_null(json_item(json_member(root, "l"), 1));
	assert_null(json_item(root, 0));
	assert_null(json_item(NULL, 0));
	assert_null(json_root(NULL));
	assert_int_equal(json_count(NULL), 0);
	assert_int_equal(json_count(json_member(root, "n")), 0);
	assert_int_equal(json_kind(NULL), JSON_ABSENT);
	assert_false(json_text(json_member(root, "n"), &got));
	assert_false(json_text(NULL, &got));
	assert_false(json_number(json_member(root, "t"), &got));
	assert_false(json_number(NULL, &got));
	assert_true(slice_is(got, "before"));
	json_free(json);
	json_free(NULL);
}

static void
json_member_copy_takes_texts_that_fit(void **state)
{
	static const struct slice	text = TEXT(
	    "{\"abc\":\"abc\",\"empty\":\"\",\"n\":1,\"null\":null}");
	static const struct {
		const char	*name;
		size_t		 size;
		bool		 taken;
		const char	*expected;
	} cases[] = {
		{ "abc", 4, true, "abc" },
		{ "abc", 3, false, "" },
		{ "empty", 4, false, "" },
		{ "n", 4, false, "" },
		{ "null", 4, false, "" },
		{ "absent", 4, false, "" },
	};
	struct json	*json;

	(void)state;
	assert_int_equal(parse(text, &json), FAULT_NONE);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char	into[8] = "before";

		assert_int_equal(json_member_copy(json_root(json), cases[i].name, into,
		    cases[i].size),
		    cases[i].taken);
		assert_string_equal(into, cases[i].expected);
	}
	json_free(json);
}

/* Whatever a document becomes by one changed byte or one cut, it is read or refused. */
static void
json_parse_damaged_documents_never_crash(void **state)
{
	char		text[] = "{\"a\":[1,-2.5e3,\"\\u00e9\\ud83d\\ude00\"],"
			    "\"b\":{\"c\":null,\"d\":true}}";
	size_t		len = sizeof(text) - 1;
	struct json	*json;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		char	kept = text[i];

		assert_int_equal(parse((struct slice){ text, i }, &json), FAULT_JSON_INVALID);
		for (int c = 0; c < 256; c++) {
			text[i] = (char)c;
			/* Either answer is right. */
			(void)parse((struct slice){ text, len }, &json);
			json_free(json);
		}
		text[i] = kept;
	}
	assert_int_equal(parse((struct slice){ text, len }, &json), FAULT_NONE);
	json_free(json);
}

static void
json_parse_large_takes_four_times_as_much(void **state)
{
	static char	text[JSON_LARGE_BYTES_MAX + 1];
	struct json	*json;

	(void)state;
	memset(text, ' ', sizeof(text));
	text[0] = '[';
	for (size_t i = 1; i < 2 * 3 * (size_t)JSON_VALUES_MAX; i += 2) {
		text[i] = '7';
		text[i + 1] = ',';
	}
	text[2 * 3 * JSON_VALUES_MAX] = ']';
	assert_int_equal(json_parse_large((struct slice){ text, JSON_LARGE_BYTES_MAX }, &json), FAULT_NONE);
	assert_int_equal(json_count(json_root(json)), 3 * JSON_VALUES_MAX);
	json_free(json);
	assert_int_equal(json_parse_large((struct slice){ text, sizeof(text) }, &json), FAULT_BODY_TOO_LARGE);
	assert_int_equal(json_parse((struct slice){ text, 2 * 3 * JSON_VALUES_MAX + 1 }, &json), FAULT_JSON_INVALID);
	assert_int_equal(json_parse((struct slice){ text, JSON_BYTES_MAX + 1 }, &json), FAULT_BODY_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(json_parse_one_value_is_read),
		cmocka_unit_test(json_parse_anything_else_is_refused),
		cmocka_unit_test(json_parse_escapes_are_decoded),
		cmocka_unit_test(json_number_stays_as_it_was_written),
		cmocka_unit_test(json_parse_limits_hold_at_the_last_and_fail_at_the_next),
		cmocka_unit_test(json_parse_many_members_are_limited),
		cmocka_unit_test(json_getters_find_what_stands_where),
		cmocka_unit_test(json_getters_of_the_wrong_kind_lend_nothing),
		cmocka_unit_test(json_member_copy_takes_texts_that_fit),
		cmocka_unit_test(json_parse_damaged_documents_never_crash),
		cmocka_unit_test(json_parse_large_takes_four_times_as_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
