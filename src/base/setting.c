/*
 * Reading a table of settings out of the environment.  Each program does it once, before it forks.
 */
#include "base/setting.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/integer.h"
#include "base/setting_shape.h"

#define FILE_SUFFIX	"_FILE"

/* One row while it is read: its value, or what is wrong with it. */
struct reading {
	const struct setting	*row;
	char			 text[SETTING_TEXT_SIZE];
	void			*into;		/* the program's struct */
	struct buf		*complaints;
};

static void		 row_read(struct reading *, char *const *);
static bool		 text_find(struct reading *, char *const *);
static bool		 file_read(struct reading *, struct slice);
static int		 file_load(const char *, char[SETTING_TEXT_SIZE]);
static void		 value_store(struct reading *);
static bool		 kind_takes_file(enum setting_kind);
static void		 shape_complain(struct reading *);
static void		 unknown_complain(const struct setting_table *, struct slice, struct buf *);
static bool		 name_is_known(const struct setting_table *, struct slice);
static bool		 name_is(struct slice, const char *, const char *);
static struct slice	 name_of(const char *);
static struct slice	 value_find(char *const *, const char *, const char *);

enum fault
setting_read(const struct setting_table *table, char *const *environment, void *into,
    struct buf *complaints)
{
	struct reading	reading = { .into = into, .complaints = complaints };
	size_t		before = complaints->len;

	for (size_t i = 0; i < table->count; i++) {
		reading.row = &table->at[i];
		row_read(&reading, environment);
	}
	explicit_bzero(reading.text, sizeof(reading.text));
	for (size_t i = 0; environment[i] != NULL; i++)
		unknown_complain(table, name_of(environment[i]), complaints);
	return complaints->len == before && buf_ok(complaints) ? FAULT_NONE : FAULT_SETTING_INVALID;
}

void
setting_help(const struct setting_table *table, struct buf *text)
{
	buf_puts(text, "| Name | Default | Meaning |\n|---|---|---|\n");
	for (size_t i = 0; i < table->count; i++) {
		const struct setting	*row = &table->at[i];

		buf_printf(text, "| `%s` | ", row->name);
		if (row->fallback == NULL)
			buf_puts(text, "required");
		else if (row->fallback[0] == '\0')
			buf_puts(text, "empty");
		else
			buf_printf(text, "`%s`", row->fallback);
		buf_printf(text, " | %s |\n", row->help);
	}
}

static void
row_read(struct reading *reading, char *const *environment)
{
	const struct setting	*row = reading->row;

	if (!text_find(reading, environment))
		return;
	if (reading->text[0] == '\0' && row->fallback == NULL) {
		buf_printf(reading->complaints, "%s is required: %s\n", row->name, row->help);
		return;
	}
	if (reading->text[0] == '\0' && !slice_copy(slice_of(row->fallback), reading->text,
	    sizeof(reading->text)))
		assert(!"a fallback is too long");
	if ((row->fallback != NULL && row->fallback[0] == '\0' && reading->text[0] == '\0') ||
	    setting_shape_holds(row, slice_of(reading->text)))
		value_store(reading);
	else
		shape_complain(reading);
}

/* Take the text of its variable or of the file that NAME_FILE names; "" if neither is set. */
static bool
text_find(struct reading *reading, char *const *environment)
{
	const struct setting	*row = reading->row;
	struct slice		 value = value_find(environment, row->name, "");
	struct slice		 path = { "", 0 };

	if (kind_takes_file(row->kind))
		path = value_find(environment, row->name, FILE_SUFFIX);
	if (value.len > 0 && path.len > 0) {
		buf_printf(reading->complaints, "%s and %s" FILE_SUFFIX
		    " are both set; one of them is enough\n", row->name, row->name);
		return false;
	}
	if (path.len > 0)
		return file_read(reading, path);
	if (!slice_copy(value, reading->text, sizeof(reading->text))) {
		buf_printf(reading->complaints, "%s should have at most %d characters\n", row->name,
		    SETTING_TEXT_SIZE - 1);
		return false;
	}
	return true;
}

static bool
file_read(struct reading *reading, struct slice path)
{
	int	problem = file_load(path.at, reading->text);

	if (problem == 0)
		return true;
	buf_printf(reading->complaints, "%s" FILE_SUFFIX " names a file that cannot be used: %s\n",
	    reading->row->name, strerror(problem));
	return false;
}

/* Load a file of one value without the newlines at its end; return 0 or an errno. */
static int
file_load(const char *path, char text[SETTING_TEXT_SIZE])
{
	size_t	len = 0;
	ssize_t	got = 1;
	int	fd, problem = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return errno;
	while (got > 0 && len < SETTING_TEXT_SIZE) {
		got = read(fd, text + len, SETTING_TEXT_SIZE - len);
		if (got > 0)
			len += (size_t)got;
	}
	if (got < 0)
		problem = errno;
	(void)close(fd);	/* was only read */
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (problem == 0 && len == SETTING_TEXT_SIZE)
		problem = EFBIG;
	if (problem == 0 && (len == 0 || memchr(text, '\0', len) != NULL))
		problem = EINVAL;
	text[problem == 0 ? len : 0] = '\0';
	return problem;
}

static void
value_store(struct reading *reading)
{
	const struct setting	*row = reading->row;
	char			*field = (char *)reading->into + row->offset;
	struct slice		 text = slice_of(reading->text);
	int64_t			 number = 0;
	long			 value;

	switch (row->kind) {
	case SETTING_PORT:
	case SETTING_COUNT:
	case SETTING_MS:
		(void)integer_read(text, &number);	/* was found good */
		value = (long)number;
		memcpy(field, &value, sizeof(value));
		break;
	case SETTING_SWITCH:
		value = slice_is(text, "on");
		memcpy(field, &value, sizeof(value));
		break;
	default:
		memcpy(field, reading->text, text.len + 1);
	}
}

static bool
kind_takes_file(enum setting_kind kind)
{
	return kind == SETTING_SECRET || kind == SETTING_TEXT;
}

/* The value itself is not repeated: an operator may have put a secret into the wrong variable. */
static void
shape_complain(struct reading *reading)
{
	buf_printf(reading->complaints, "%s should be ", reading->row->name);
	setting_shape_describe(reading->row, reading->complaints);
	buf_putc(reading->complaints, '\n');
}

static void
unknown_complain(const struct setting_table *table, struct slice name, struct buf *complaints)
{
	if (!slice_starts(name, table->prefix) || name_is_known(table, name))
		return;
	buf_put(complaints, name);
	buf_puts(complaints, " is not a setting; see --help for those there are\n");
}

static bool
name_is_known(const struct setting_table *table, struct slice name)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct setting	*row = &table->at[i];

		if (name_is(name, row->name, ""))
			return true;
		if (kind_takes_file(row->kind) && name_is(name, row->name, FILE_SUFFIX))
			return true;
	}
	return false;
}

static bool
name_is(struct slice name, const char *base, const char *suffix)
{
	size_t	len = strlen(base);

	return slice_starts(name, base) &&
	    slice_is((struct slice){ name.at + len, name.len - len }, suffix);
}

static struct slice
name_of(const char *variable)
{
	return (struct slice){ variable, strcspn(variable, "=") };
}

/* The value of the first variable with the name ${base}${suffix}; empty if there is none. */
static struct slice
value_find(char *const *environment, const char *base, const char *suffix)
{
	for (size_t i = 0; environment[i] != NULL; i++) {
		struct slice	name = name_of(environment[i]);

		if (name_is(name, base, suffix) && environment[i][name.len] == '=')
			return slice_of(environment[i] + name.len + 1);
	}
	return slice_of("");
}
