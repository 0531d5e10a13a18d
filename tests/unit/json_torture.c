/*
 * Reading json_torture.txt, whose first lines say what it looks like.
 */
#include "json_torture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char	*file_read(const char *);
static bool	 case_read(char *, struct torture *);
static bool	 verdict_read(const char *, struct torture *);
static bool	 document_decode(const char *, struct buf *);
static size_t	 byte_decode(const char *, struct buf *);
static size_t	 repeat_decode(const char *, struct buf *);

bool
torture_read(struct torture_list *list)
{
	char	*line, *rest;

	memset(list, 0, sizeof(*list));
	list->text = rest = file_read(TORTURE_FILE);
	if (list->text == NULL) {
		fprintf(stderr, "%s: not there; this program runs at the top\n", TORTURE_FILE);
		return false;
	}
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (list->count == TORTURE_CASES_MAX ||
		    !case_read(line, &list->cases[list->count++])) {
			fprintf(stderr, "%s: malformed: %s\n", TORTURE_FILE, line);
			return false;
		}
	}
	return true;
}

void
torture_release(struct torture_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		buf_release(&list->cases[i].document);
	free(list->text);
}

static char *
file_read(const char *name)
{
	FILE	*file = fopen(name, "rb");
	char	*text = NULL;
	size_t	 size = 0;

	if (file == NULL)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	(void)fclose(file);	/* it was only read */
	return text;
}

static bool
case_read(char *line, struct torture *torture)
{
	char	*verdict = strsep(&line, "\t"), *document;

	buf_init(&torture->document, TORTURE_BYTES_MAX);
	torture->name = strsep(&line, "\t");
	document = strsep(&line, "\t");
	torture->reason = line;
	return document != NULL && verdict_read(verdict, torture) &&
	    document_decode(document, &torture->document);
}

static bool
verdict_read(const char *verdict, struct torture *torture)
{
	torture->accepted = verdict[0] == 'y' || verdict[1] == '+';
	torture->chosen = verdict[0] == 'i';
	return strcmp(verdict, "y") == 0 || strcmp(verdict, "n") == 0 ||
	    strcmp(verdict, "i+") == 0 || strcmp(verdict, "i-") == 0;
}

static bool
document_decode(const char *text, struct buf *document)
{
	while (*text != '\0') {
		size_t	len = text[0] == '%' && text[1] == '{' ? repeat_decode(text, document) :
		    byte_decode(text, document);

		if (len == 0)
			return false;
		text += len;
	}
	return buf_ok(document);
}

/* Put the byte that ${text} begins with, as itself or as %XX; its length in ${text}, or 0. */
static size_t
byte_decode(const char *text, struct buf *document)
{
	char	 digits[3] = "", *end;
	long	 byte;

	if (text[0] != '%') {
		buf_putc(document, text[0]);
		return 1;
	}
	memcpy(digits, text + 1, strnlen(text + 1, 2));
	byte = strtol(digits, &end, 16);
	if (end != digits + 2)
		return 0;
	buf_putc(document, (char)byte);
	return 3;
}

/* The same for %{N:text}. */
static size_t
repeat_decode(const char *text, struct buf *document)
{
	const char	*close = strchr(text, '}'), *begin;
	char		*colon;
	unsigned long	 count = strtoul(text + 2, &colon, 10);

	if (close == NULL || *colon != ':')
		return 0;
	for (begin = colon + 1; count > 0; count--) {
		for (const char *at = begin; at < close;) {
			size_t	len = byte_decode(at, document);

			if (len == 0)
				return 0;
			at += len;
		}
	}
	return (size_t)(close + 1 - text);
}
