/*
 * One setting at a time, with the rules of base/setting.h.
 */
#include "ctl/ctl_setting.h"

#include <string.h>
#include <unistd.h>

#include "ctl/ctl_print.h"

#define COMPLAINT_MAX	2048

enum fault
ctl_setting_read(const char *name, const char *help, char value[SETTING_TEXT_SIZE])
{
	const struct setting		row = {
		.name = name, .kind = SETTING_SECRET, .fallback = "", .help = help,
	};
	/* The server's settings are in the same environment: only names of our own could be wrong. */
	const struct setting_table	table = { &row, 1, "KASSACTL_" };
	struct buf			complaint;
	enum fault			fault;

	value[0] = '\0';
	buf_init(&complaint, COMPLAINT_MAX);
	fault = setting_read(&table, environ, value, &complaint);
	if (fault) {
		/* Each complaint is a line with its newline: one of them is enough. */
		ctl_complain("%.*s", (int)strcspn(buf_text(&complaint), "\n"), buf_text(&complaint));
	}
	buf_release(&complaint);
	return fault;
}
