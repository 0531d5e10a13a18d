/*
 * Columns of a row that the database answered.  Used by whoever turns rows into structs.
 */
#ifndef ROW_H
#define ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "base/slice.h"

/**
 * row_trust(), row_expect(holds), row_is_trusted():
 * An answer is trusted when the pool hands it over, until something of it does not hold: the readers below
 * expect that the column is there and has the right form.  Whoever reads an answer asks at the end, and
 * takes one that is not trusted for none (FAULT_STORE_UNAVAILABLE); the pool gives its connection up.
 */
void		row_trust(void);
void		row_expect(bool);
bool		row_is_trusted(void);

/** row_slice(rows, row, column): The column's text, lent; empty for null. */
struct slice	row_slice(const PGresult *, int, int);

/** row_is_null(rows, row, column): Whether it is null. */
bool		row_is_null(const PGresult *, int, int);

/** row_text(rows, row, column, into, size): Copy it; empty if it does not fit, which nobody expects. */
void		row_text(const PGresult *, int, int, char *, size_t);

/** row_integer(rows, row, column): A whole number; 0 for null. */
int64_t		row_integer(const PGresult *, int, int);

/** row_flag(rows, row, column): A boolean; false for null. */
bool		row_flag(const PGresult *, int, int);

#endif /* !ROW_H */
