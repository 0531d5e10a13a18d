/*
 * What kassactl says: lines and JSON on standard output, complaints on standard error.  Rows: ctl_table.h.
 */
#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include "base/buf.h"
#include "ctl/ctl.h"

#define CTL_CELL_SIZE	1152	/* one value, with the NUL; the longest is a description of 255 characters */

/** ctl_complain(format, …): Print "kassactl: …" and a newline on standard error. */
void		ctl_complain(const char *, ...) __attribute__((format(printf, 1, 2)));

/** ctl_print_pair(name, value): One line of a record. */
void		ctl_print_pair(const char *, const char *);

/** ctl_print_json(json): Print ${json} as a line; complain if not all of it fitted. */
enum ctl_status	ctl_print_json(const struct buf *);

/** ctl_cell_money(minor, currency, text): "1050" and "USD" become "10.50"; what cannot stays as it is. */
void		ctl_cell_money(const char *, const char *, char[CTL_CELL_SIZE]);

#endif /* !CTL_PRINT_H */
