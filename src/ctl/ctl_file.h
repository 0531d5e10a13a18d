/*
 * The SQL files of sql/, kept inside the program: a deployed kassactl needs no source tree.
 * src/ctl/ctl_file.sh makes the table when kassactl is built.
 */
#ifndef CTL_FILE_H
#define CTL_FILE_H

#include <stddef.h>

struct ctl_file {
	const char	*name;	/* below sql/: "0001_account.sql", "function/charge.sql" */
	const char	*text;	/* NUL-terminated */
	const char	*end;	/* of the text: its NUL */
};

/* In the order of their names. */
extern const struct ctl_file	ctl_files[];
extern const size_t		ctl_file_count;

#endif /* !CTL_FILE_H */
