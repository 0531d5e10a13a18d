/*
 * Text for a person at a terminal, or for the program behind a pipe.
 */
#include "ctl/ctl_print.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/integer.h"
#include "core/money.h"

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
