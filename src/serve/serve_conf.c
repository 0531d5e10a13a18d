/*
 * Kore's configuration: the template conf/kore.conf.in, which is part of the program, filled in with
 * the settings.  serve_run.c hands it on as a memory file, so nothing is written to disk.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "serve/serve_internal.h"

#define CONF_MAX	8192

__asm__(".pushsection .rodata\n"
    "conf_begin: .incbin \"conf/kore.conf.in\"\n"
    "conf_end: .byte 0\n"
    ".popsection\n");

extern const char	conf_begin[] __attribute__((visibility("hidden")));
extern const char	conf_end[] __attribute__((visibility("hidden")));

static void	conf_fill(const struct serve_options *, struct slice, struct buf *);
static bool	conf_put_word(const struct serve_options *, struct slice, struct buf *);
static void	conf_put_inner(const struct serve_door *, struct buf *);
static int	conf_to_memory(struct slice);

int
serve_conf_write(const struct serve_options *options)
{
	struct slice	template = { conf_begin, (size_t)(conf_end - conf_begin) };
	struct buf	text;
	int		fd = -1;

	buf_init(&text, CONF_MAX);
	conf_fill(options, template, &text);
	if (buf_ok(&text))
		fd = conf_to_memory(buf_slice(&text));
	buf_release(&text);
	return fd;
}

/* Copies the template; "@name@" becomes a setting, any other text stays. */
static void
conf_fill(const struct serve_options *options, struct slice template, struct buf *text)
{
	const char	*at = template.at, *end = template.at + template.len;

	while (at < end) {
		const char	*stop = *at == '@' ? memchr(at + 1, '@', (size_t)(end - at - 1)) : NULL;
		struct slice	 word = { at + 1, stop != NULL ? (size_t)(stop - at - 1) : 0 };

		if (stop != NULL && conf_put_word(options, word, text))
			at = stop + 1;
		else
			buf_putc(text, *at++);
	}
}

static bool
conf_put_word(const struct serve_options *options, struct slice word, struct buf *text)
{
	if (slice_is(word, "inner"))
		conf_put_inner(&options->inner, text);
	else if (slice_is(word, "workers"))
		buf_printf(text, "%ld", options->workers);
	else if (slice_is(word, "port"))
		buf_printf(text, "%ld", options->door.port);
	else if (slice_is(word, "address"))
		buf_puts(text, options->door.address);
	else if (slice_is(word, "program"))
		buf_puts(text, options->program);
	else
		return false;
	return true;
}

static void
conf_put_inner(const struct serve_door *inner, struct buf *text)
{
	if (inner->port == 0)
		return;
	buf_printf(text, "server inner {\n\tbind\t%s %ld\n\ttls\tno\n}\n\n"
	    "domain * {\n\tattach\tinner\n\troute\t^\tserve_dispatch_inner\n}\n", inner->address, inner->port);
}

static int
conf_to_memory(struct slice text)
{
	ssize_t	written;
	int	fd;

	if ((fd = memfd_create("kore.conf", 0)) == -1)
		return -1;
	written = write(fd, text.at, text.len);
	if (written != (ssize_t)text.len) {
		(void)close(fd);	/* a failed start either way */
		return -1;
	}
	return fd;
}
