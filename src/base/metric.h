/*
 * Numbers for the operator's monitoring.  Every worker counts in a slot of its own of one shared memory, and
 * whoever is asked adds the slots up; so a worker that dies takes no count with it.  A family is a static object
 * of the file that counts.  Before metric_share(), and in programs without it, counting does nothing.
 * Source of the text: Prometheus, exposition formats, text format 0.0.4.
 */
#ifndef METRIC_H
#define METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define METRIC_LABELS_MAX	2

enum metric_kind {
	METRIC_COUNTER,
	METRIC_GAUGE,		/* of this worker; the sum is what is told */
	METRIC_HISTOGRAM	/* of microseconds; told in seconds */
};

struct metric_label {
	const char	*name;			/* "outcome" */
	const char	*(*value)(size_t);	/* each of its values */
	size_t		 count;
};

struct metric {
	enum metric_kind	 kind;
	const char		*name;		/* "kassa_requests_total" */
	const char		*help;
	struct metric_label	 labels[METRIC_LABELS_MAX];	/* without a name: not there */
	size_t			 first;		/* its cells in a slot: metric_declare() */
	struct metric		*next;
};

/** metric_declare(metric): It is one of those that are told.  All of them before metric_share(). */
void	metric_declare(struct metric *);

/** metric_share(slots): Make the shared memory, before workers are forked; false: there is none to be had. */
bool	metric_share(size_t);

/** metric_slot(slot): Count in this slot from now on.  True: another worker had it before, and is gone. */
bool	metric_slot(size_t);

/** metric_count(metric, i, j): One more, with the i-th value of its first label and the j-th of its second. */
void	metric_count(const struct metric *, size_t, size_t);

/** metric_set(metric, i, j, value): What a gauge of this worker says now. */
void	metric_set(const struct metric *, size_t, size_t, int64_t);

/** metric_observe(metric, i, j, us): One more that took so many microseconds. */
void	metric_observe(const struct metric *, size_t, size_t, int64_t);

/** metric_print(text): All families; of one with many label values only those that were counted. */
void	metric_print(struct buf *);

/**
 * metric_print_head(text, kind, name, help), metric_print_line(text, name, label, value, number):
 * A gauge or counter that is kept elsewhere.  ${label} and ${value} NULL: it has none.
 */
void	metric_print_head(struct buf *, enum metric_kind, const char *, const char *);
void	metric_print_line(struct buf *, const char *, const char *, const char *, int64_t);

#endif /* !METRIC_H */
