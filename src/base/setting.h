/*
 * One setting: a name in the environment, a kind that checks it, a place to put it, a line of help.
 * Programs have tables of them (base/settings.c, simulator/simulator_settings.c).
 */
#ifndef SETTING_H
#define SETTING_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"

#define SETTING_TEXT_SIZE	1024	/* one value, with the NUL */

enum setting_kind {
	SETTING_TEXT,		/* char[SETTING_TEXT_SIZE]; or NAME_FILE names a file with it */
	SETTING_URL,		/* char[SETTING_TEXT_SIZE]: http(s), host, optional port and path */
	SETTING_SECRET,		/* as SETTING_TEXT */
	SETTING_ADDRESS,	/* char[SETTING_TEXT_SIZE]: an IP address to listen on */
	SETTING_PORT,		/* long: 1 to 65535 */
	SETTING_COUNT,		/* long: within low and high */
	SETTING_MS,		/* long: milliseconds, within low and high */
	SETTING_SWITCH		/* long: "on" is 1, "off" is 0 */
};

struct setting {
	const char		*name;		/* "KASSA_PORT" */
	enum setting_kind	 kind;
	size_t			 offset;	/* of the field in the program's struct */
	long			 low, high;	/* for COUNT and MS */
	const char		*fallback;	/* NULL: must be set; "": may stay empty */
	const char		*help;		/* one line, for --help and the README's table */
};

struct setting_table {
	const struct setting	*at;
	size_t			 count;
	const char		*prefix;	/* "KASSA_": unknown names with it are refused */
};

/**
 * setting_read(table, environment, into, complaints):
 * Fill the struct ${into} from ${environment} (NULL-terminated "NAME=value").  Every missing,
 * malformed or unknown name with the table's prefix adds one line to ${complaints} that names it
 * and says what it should look like; a value is never repeated.  An empty variable counts as unset.
 * Return FAULT_NONE, or FAULT_SETTING_INVALID if there is a complaint.
 */
enum fault	setting_read(const struct setting_table *, char *const *, void *, struct buf *);

/** setting_help(table, text): Append the table as a Markdown table: name, default, meaning. */
void		setting_help(const struct setting_table *, struct buf *);

#endif /* !SETTING_H */
