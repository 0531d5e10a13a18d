/*
 * Arrays for statements.
 */
#include "store/store_array.h"

void
store_array_add(struct buf *array, const char *text)
{
	buf_puts(array, array->len == 0 ? "{\"" : ",\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(array, '\\');
		buf_putc(array, *text);
	}
	buf_putc(array, '"');
}

void
store_array_end(struct buf *array)
{
	buf_puts(array, array->len == 0 ? "{}" : "}");
}
