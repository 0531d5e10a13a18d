/*
 * What kassactl says: tables, records and JSON on standard output, complaints on standard error.
 */
#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include <libpq-fe.h>

#include "base/buf.h"
#include "ctl/ctl.h"

#define CTL_CELL_SIZE	128	/* one cell of a table, with the NUL */

/** ctl_complain(format, …): Print "kassactl: …" and a newline on standard error. */
void		ctl_complain(const char *, ...) __attribute__((format(printf, 1, 2)));

struct ctl_table {
	const PGresult	*rows;
	/* Write the text of a row's column; NULL: the value as it is, cut to CTL_CELL_SIZE. */
	void		(*cell)(const PGresult *, int row, int column, char text[CTL_CELL_SIZE]);
	const char	*none;		/* printed instead when there are no rows */
};

/**
 * ctl_print_table(table):
 * Print the rows under the names of their columns, each as wide as its widest cell, numbers to the
 * right.
 */
void		ctl_print_table(const struct ctl_table *);

/** ctl_print_pair(name, value): One line of a record. */
void		ctl_print_pair(const char *, const char *);

/** ctl_print_json(json): Print ${json} as a line; complain if not all of it fitted. */
enum ctl_status	ctl_print_json(const struct buf *);

/** ctl_cell_money(minor, currency, text): "1050" and "USD" become "10.50"; what cannot stays as it is. */
void		ctl_cell_money(const char *, const char *, char[CTL_CELL_SIZE]);

#endif /* !CTL_PRINT_H */
