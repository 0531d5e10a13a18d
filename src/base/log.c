/*
 * Log lines, gathered and written once a turn of the loop.  Every floor may write one.
 */
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_write.h"
#include "base/log_mask.h"
#include "base/utf8.h"

#define LOG_BATCH_BYTES	65536	/* lines that wait for log_flush() */
#define LOG_TEXT_MAX	512	/* bytes of one field, before it is escaped */
#define LOG_HINT_LEN	8

static void		line_print(struct buf *, const struct log_entry *);
static void		line_add(const struct log_entry *);
static void		lost_report(void);
static void		place_members(struct json_write *, const struct log_entry *);
static void		money_members(struct json_write *, const struct log_entry *);
static void		text_member(struct json_write *, const char *, const char *);
static void		count_member(struct json_write *, const char *, int64_t);
static struct slice	text_cut(struct slice);
static const char	*session_hint(const char *, char[LOG_HINT_LEN + 1]);

static const char *const	level_names[] = { "debug", "info", "warning", "error", "alert" };

static const char	*program = "kassa";
static enum log_level	 least = LOG_LEVEL_INFO;
static int		 output = STDOUT_FILENO;
static char		 batch[LOG_BATCH_BYTES];
static size_t		 batch_len;
static size_t		 batch_sent;	/* of it, when a full pipe took only a part */
static int64_t		 lost;		/* lines that found no room since the last report */
static pid_t		 pid;		/* whose batch it is */
static struct buf	 line;		/* keeps its memory between lines */

void
log_start(const char *name, enum log_level lowest)
{
	program = name;
	least = lowest;
}

void
log_divert(int fd)
{
	log_flush();
	output = fd;
}

void
log_write(const struct log_entry *entry)
{
	if (entry->level < least)
		return;
	if (lost > 0)
		lost_report();
	line_add(entry);
}

void
log_flush(void)
{
	while (batch_sent < batch_len) {
		ssize_t	len = write(output, batch + batch_sent, batch_len - batch_sent);

		if (len >= 0)
			batch_sent += (size_t)len;
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR)
			break;		/* nobody reads: there is nowhere to say so */
	}
	batch_len = batch_sent = 0;
}

static void
line_add(const struct log_entry *entry)
{
	if (line.max == 0)
		buf_init(&line, LOG_BATCH_BYTES);
	if (batch_len == 0)
		pid = getpid();		/* once a batch: a batch is never carried into a fork */
	buf_clear(&line);
	line_print(&line, entry);
	if (buf_ok(&line) && line.len > LOG_BATCH_BYTES - batch_len)
		log_flush();
	if (!buf_ok(&line) || line.len > LOG_BATCH_BYTES - batch_len) {
		lost++;
		return;
	}
	memcpy(batch + batch_len, line.at, line.len);
	batch_len += line.len;
}

static void
lost_report(void)
{
	struct log_entry	entry = { .level = LOG_LEVEL_ERROR, .event = "log_lost" };
	int64_t			before = lost;

	entry.count = before;
	line_add(&entry);
	if (lost == before)
		lost = 0;
	else
		lost = before;	/* the report itself is no lost line */
}

static void
line_print(struct buf *into, const struct log_entry *entry)
{
	struct json_write	write;
	char			time[CLOCK_TEXT_SIZE];

	assert(entry->level < sizeof(level_names) / sizeof(level_names[0]));
	clock_text(clock_now_us(), time);
	json_write_init(&write, into);
	json_open_object(&write);
	json_text_member(&write, "time", time);
	json_text_member(&write, "level", level_names[entry->level]);
	json_text_member(&write, "program", program);
	json_integer_member(&write, "pid", pid);
	text_member(&write, "event", entry->event);
	place_members(&write, entry);
	money_members(&write, entry);
	text_member(&write, "fault", entry->fault);
	text_member(&write, "sqlstate", entry->sqlstate);
	text_member(&write, "detail", entry->detail);
	count_member(&write, "count", entry->count);
	json_close_object(&write);
	buf_putc(into, '\n');
}

/* Which request it was. */
static void
place_members(struct json_write *write, const struct log_entry *entry)
{
	text_member(write, "requestId", entry->request_id);
	text_member(write, "method", entry->method);
	text_member(write, "route", entry->route);
	count_member(write, "status", entry->status);
	count_member(write, "durationUs", entry->duration_us);
}

/* Whose money it was, and what became of it. */
static void
money_members(struct json_write *write, const struct log_entry *entry)
{
	char	hint[LOG_HINT_LEN + 1];

	text_member(write, "accountId", entry->account_id);
	text_member(write, "sessionHint", session_hint(entry->session_id, hint));
	text_member(write, "transactionId", entry->transaction_id);
	text_member(write, "chargeId", entry->charge_id);
	text_member(write, "refundId", entry->refund_id);
	text_member(write, "subject", entry->subject);
	text_member(write, "operation", entry->operation);
	text_member(write, "dialect", entry->dialect);
	text_member(write, "outcome", entry->outcome);
	text_member(write, "decline", entry->decline);
	text_member(write, "rule", entry->rule);
}

/* Keys are masked before the text is cut: half of one would look like none. */
static void
text_member(struct json_write *write, const char *name, const char *text)
{
	char		copy[2 * LOG_TEXT_MAX];
	struct slice	whole = slice_of(text);

	if (text == NULL)
		return;
	if (whole.len > sizeof(copy))
		whole.len = sizeof(copy);
	memcpy(copy, whole.at, whole.len);
	log_mask(copy, whole.len);
	json_slice_member(write, name, text_cut((struct slice){ copy, whole.len }));
}

static void
count_member(struct json_write *write, const char *name, int64_t count)
{
	if (count > 0)
		json_integer_member(write, name, count);
}

/* Cut at LOG_TEXT_MAX, and not in the middle of a character. */
static struct slice
text_cut(struct slice text)
{
	size_t	len = 0, step;

	if (text.len <= LOG_TEXT_MAX)
		return text;
	for (;;) {
		step = utf8_len((struct slice){ text.at + len, text.len - len });
		if (step == 0)
			step = 1;	/* not valid; the writer replaces it */
		if (len + step > LOG_TEXT_MAX)
			break;
		len += step;
	}
	text.len = len;
	return text;
}

/* A session's id is a capability.  40 of its 130 random bits tell it apart and open nothing. */
static const char *
session_hint(const char *session_id, char hint[LOG_HINT_LEN + 1])
{
	const char	*random;
	struct slice	 first;

	if (session_id == NULL)
		return NULL;
	random = strchr(session_id, '_');
	first = slice_of(random == NULL ? session_id : random + 1);
	if (first.len > LOG_HINT_LEN)
		first.len = LOG_HINT_LEN;
	(void)slice_copy(first, hint, LOG_HINT_LEN + 1);	/* fits, and strings hold no NUL */
	return hint;
}
