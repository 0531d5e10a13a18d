/*
 * Growing text up to its maximum.  Everyone who builds an answer, a statement or a page uses it.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_SIZE	256	/* bytes of the first allocation */

static bool	buf_reserve(struct buf *, size_t);
static bool	buf_grow(struct buf *, size_t);

void
buf_init(struct buf *buf, size_t max_bytes)
{
	memset(buf, 0, sizeof(*buf));
	buf->max = max_bytes;
}

void
buf_release(struct buf *buf)
{
	free(buf->at);
	buf_init(buf, buf->max);
}

void
buf_wipe(struct buf *buf)
{
	if (buf->at != NULL)
		explicit_bzero(buf->at, buf->size);
	buf_release(buf);
}

void
buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->at != NULL)
		buf->at[0] = '\0';
}

void
buf_put(struct buf *buf, struct slice text)
{
	if (text.len == 0 || !buf_reserve(buf, text.len))
		return;
	memcpy(buf->at + buf->len, text.at, text.len);
	buf->len += text.len;
	buf->at[buf->len] = '\0';
}

void
buf_puts(struct buf *buf, const char *text)
{
	buf_put(buf, slice_of(text));
}

void
buf_putc(struct buf *buf, char c)
{
	buf_put(buf, (struct slice){ &c, 1 });
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list	values;

	va_start(values, format);
	buf_vprintf(buf, format, values);
	va_end(values);
}

/* The length is asked first: a text that does not fit leaves nothing of itself behind. */
void
buf_vprintf(struct buf *buf, const char *format, va_list values)
{
	va_list	again;
	int	need, len;

	va_copy(again, values);
	need = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (need < 0) {
		buf->failed = true;
		return;
	}
	if (need == 0 || !buf_reserve(buf, (size_t)need))
		return;
	len = vsnprintf(buf->at + buf->len, (size_t)need + 1, format, values);
	assert(len == need);
	buf->len += (size_t)need;
}

bool
buf_ok(const struct buf *buf)
{
	return !buf->failed;
}

struct slice
buf_slice(const struct buf *buf)
{
	return (struct slice){ buf_text(buf), buf->len };
}

const char *
buf_text(const struct buf *buf)
{
	return buf->at == NULL ? "" : buf->at;
}

/* Whether ${more} bytes and the NUL fit, after making room for them. */
static bool
buf_reserve(struct buf *buf, size_t more)
{
	if (buf->failed)
		return false;
	if (more > buf->max - buf->len)
		buf->failed = true;
	else if (buf->size - buf->len <= more)
		buf->failed = !buf_grow(buf, buf->len + more + 1);
	return !buf->failed;
}

/* Not realloc(): it could leave a copy of a secret behind. */
static bool
buf_grow(struct buf *buf, size_t least)
{
	size_t	 size = buf->size == 0 ? BUF_FIRST_SIZE : buf->size;
	char	*at;

	while (size < least)
		size *= 2;
	if (size > buf->max + 1)
		size = buf->max + 1;
	at = malloc(size);
	if (at == NULL)
		return false;
	if (buf->at != NULL) {
		memcpy(at, buf->at, buf->len + 1);
		explicit_bzero(buf->at, buf->len);
		free(buf->at);
	}
	buf->at = at;
	buf->size = size;
	return true;
}
