/*
 * Text for a person at a terminal, or for the program behind a pipe.
 */
#include "ctl/ctl_print.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/integer.h"
#include "core/money.h"

#define COLUMNS_MAX	16
#define HEADINGS	(-1)	/* the row above the first */

/* Types whose values stand to the right; from PostgreSQL's catalog/pg_type.dat. */
#define TYPE_INT8	20
#define TYPE_INT4	23
#define TYPE_NUMERIC	1700

static void	columns_measure(const struct ctl_table *, int[COLUMNS_MAX]);
static void	row_print(const struct ctl_table *, int, const int[COLUMNS_MAX]);
static void	cell_write(const struct ctl_table *, int, int, char[CTL_CELL_SIZE]);
static bool	column_is_number(const PGresult *, int);

void
ctl_complain(const char *format, ...)
{
	va_list	list;

	va_start(list, format);
	(void)fputs("kassactl: ", stderr);
	(void)vfprintf(stderr, format, list);
	(void)fputc('\n', stderr);
	va_end(list);
}

void
ctl_print_table(const struct ctl_table *table)
{
	int	width[COLUMNS_MAX];

	if (PQntuples(table->rows) == 0) {
		(void)puts(table->none);
		return;
	}
	columns_measure(table, width);
	for (int row = HEADINGS; row < PQntuples(table->rows); row++)
		row_print(table, row, width);
}

void
ctl_print_pair(const char *name, const char *value)
{
	(void)printf("%-16s %s\n", name, value);
}

enum ctl_status
ctl_print_json(const struct buf *json)
{
	if (!buf_ok(json)) {
		ctl_complain("the answer is too long to print as JSON");
		return CTL_FAILED;
	}
	(void)puts(buf_text(json));
	return CTL_DONE;
}

void
ctl_cell_money(const char *minor, const char *currency, char text[CTL_CELL_SIZE])
{
	struct money	money = { 0, currency_find(slice_of(currency)) };
	char		printed[MONEY_TEXT_SIZE];

	if (money.currency != NULL && integer_read(slice_of(minor), &money.minor) &&
	    money.minor >= 0) {
		money_print(money, printed);
		minor = printed;
	}
	(void)slice_copy(slice_of(minor), text, CTL_CELL_SIZE);
}

static void
columns_measure(const struct ctl_table *table, int width[COLUMNS_MAX])
{
	char	text[CTL_CELL_SIZE];

	assert(PQnfields(table->rows) <= COLUMNS_MAX);
	for (int column = 0; column < PQnfields(table->rows); column++) {
		width[column] = 0;
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
	int	last = PQnfields(table->rows) - 1;

	for (int column = 0; column <= last; column++) {
		int	padded = width[column];

		if (!column_is_number(table->rows, column))
			padded = column < last ? -padded : 0;
		cell_write(table, row, column, text);
		(void)printf("%*s%s", padded, text, column < last ? "  " : "\n");
	}
}

static void
cell_write(const struct ctl_table *table, int row, int column, char text[CTL_CELL_SIZE])
{
	struct slice	value;

	if (row != HEADINGS && table->cell != NULL) {
		table->cell(table->rows, row, column, text);
		return;
	}
	value = slice_of(row == HEADINGS ? PQfname(table->rows, column) :
	    PQgetvalue(table->rows, row, column));
	if (value.len >= CTL_CELL_SIZE)
		value.len = CTL_CELL_SIZE - 1;
	(void)slice_copy(value, text, CTL_CELL_SIZE);
}

static bool
column_is_number(const PGresult *rows, int column)
{
	Oid	type = PQftype(rows, column);

	return type == TYPE_INT8 || type == TYPE_INT4 || type == TYPE_NUMERIC;
}
