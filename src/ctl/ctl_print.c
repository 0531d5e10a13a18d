/*
 * Text for a person at a terminal, or for the program behind a pipe.
 */
#include "ctl/ctl_print.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/integer.h"
#include "base/json_write.h"
#include "core/money.h"

#define REMOVED_JSON_MAX	1024

static enum ctl_status	removed_print_json(const struct ctl_removed *, size_t);

void
ctl_complain(const char *format, ...)
{
	va_list	list;

	va_start(list, format);
	(void)fputs("kassactl: ", stderr);
	(void)vfprintf(stderr, format, list);
	(void)fputc('\n', stderr);
	va_end(list);
}

void
ctl_print_pair(const char *name, const char *value)
{
	(void)printf("%-16s %s\n", name, value);
}

enum ctl_status
ctl_print_json(const struct buf *json)
{
	if (!buf_ok(json)) {
		ctl_complain("the answer is too long to print as JSON");
		return CTL_FAILED;
	}
	(void)puts(buf_text(json));
	return CTL_DONE;
}

enum ctl_status
ctl_print_removed(const struct ctl_arguments *arguments, const struct ctl_removed *removed, size_t count)
{
	const char	*before = "removed:";

	if (arguments->option[CTL_JSON] != NULL)
		return removed_print_json(removed, count);
	for (size_t i = 0; i < count; i++) {
		if (removed[i].words == NULL)
			continue;
		(void)printf("%s %lld %s", before, (long long)removed[i].count, removed[i].words);
		before = ",";
	}
	(void)puts("");
	return CTL_DONE;
}

static enum ctl_status
removed_print_json(const struct ctl_removed *removed, size_t count)
{
	struct json_write	write;
	struct buf		json;
	enum ctl_status		status;

	buf_init(&json, REMOVED_JSON_MAX);
	json_write_init(&write, &json);
	json_open_object(&write);
	for (size_t i = 0; i < count; i++)
		json_integer_member(&write, removed[i].member, removed[i].count);
	json_close_object(&write);
	status = ctl_print_json(&json);
	buf_release(&json);
	return status;
}

void
ctl_cell_money(const char *minor, const char *currency, char text[CTL_CELL_SIZE])
{
	struct money	money = { 0, currency_find(slice_of(currency)) };
	char		printed[MONEY_TEXT_SIZE];

	if (money.currency != NULL && integer_read(slice_of(minor), &money.minor) &&
	    money.minor >= 0) {
		money_print(money, printed);
		minor = printed;
	}
	(void)slice_copy(slice_of(minor), text, CTL_CELL_SIZE);
}
