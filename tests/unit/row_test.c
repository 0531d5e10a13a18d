/*
 * Reading of columns: what a statement promises is read and trusted, everything else is read as nothing.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "io/row.h"

#define TEXT_SIZE	8

enum reader { TEXT, INTEGER, FLAG };

/* One row of one column. */
static PGresult *
rows_of(const char *value)
{
	static char	name[] = "column";
	PGresAttDesc	column = { .name = name };
	PGresult	*rows;
	char		 copy[64];

	rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	assert_non_null(rows);
	assert_true(PQsetResultAttrs(rows, 1, &column));
	if (value == NULL) {
		assert_true(PQsetvalue(rows, 0, 0, NULL, -1));
		return rows;
	}
	assert_true(snprintf(copy, sizeof(copy), "%s", value) < (int)sizeof(copy));
	assert_true(PQsetvalue(rows, 0, 0, copy, (int)strlen(copy)));
	return rows;
}

/* What was read, as text. */
static const char *
column_read(enum reader reader, const PGresult *rows, int column)
{
	static char	read[32];
	char		text[TEXT_SIZE];

	switch (reader) {
	case TEXT:
		row_text(rows, 0, column, text, sizeof(text));
		assert_true(snprintf(read, sizeof(read), "%s", text) < (int)sizeof(read));
		break;
	case INTEGER:
		assert_true(snprintf(read, sizeof(read), "%lld",
		    (long long)row_integer(rows, 0, column)) < (int)sizeof(read));
		break;
	case FLAG:
		return row_flag(rows, 0, column) ? "t" : "f";
	}
	return read;
}

static void
row_value_of_another_form_is_not_trusted(void **state)
{
	static const struct {
		enum reader	 reader;
		const char	*value, *read;
		bool		 trusted;
	} cases[] = {
		{ TEXT,		"seven77", "seven77", true },
		{ TEXT,		"",	   "",	      true },
		{ TEXT,		NULL,	   "",	      true },
		{ TEXT,		"eight888", "",	      false },
		{ INTEGER,	"-12",	   "-12",     true },
		{ INTEGER,	NULL,	   "0",	      true },
		{ INTEGER,	"",	   "0",	      false },
		{ INTEGER,	"12.0",	   "0",	      false },
		{ INTEGER,	"9223372036854775808", "0", false },
		{ FLAG,		"t",	   "t",	      true },
		{ FLAG,		"f",	   "f",	      true },
		{ FLAG,		NULL,	   "f",	      true },
		{ FLAG,		"true",	   "f",	      false },
		{ FLAG,		"u",	   "f",	      false },
	};
	PGresult	*rows;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rows = rows_of(cases[i].value);
		row_trust();
		assert_string_equal(column_read(cases[i].reader, rows, 0), cases[i].read);
		assert_int_equal(row_is_trusted(), cases[i].trusted);
		PQclear(rows);
	}
}

static void
row_column_that_is_not_there_is_not_trusted(void **state)
{
	static const char *const	nothing[] = { "", "0", "f" };
	PGresult			*rows;

	(void)state;
	rows = rows_of("t");
	for (enum reader reader = TEXT; reader <= FLAG; reader++) {
		row_trust();
		assert_string_equal(column_read(reader, rows, 1), nothing[reader]);
		assert_false(row_is_trusted());
	}
	PQclear(rows);
}

static void
row_trust_that_is_lost_does_not_come_back_by_itself(void **state)
{
	(void)state;
	row_trust();
	row_expect(false);
	row_expect(true);
	assert_false(row_is_trusted());
	row_trust();
	assert_true(row_is_trusted());
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(row_value_of_another_form_is_not_trusted),
		cmocka_unit_test(row_column_that_is_not_there_is_not_trusted),
		cmocka_unit_test(row_trust_that_is_lost_does_not_come_back_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
