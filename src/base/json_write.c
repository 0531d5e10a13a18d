/*
 * Writing JSON: commas, nesting and escapes.  Every answer and log line is written with it.
 */
#include "base/json_write.h"

#include <assert.h>

#include "base/integer.h"
#include "base/utf8.h"

static void	value_begin(struct json_write *);
static void	nest_open(struct json_write *, char);
static void	nest_close(struct json_write *, char);
static size_t	plain_len(struct slice);
static size_t	special_put(struct buf *, struct slice);
static void	escape_put(struct buf *, unsigned);

void
json_write_init(struct json_write *write, struct buf *buf)
{
	*write = (struct json_write){ .buf = buf };
}

void
json_open_object(struct json_write *write)
{
	nest_open(write, '{');
}

void
json_close_object(struct json_write *write)
{
	nest_close(write, '}');
}

void
json_open_array(struct json_write *write)
{
	nest_open(write, '[');
}

void
json_close_array(struct json_write *write)
{
	nest_close(write, ']');
}

void
json_name(struct json_write *write, const char *name)
{
	assert(write->depth > 0);
	value_begin(write);
	buf_putc(write->buf, '"');
	buf_puts(write->buf, name);
	buf_puts(write->buf, "\":");
	write->named = true;
}

/* Runs of plain characters are put at once; they are nearly everything. */
void
json_put_text(struct json_write *write, struct slice text)
{
	value_begin(write);
	buf_putc(write->buf, '"');
	while (text.len > 0) {
		size_t	len = plain_len(text);

		if (len > 0)
			buf_put(write->buf, (struct slice){ text.at, len });
		else
			len = special_put(write->buf, text);
		text.at += len;
		text.len -= len;
	}
	buf_putc(write->buf, '"');
}

void
json_put_bool(struct json_write *write, bool value)
{
	json_put_raw(write, slice_of(value ? "true" : "false"));
}

void
json_put_integer(struct json_write *write, int64_t value)
{
	struct integer	integer;

	json_put_raw(write, slice_of(integer_print(value, &integer)));
}

void
json_put_null(struct json_write *write)
{
	json_put_raw(write, slice_of("null"));
}

void
json_put_raw(struct json_write *write, struct slice json)
{
	assert(json.len > 0);
	value_begin(write);
	buf_put(write->buf, json);
}

void
json_text_member(struct json_write *write, const char *name, const char *text)
{
	json_name(write, name);
	if (text == NULL)
		json_put_null(write);
	else
		json_put_text(write, slice_of(text));
}

void
json_slice_member(struct json_write *write, const char *name, struct slice text)
{
	json_name(write, name);
	json_put_text(write, text);
}

void
json_bool_member(struct json_write *write, const char *name, bool value)
{
	json_name(write, name);
	json_put_bool(write, value);
}

void
json_integer_member(struct json_write *write, const char *name, int64_t value)
{
	json_name(write, name);
	json_put_integer(write, value);
}

void
json_raw_member(struct json_write *write, const char *name, struct slice json)
{
	json_name(write, name);
	json_put_raw(write, json);
}

/* A value behind its name needs no comma; any other does, but the first at its depth. */
static void
value_begin(struct json_write *write)
{
	if (write->named) {
		write->named = false;
		return;
	}
	if (write->filled[write->depth]) {
		assert(write->depth > 0);
		buf_putc(write->buf, ',');
	}
	write->filled[write->depth] = true;
}

static void
nest_open(struct json_write *write, char c)
{
	value_begin(write);
	buf_putc(write->buf, c);
	write->depth++;
	assert(write->depth <= JSON_WRITE_DEPTH_MAX);
	write->filled[write->depth] = false;
}

static void
nest_close(struct json_write *write, char c)
{
	assert(write->depth > 0 && !write->named);
	write->depth--;
	buf_putc(write->buf, c);
}

/* How many characters at the beginning of ${text} are ASCII that stands for itself. */
static size_t
plain_len(struct slice text)
{
	size_t	i;

	for (i = 0; i < text.len; i++) {
		unsigned char	c = (unsigned char)text.at[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<')
			break;
	}
	return i;
}

/*
 * Put the one character that plain_len() stopped at, and return its length in ${text}.
 * U+2028 and U+2029 end a line in old JavaScript; '<' could end a script element.
 */
static size_t
special_put(struct buf *buf, struct slice text)
{
	size_t	len = utf8_len(text);

	if (len == 0) {
		escape_put(buf, 0xfffd);
		return 1;
	}
	if (len == 1 && text.at[0] != '\x7f')
		escape_put(buf, (unsigned char)text.at[0]);
	else if (slice_starts(text, "\xe2\x80\xa8"))
		escape_put(buf, 0x2028);
	else if (slice_starts(text, "\xe2\x80\xa9"))
		escape_put(buf, 0x2029);
	else
		buf_put(buf, (struct slice){ text.at, len });
	return len;
}

static void
escape_put(struct buf *buf, unsigned character)
{
	switch (character) {
	case '"':
		buf_puts(buf, "\\\"");
		break;
	case '\\':
		buf_puts(buf, "\\\\");
		break;
	case '\b':
		buf_puts(buf, "\\b");
		break;
	case '\f':
		buf_puts(buf, "\\f");
		break;
	case '\n':
		buf_puts(buf, "\\n");
		break;
	case '\r':
		buf_puts(buf, "\\r");
		break;
	case '\t':
		buf_puts(buf, "\\t");
		break;
	default:
		buf_printf(buf, "\\u%04x", character);
	}
}
