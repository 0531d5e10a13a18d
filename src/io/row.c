/*
 * Reading of columns.  The database is ours, but what comes over the wire is not: a value of the wrong form
 * leaves what was to be read empty, and takes the trust from the whole answer.
 */
#include "io/row.h"

#include "base/integer.h"

static bool	trusted = true;

void
row_trust(void)
{
	trusted = true;
}

bool
row_is_trusted(void)
{
	return trusted;
}

void
row_expect(bool holds)
{
	trusted = trusted && holds;
}

struct slice
row_slice(const PGresult *rows, int row, int column)
{
	struct slice	value = { "", 0 };

	row_expect(row < PQntuples(rows) && column < PQnfields(rows));
	if (!row_is_null(rows, row, column)) {
		value.at = PQgetvalue(rows, row, column);
		value.len = (size_t)PQgetlength(rows, row, column);
	}
	return value;
}

bool
row_is_null(const PGresult *rows, int row, int column)
{
	return PQgetisnull(rows, row, column) == 1;
}

void
row_text(const PGresult *rows, int row, int column, char *into, size_t size)
{
	row_expect(slice_copy(row_slice(rows, row, column), into, size));
}

int64_t
row_integer(const PGresult *rows, int row, int column)
{
	struct slice	text;
	int64_t		value = 0;

	text = row_slice(rows, row, column);
	if (!row_is_null(rows, row, column))
		row_expect(integer_read(text, &value));
	return value;
}

bool
row_flag(const PGresult *rows, int row, int column)
{
	struct slice	text;

	text = row_slice(rows, row, column);
	row_expect(text.len == 0 || slice_is(text, "t") || slice_is(text, "f"));
	return slice_is(text, "t");
}
