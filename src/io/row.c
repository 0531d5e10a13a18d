/*
 * Reading of columns.  The database is ours, so a value of the wrong form is a bug and ends the worker.
 */
#include "io/row.h"

#include <assert.h>

#include "base/integer.h"

struct slice
row_slice(const PGresult *rows, int row, int column)
{
	struct slice	value;

	value.at = PQgetvalue(rows, row, column);
	value.len = (size_t)PQgetlength(rows, row, column);
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
	bool	fits;

	fits = slice_copy(row_slice(rows, row, column), into, size);
	assert(fits);
}

int64_t
row_integer(const PGresult *rows, int row, int column)
{
	int64_t	value = 0;
	bool	reads;

	if (row_is_null(rows, row, column))
		return 0;
	reads = integer_read(row_slice(rows, row, column), &value);
	assert(reads);
	return value;
}

bool
row_flag(const PGresult *rows, int row, int column)
{
	return row_slice(rows, row, column).len == 1 && PQgetvalue(rows, row, column)[0] == 't';
}
