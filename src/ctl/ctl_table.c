/*
 * Tables, records and their JSON.  Text in the books may be the platform's or a merchant's: to a terminal it
 * goes without control characters.
 */
#include "ctl/ctl_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ctl/ctl_print.h"

#define COLUMNS_MAX	24
#define HEADINGS	(-1)	/* the row above the first */
#define JSON_MAX	((size_t)64 * 1024 * 1024)

/* Types whose values stand to the right; from PostgreSQL's catalog/pg_type.dat. */
#define TYPE_INT8	20
#define TYPE_INT2	21
#define TYPE_INT4	23
#define TYPE_NUMERIC	1700

static void	columns_measure(const struct ctl_table *, int[COLUMNS_MAX]);
static void	row_print(const struct ctl_table *, int, const int[COLUMNS_MAX]);
static void	cell_write(const struct ctl_table *, int, int, char[CTL_CELL_SIZE]);
static void	cell_put(const struct ctl_table *, int, int, struct json_write *);
static void	money_write(const PGresult *, int, int, char[CTL_CELL_SIZE]);
static void	text_tame(char *);
static bool	column_is_number(const PGresult *, int);

void
ctl_table_print(const struct ctl_table *table)
{
	int	width[COLUMNS_MAX] = { 0 };

	if (PQntuples(table->rows) == 0) {
		(void)puts(table->none);
		return;
	}
	columns_measure(table, width);
	for (int row = HEADINGS; row < PQntuples(table->rows); row++)
		row_print(table, row, width);
}

void
ctl_table_print_record(const struct ctl_table *table)
{
	char	text[CTL_CELL_SIZE];

	for (int column = 0; column < table->count; column++) {
		cell_write(table, 0, column, text);
		if (text[0] != '\0')
			ctl_print_pair(PQfname(table->rows, column), text);
	}
}

void
ctl_table_put(const struct ctl_table *table, struct json_write *write)
{
	json_open_array(write);
	for (int row = 0; row < PQntuples(table->rows); row++) {
		json_open_object(write);
		ctl_table_put_row(table, row, write);
		json_close_object(write);
	}
	json_close_array(write);
}

void
ctl_table_put_row(const struct ctl_table *table, int row, struct json_write *write)
{
	for (int column = 0; column < table->count; column++) {
		json_name(write, table->columns[column].json);
		if (PQgetisnull(table->rows, row, column) == 1)
			json_put_null(write);
		else
			cell_put(table, row, column, write);
	}
}

enum ctl_status
ctl_table_answer(const struct ctl_arguments *arguments, const struct ctl_table *table)
{
	struct json_write	write;
	struct buf		json;
	enum ctl_status		status;

	if (arguments->option[CTL_JSON] == NULL) {
		ctl_table_print(table);
		return CTL_DONE;
	}
	buf_init(&json, JSON_MAX);
	json_write_init(&write, &json);
	ctl_table_put(table, &write);
	status = ctl_print_json(&json);
	buf_release(&json);
	return status;
}

/* Widens what is there, which is nothing at first. */
static void
columns_measure(const struct ctl_table *table, int width[COLUMNS_MAX])
{
	char	text[CTL_CELL_SIZE];

	assert(table->count <= COLUMNS_MAX && table->count <= PQnfields(table->rows));
	for (int column = 0; column < table->count; column++) {
		for (int row = HEADINGS; row < PQntuples(table->rows); row++) {
			cell_write(table, row, column, text);
			if (width[column] < (int)strlen(text))
				width[column] = (int)strlen(text);
		}
	}
}

/* printf pads on the right when the width is negative; a last column of text needs no padding. */
static void
row_print(const struct ctl_table *table, int row, const int width[COLUMNS_MAX])
{
	char	text[CTL_CELL_SIZE];
	int	last = table->count - 1;

	for (int column = 0; column <= last; column++) {
		int	padded = width[column];

		if (!column_is_number(table->rows, column))
			padded = column < last ? -padded : 0;
		cell_write(table, row, column, text);
		(void)printf("%*s%s", padded, text, column < last ? "  " : "\n");
	}
}

/* For a person. */
static void
cell_write(const struct ctl_table *table, int row, int column, char text[CTL_CELL_SIZE])
{
	const char	*value;

	if (row == HEADINGS) {
		(void)slice_copy(slice_of(PQfname(table->rows, column)), text, CTL_CELL_SIZE);
		return;
	}
	value = PQgetvalue(table->rows, row, column);
	if (table->columns[column].form == CTL_MONEY)
		money_write(table->rows, row, column, text);
	else if (table->columns[column].form == CTL_TRUTH && value[0] != '\0')
		(void)slice_copy(slice_of(value[0] == 't' ? "yes" : "no"), text, CTL_CELL_SIZE);
	else if (!slice_copy(slice_of(value), text, CTL_CELL_SIZE))
		(void)slice_copy((struct slice){ value, CTL_CELL_SIZE - 1 }, text, CTL_CELL_SIZE);
	text_tame(text);
}

/* For a program; not null. */
static void
cell_put(const struct ctl_table *table, int row, int column, struct json_write *write)
{
	const char	*value = PQgetvalue(table->rows, row, column);
	char		 text[CTL_CELL_SIZE];

	switch (table->columns[column].form) {
	case CTL_TEXT:
		json_put_text(write, slice_of(value));
		break;
	case CTL_NUMBER:
		json_put_raw(write, slice_of(value));
		break;
	case CTL_TRUTH:
		json_put_bool(write, value[0] == 't');
		break;
	case CTL_MONEY:
		money_write(table->rows, row, column, text);
		json_put_text(write, slice_of(text));
		break;
	}
}

static void
money_write(const PGresult *rows, int row, int column, char text[CTL_CELL_SIZE])
{
	int	currency = PQfnumber(rows, "currency");

	assert(currency >= 0);
	ctl_cell_money(PQgetvalue(rows, row, column), PQgetvalue(rows, row, currency), text);
}

/* Control characters, U+0080 to U+009F among them, move a cursor and more: each becomes '?'. */
static void
text_tame(char *text)
{
	for (unsigned char *at = (unsigned char *)text; *at != '\0'; at++) {
		if (*at < 0x20 || *at == 0x7f)
			*at = '?';
		else if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f)
			at[0] = at[1] = '?';
	}
}

static bool
column_is_number(const PGresult *rows, int column)
{
	Oid	type = PQftype(rows, column);

	return type == TYPE_INT8 || type == TYPE_INT2 || type == TYPE_INT4 || type == TYPE_NUMERIC;
}
