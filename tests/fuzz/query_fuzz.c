/*
 * Fuzz target: a body as POST /query gets it.
 *
 * Whatever the bytes are, query_read() ends with a fault that it promises and with fields that are
 * what they may be; json_parse() and a second reader agree on what is JSON; and what is, is written
 * by json_write and reads the same.
 */
#include "fuzz.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_tree.h"	/* the names of members, which nobody else has to list */
#include "base/json_write.h"
#include "json_grammar.h"
#include "platform/query.h"

/* An escape of six characters for one byte is the most that writing makes longer. */
#define WRITTEN_BYTES_MAX	(6 * JSON_BYTES_MAX)

static void	grammar_check(struct slice, bool);
static void	query_check(const struct query *);
static void	reference_check(const struct reference *);
static void	text_check(const char *, size_t);
static void	round_trip_check(const struct json *);
static void	value_write(struct json_write *, const struct json_value *);
static void	name_write(struct json_write *, struct slice);
static void	value_compare(const struct json_value *, const struct json_value *);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice	 body = { (const char *)data, size };
	struct query	 query;
	struct json	*json;
	const char	*field = NULL;
	enum fault	 parsed = json_parse(body, &json), read = query_read(body, &query, &field);

	FUZZ_CHECK((json != NULL) == (parsed == FAULT_NONE));
	grammar_check(body, parsed == FAULT_NONE);
	if (parsed != FAULT_NONE) {
		FUZZ_CHECK(parsed == FAULT_JSON_INVALID || parsed == FAULT_BODY_TOO_LARGE);
		FUZZ_CHECK(read == parsed);
		return 0;
	}
	if (json_kind(json_root(json)) != JSON_OBJECT)
		FUZZ_CHECK(read == FAULT_JSON_INVALID);
	else
		FUZZ_CHECK(read == FAULT_NONE || read == FAULT_FIELD_INVALID);
	if (read == FAULT_FIELD_INVALID)
		FUZZ_CHECK(field != NULL && field[0] != '\0');
	if (read == FAULT_NONE)
		query_check(&query);
	round_trip_check(json);
	json_free(json);
	return 0;
}

/* The other way only where neither a name twice nor a limit can be why it is refused. */
static void
grammar_check(struct slice body, bool accepted)
{
	bool	crowded, holds = json_grammar_holds(body, &crowded);

	if (accepted)
		FUZZ_CHECK(holds);
	else if (body.len <= JSON_VALUES_MAX)
		FUZZ_CHECK(!holds || crowded);
}

static void
query_check(const struct query *query)
{
	FUZZ_CHECK(query->operation <= QUERY_UNKNOWN);
	FUZZ_CHECK((strcmp(query->name, "unknown") == 0) == (query->operation == QUERY_UNKNOWN));
	text_check(query->api_key, sizeof(query->api_key));
	text_check(query->amount, sizeof(query->amount));
	text_check(query->currency, sizeof(query->currency));
	text_check(query->description, sizeof(query->description));
	reference_check(&query->charge);
	reference_check(&query->transaction);
	reference_check(&query->subscription);
	reference_check(&query->contact);
	reference_check(&query->location);
	reference_check(&query->payment_method);
	if (query->operation == QUERY_CHARGE) {
		FUZZ_CHECK(query->payment_method.text[0] != '\0');
		FUZZ_CHECK(query->amount[0] != '\0' && query->currency[0] != '\0');
	}
	if (query->operation == QUERY_VERIFY || query->operation == QUERY_REFUND)
		FUZZ_CHECK(query->charge.text[0] != '\0' || query->transaction.text[0] != '\0');
}

/* What is safe in a URL, a log and a statement. */
static void
reference_check(const struct reference *reference)
{
	text_check(reference->text, sizeof(reference->text));
	FUZZ_CHECK(reference->text[0] != '.');
	for (const char *at = reference->text; *at != '\0'; at++)
		FUZZ_CHECK(isascii(*at) && (isalnum(*at) || strchr("_-.:", *at) != NULL));
}

static void
text_check(const char *text, size_t size)
{
	FUZZ_CHECK(memchr(text, '\0', size) != NULL);
}

static void
round_trip_check(const struct json *json)
{
	struct json_write	 write;
	struct json		*again;
	struct buf		 buf;
	enum fault		 fault;

	buf_init(&buf, WRITTEN_BYTES_MAX);
	json_write_init(&write, &buf);
	value_write(&write, json_root(json));
	FUZZ_CHECK(buf_ok(&buf));
	fault = json_parse(buf_slice(&buf), &again);
	if (buf.len > JSON_BYTES_MAX) {
		FUZZ_CHECK(fault == FAULT_BODY_TOO_LARGE);	/* escapes made it longer */
	} else {
		FUZZ_CHECK(fault == FAULT_NONE);
		value_compare(json_root(json), json_root(again));
		json_free(again);
	}
	buf_release(&buf);
}

/* As deep as JSON_DEPTH_MAX at most, which json_parse() has seen to. */
static void
value_write(struct json_write *write, const struct json_value *value)
{
	enum json_kind	kind = json_kind(value);
	struct slice	text = { "", 0 };

	if (json_text(value, &text)) {
		json_put_text(write, text);
	} else if (json_number(value, &text)) {
		json_put_raw(write, text);
	} else if (kind == JSON_ARRAY) {
		json_open_array(write);
		for (size_t i = 0; i < json_count(value); i++)
			value_write(write, json_item(value, i));
		json_close_array(write);
	} else if (kind == JSON_OBJECT) {
		json_open_object(write);
		for (size_t i = 0; i < json_count(value); i++) {
			name_write(write, value->entries[i].name);
			value_write(write, &value->entries[i]);
		}
		json_close_object(write);
	} else if (kind == JSON_NULL) {
		json_put_null(write);
	} else {
		FUZZ_CHECK(kind == JSON_TRUE || kind == JSON_FALSE);
		json_put_bool(write, kind == JSON_TRUE);
	}
}

/* json_name() takes literals, which need no escapes; a name of somebody else is escaped first. */
static void
name_write(struct json_write *write, struct slice name)
{
	struct json_write	quoted;
	struct buf		buf;

	buf_init(&buf, WRITTEN_BYTES_MAX);
	json_write_init(&quoted, &buf);
	json_put_text(&quoted, name);
	FUZZ_CHECK(buf_ok(&buf) && buf.len >= 2);
	buf.at[buf.len - 1] = '\0';	/* without its quotes */
	json_name(write, buf.at + 1);
	buf_release(&buf);
}

static void
value_compare(const struct json_value *a, const struct json_value *b)
{
	struct slice	text;

	FUZZ_CHECK(a->kind == b->kind && a->count == b->count);
	FUZZ_CHECK(slice_equal(a->name, b->name));
	if (json_text(a, &text) || json_number(a, &text))
		FUZZ_CHECK(slice_equal(text, b->text));
	for (size_t i = 0; i < a->count; i++) {
		if (a->kind == JSON_OBJECT)
			FUZZ_CHECK(json_tree_find((struct json_list){ b->entries, b->count },
			    a->entries[i].name) == &b->entries[i]);
		value_compare(&a->entries[i], &b->entries[i]);
	}
}
