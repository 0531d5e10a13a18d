/*
 * Composite values and arrays as text: what we write is what PostgreSQL reads.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cluster.h"
#include "store/store_array.h"
#include "store/store_charge.h"
#include "store/store_kept.h"

#define SQL_SIZE	1024

/* How PostgreSQL itself writes what it has read, one field a line. */
static const char *
field_read(const char *type, const char *text, const char *field)
{
	char	sql[SQL_SIZE];

	assert_true(snprintf(sql, sizeof(sql), "select ('%s'::%s).%s", text, type, field) <
	    (int)sizeof(sql));
	return cluster_execute(sql);
}

static void
store_limits_text_is_read_field_by_field(void **state)
{
	static const struct {
		struct store_limits	 limits;
		const char		*window_ms, *contact, *client, *account, *least, *percent;
	} cases[] = {
		{ { 600000, 10, 20, 200, 50, 80 }, "600000", "10", "20", "200", "50", "80" },
		{ { 0, 0, 0, 0, 0, 0 }, "0", "0", "0", "0", "0", "0" },
		{ { INT64_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX },
		    "9223372036854775807", "2147483647", "2147483647", "2147483647", "2147483647", "2147483647" },
	};
	char	text[STORE_LIMITS_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		store_limits_text(&cases[i].limits, text);
		assert_string_equal(field_read("limits", text, "window_ms"), cases[i].window_ms);
		assert_string_equal(field_read("limits", text, "contact"), cases[i].contact);
		assert_string_equal(field_read("limits", text, "client"), cases[i].client);
		assert_string_equal(field_read("limits", text, "account"), cases[i].account);
		assert_string_equal(field_read("limits", text, "ratio_least"), cases[i].least);
		assert_string_equal(field_read("limits", text, "ratio_percent"), cases[i].percent);
	}
}

static void
store_card_text_is_read_field_by_field(void **state)
{
	char			long_name[STORE_TOKEN_SIZE];
	struct store_card	card = { "pm_1-2.3", "fp_1", "visa", "0042", 1, 2031 };
	char			text[STORE_CARD_SIZE];

	(void)state;
	store_card_text(&card, text);
	assert_string_equal(field_read("card", text, "token"), "pm_1-2.3");
	assert_string_equal(field_read("card", text, "fingerprint"), "fp_1");
	assert_string_equal(field_read("card", text, "brand"), "visa");
	assert_string_equal(field_read("card", text, "last4"), "0042");
	assert_string_equal(field_read("card", text, "expiry_month"), "1");
	assert_string_equal(field_read("card", text, "expiry_year"), "2031");

	/* The longest that a connector may hand over, and words that would be several without quotes. */
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	card.token = long_name;
	card.fingerprint = long_name;
	card.brand = "any, (brand) of";
	store_card_text(&card, text);
	assert_string_equal(field_read("card", text, "token"), long_name);
	assert_string_equal(field_read("card", text, "fingerprint"), long_name);
	assert_string_equal(field_read("card", text, "brand"), "any, (brand) of");
	assert_string_equal(field_read("card", text, "last4"), "0042");
}

/* How many elements PostgreSQL reads, and the last of them; a quote in ${text} is doubled for its literal. */
static const char *
array_read(const char *text)
{
	char	 sql[SQL_SIZE];
	size_t	 len = 0;

	len += (size_t)snprintf(sql, sizeof(sql), "select cardinality(a) || ' ' || coalesce(a[cardinality(a)], '')"
	    " from (select '");
	for (; *text != '\0' && len + 2 < sizeof(sql); text++) {
		if (*text == '\'')
			sql[len++] = '\'';
		sql[len++] = *text;
	}
	assert_true(snprintf(sql + len, sizeof(sql) - len, "'::text[] as a) as t") < (int)(sizeof(sql) - len));
	return cluster_execute(sql);
}

static void
store_array_is_read_element_by_element(void **state)
{
	static const struct {
		const char	*element, *read;
	} cases[] = {
		{ "a", "1 a" }, { "", "2 " }, { "null", "3 null" }, { "with, {comma} and \"quotes\"",
		    "4 with, {comma} and \"quotes\"" }, { "back\\slash\\", "5 back\\slash\\" },
		{ "it's", "6 it's" }, { " ", "7  " },
	};
	struct buf	array;

	(void)state;
	buf_init(&array, SQL_SIZE);
	store_array_end(&array);
	assert_string_equal(array_read(buf_text(&array)), "0 ");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&array);
		for (size_t j = 0; j <= i; j++)
			store_array_add(&array, cases[j].element);
		store_array_end(&array);
		assert_string_equal(array_read(buf_text(&array)), cases[i].read);
	}
	buf_release(&array);
}

/* The two types as sql/ has them; "kassa" itself is the migrations' to make. */
static int
types_make(void **state)
{
	(void)state;
	if (!cluster_create())
		return -1;
	(void)cluster_execute("create type limits as (window_ms bigint, contact int, client int, account int, "
	    "ratio_least int, ratio_percent int)");
	(void)cluster_execute("create type card as (token text, fingerprint text, brand text, last4 text, "
	    "expiry_month int, expiry_year int)");
	return 0;
}

static int
types_drop(void **state)
{
	(void)state;
	cluster_drop();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(store_limits_text_is_read_field_by_field),
		cmocka_unit_test(store_card_text_is_read_field_by_field),
		cmocka_unit_test(store_array_is_read_element_by_element),
	};

	return cmocka_run_group_tests(tests, types_make, types_drop);
}
