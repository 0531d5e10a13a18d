/*
 * Built text: a buffer with a maximum that is chosen at its birth.
 * Failure (too long, no memory) is sticky; ask once, at the end, with buf_ok().
 */
#ifndef BUF_H
#define BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct buf {
	char	*at;		/* owned; NUL-terminated while ok */
	size_t	 len;
	size_t	 size;		/* allocated */
	size_t	 max;		/* ${len} never exceeds it */
	bool	 failed;	/* nothing is put any more */
};

/** buf_init(buf, max_bytes): Make ${buf} empty; nothing is allocated yet. */
void		buf_init(struct buf *, size_t);

/** buf_release(buf): Free the text; ${buf} may be initialised again. */
void		buf_release(struct buf *);

/** buf_wipe(buf): buf_release(), after overwriting the text: for secrets. */
void		buf_wipe(struct buf *);

/** buf_clear(buf): Make ${buf} empty and good again, keeping its memory for the next text. */
void		buf_clear(struct buf *);

/** buf_put*(buf, …): Append bytes, a string, a character, a formatted text. */
void		buf_put(struct buf *, struct slice);
void		buf_puts(struct buf *, const char *);
void		buf_putc(struct buf *, char);
void		buf_printf(struct buf *, const char *, ...) __attribute__((format(printf, 2, 3)));
void		buf_vprintf(struct buf *, const char *, va_list)
		    __attribute__((format(printf, 2, 0)));

/** buf_ok(buf): Whether everything that was put is in ${buf}. */
bool		buf_ok(const struct buf *);

/** buf_slice(buf): The text so far, lent until the next call on ${buf}. */
struct slice	buf_slice(const struct buf *);

/** buf_text(buf): The same as a NUL-terminated string; "" while empty. */
const char	*buf_text(const struct buf *);

#endif /* !BUF_H */
