/*
 * Rows that the database answered, for a person (a table, a record) or for a program (JSON).  A command
 * names its columns once, in a macro COLUMNS(C) of C(heading, json, form, sql), and has its select and the
 * array of struct ctl_column from it.
 */
#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include <libpq-fe.h>

#include "base/json_write.h"
#include "ctl/ctl.h"

/* What a column holds. */
enum ctl_form {
	CTL_TEXT,
	CTL_NUMBER,	/* a small whole number: one in JSON too */
	CTL_TRUTH,	/* "yes" or "no"; true or false */
	CTL_MONEY	/* minor units of the currency in the row's column "currency" */
};

struct ctl_column {
	const char	*json;		/* the member's name; NULL where there is no JSON */
	enum ctl_form	 form;
};

#define CTL_COLUMN_ROW(heading, json, form, sql)	{ json, form },
#define CTL_COLUMN_SQL(heading, json, form, sql)	" " sql " as \"" heading "\","

/* The beginning of a statement that asks for the columns; what stands last in it is not printed. */
#define CTL_SELECT(COLUMNS)	"select" COLUMNS(CTL_COLUMN_SQL) " null"
/* The array of the same columns. */
#define CTL_COLUMNS(COLUMNS)	{ COLUMNS(CTL_COLUMN_ROW) }
#define CTL_COUNT(columns)	((int)(sizeof(columns) / sizeof((columns)[0])))

/* A time, in SQL, as it is printed. */
#define CTL_TIME(column)	"to_char(" column " at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

struct ctl_table {
	const PGresult			*rows;
	const struct ctl_column		*columns;
	int				 count;		/* of the columns */
	const char			*none;		/* printed instead when there are no rows */
};

/**
 * ctl_table_print(table):
 * Print the rows under the names of their columns, each as wide as its widest cell, numbers to the
 * right.
 */
void		ctl_table_print(const struct ctl_table *);

/** ctl_table_print_record(table): Print the first row, one line for each column that has a value. */
void		ctl_table_print_record(const struct ctl_table *);

/** ctl_table_put(table, write): Write the rows as an array of objects. */
void		ctl_table_put(const struct ctl_table *, struct json_write *);

/** ctl_table_put_row(table, row, write): Write the members of ${row} into the object that is open. */
void		ctl_table_put_row(const struct ctl_table *, int, struct json_write *);

/** ctl_table_answer(arguments, table): The whole answer of a command that lists: JSON if --json was given. */
enum ctl_status	ctl_table_answer(const struct ctl_arguments *, const struct ctl_table *);

#endif /* !CTL_TABLE_H */
