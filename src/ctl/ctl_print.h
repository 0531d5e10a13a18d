/*
 * What kassactl says: lines and JSON on standard output, complaints on standard error.  Rows: ctl_table.h.
 */
#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include <stdint.h>

#include "base/buf.h"
#include "ctl/ctl.h"

#define CTL_CELL_SIZE	1152	/* one value, with the NUL; the longest is a description of 255 characters */

/** ctl_complain(format, …): Print "kassactl: …" and a newline on standard error. */
void		ctl_complain(const char *, ...) __attribute__((format(printf, 1, 2)));

/** ctl_print_pair(name, value): One line of a record. */
void		ctl_print_pair(const char *, const char *);

/** ctl_print_json(json): Print ${json} as a line; complain if not all of it fitted. */
enum ctl_status	ctl_print_json(const struct buf *);

/* How many rows of one kind a command removed. */
struct ctl_removed {
	const char	*member;	/* in JSON */
	const char	*words;		/* for people; NULL: for programs alone */
	int64_t		 count;
};

/** ctl_print_removed(arguments, removed, count): "removed: 2 sessions, 0 setups", or with --json an object. */
enum ctl_status	ctl_print_removed(const struct ctl_arguments *, const struct ctl_removed *, size_t);

/** ctl_cell_money(minor, currency, text): "1050" and "USD" become "10.50"; what cannot stays as it is. */
void		ctl_cell_money(const char *, const char *, char[CTL_CELL_SIZE]);

#endif /* !CTL_PRINT_H */
