/*
 * The shared memory: slots of cells.  One process writes a slot, any may read it.
 */
#include "base/metric.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

#define TELL_ALL_UP_TO	64	/* label values of a family; of more, those that were counted */

/* Upper bounds, from a query in memory to the longest time limit. */
static const struct {
	int64_t		 us;
	const char	*seconds;
} buckets[] = {
	{ 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" }, { 10000, "0.01" }, { 25000, "0.025" },
	{ 50000, "0.05" }, { 100000, "0.1" }, { 250000, "0.25" }, { 500000, "0.5" }, { 1000000, "1" },
	{ 2500000, "2.5" }, { 5000000, "5" }, { 10000000, "10" },
};

#define BUCKETS		(sizeof(buckets) / sizeof(buckets[0]))
#define CELL_INFINITE	BUCKETS		/* behind the buckets: those beyond them all */
#define CELL_SUM	(BUCKETS + 1)
#define CELLS_HISTOGRAM	(BUCKETS + 2)
#define CELL_USED	0		/* the first of a slot: whether somebody had it */

static struct metric	*families, **families_end = &families;
static size_t		 cells_in_slot = CELL_USED + 1;
static size_t		 slot_count;
static int64_t		*cells;		/* NULL: nothing is counted */
static int64_t		*mine;

static size_t		 cells_of(const struct metric *);
static size_t		 values_of(const struct metric_label *);
static int64_t		*cell_at(const struct metric *, size_t, size_t);
static int64_t		 cell_sum(size_t);
static void		 family_print(const struct metric *, struct buf *);
static void		 labels_print(const struct metric *, size_t, size_t, const char *, struct buf *);
static void		 label_put(struct buf *, bool *, const char *, const char *);
static void		 histogram_print(const struct metric *, size_t, size_t, struct buf *);
static bool		 was_counted(const struct metric *, size_t);

void
metric_declare(struct metric *metric)
{
	assert(cells == NULL && metric->first == 0);
	metric->first = cells_in_slot;
	cells_in_slot += values_of(&metric->labels[0]) * values_of(&metric->labels[1]) * cells_of(metric);
	*families_end = metric;
	families_end = &metric->next;
}

bool
metric_share(size_t slots)
{
	void	*memory;

	memory = mmap(NULL, slots * cells_in_slot * sizeof(*cells), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return false;
	cells = memory;
	slot_count = slots;
	return true;
}

/* Counters go on where the worker before them ended; its gauges ended with it. */
bool
metric_slot(size_t slot)
{
	bool	was_used;

	if (cells == NULL)
		return false;
	assert(slot < slot_count);
	mine = cells + slot * cells_in_slot;
	was_used = mine[CELL_USED] != 0;
	mine[CELL_USED] = 1;
	for (const struct metric *metric = families; metric != NULL; metric = metric->next) {
		if (metric->kind == METRIC_GAUGE)
			memset(mine + metric->first, 0, values_of(&metric->labels[0]) *
			    values_of(&metric->labels[1]) * sizeof(*mine));
	}
	return was_used;
}

void
metric_count(const struct metric *metric, size_t i, size_t j)
{
	if (mine != NULL)
		(void)__atomic_fetch_add(cell_at(metric, i, j), 1, __ATOMIC_RELAXED);
}

void
metric_set(const struct metric *metric, size_t i, size_t j, int64_t value)
{
	if (mine != NULL)
		__atomic_store_n(cell_at(metric, i, j), value, __ATOMIC_RELAXED);
}

void
metric_observe(const struct metric *metric, size_t i, size_t j, int64_t us)
{
	int64_t	*at;
	size_t	 bucket = 0;

	if (mine == NULL)
		return;
	at = cell_at(metric, i, j);
	while (bucket < BUCKETS && us > buckets[bucket].us)
		bucket++;
	(void)__atomic_fetch_add(at + bucket, 1, __ATOMIC_RELAXED);
	(void)__atomic_fetch_add(at + CELL_SUM, us, __ATOMIC_RELAXED);
}

void
metric_print(struct buf *text)
{
	if (cells == NULL)
		return;
	for (const struct metric *metric = families; metric != NULL; metric = metric->next)
		family_print(metric, text);
}

void
metric_print_head(struct buf *text, enum metric_kind kind, const char *name, const char *help)
{
	static const char *const	kinds[] = {
		[METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_HISTOGRAM] = "histogram",
	};

	buf_printf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kinds[kind]);
}

void
metric_print_line(struct buf *text, const char *name, const char *label, const char *value, int64_t number)
{
	bool	is_first = true;

	buf_puts(text, name);
	if (label != NULL)
		label_put(text, &is_first, label, value);
	buf_printf(text, "%s %lld\n", is_first ? "" : "}", (long long)number);
}

static size_t
cells_of(const struct metric *metric)
{
	return metric->kind == METRIC_HISTOGRAM ? CELLS_HISTOGRAM : 1;
}

static size_t
values_of(const struct metric_label *label)
{
	return label->name != NULL ? label->count : 1;
}

static int64_t *
cell_at(const struct metric *metric, size_t i, size_t j)
{
	size_t	columns = values_of(&metric->labels[1]);

	assert(metric->first > 0 && i < values_of(&metric->labels[0]) && j < columns);
	return mine + metric->first + (i * columns + j) * cells_of(metric);
}

static int64_t
cell_sum(size_t cell)
{
	int64_t	sum = 0;

	for (size_t slot = 0; slot < slot_count; slot++)
		sum += __atomic_load_n(cells + slot * cells_in_slot + cell, __ATOMIC_RELAXED);
	return sum;
}

static void
family_print(const struct metric *metric, struct buf *text)
{
	size_t	rows = values_of(&metric->labels[0]), columns = values_of(&metric->labels[1]);
	bool	tells_all = rows * columns <= TELL_ALL_UP_TO && metric->kind != METRIC_HISTOGRAM;

	metric_print_head(text, metric->kind, metric->name, metric->help);
	for (size_t i = 0; i < rows; i++) {
		for (size_t j = 0; j < columns; j++) {
			size_t	first = metric->first + (i * columns + j) * cells_of(metric);

			if (!tells_all && !was_counted(metric, first))
				continue;
			if (metric->kind == METRIC_HISTOGRAM) {
				histogram_print(metric, i, j, text);
				continue;
			}
			buf_puts(text, metric->name);
			labels_print(metric, i, j, NULL, text);
			buf_printf(text, " %lld\n", (long long)cell_sum(first));
		}
	}
}

static bool
was_counted(const struct metric *metric, size_t first)
{
	for (size_t cell = 0; cell < cells_of(metric); cell++) {
		if (cell_sum(first + cell) != 0)
			return true;
	}
	return false;
}

/* Buckets are told cumulatively. */
static void
histogram_print(const struct metric *metric, size_t i, size_t j, struct buf *text)
{
	size_t	first = metric->first + (i * values_of(&metric->labels[1]) + j) * CELLS_HISTOGRAM;
	int64_t	below = 0, sum_us = cell_sum(first + CELL_SUM);

	for (size_t bucket = 0; bucket <= CELL_INFINITE; bucket++) {
		below += cell_sum(first + bucket);
		buf_printf(text, "%s_bucket", metric->name);
		labels_print(metric, i, j, bucket < BUCKETS ? buckets[bucket].seconds : "+Inf", text);
		buf_printf(text, " %lld\n", (long long)below);
	}
	buf_printf(text, "%s_sum", metric->name);
	labels_print(metric, i, j, NULL, text);
	buf_printf(text, " %lld.%06lld\n", (long long)(sum_us / 1000000), (long long)(sum_us % 1000000));
	buf_printf(text, "%s_count", metric->name);
	labels_print(metric, i, j, NULL, text);
	buf_printf(text, " %lld\n", (long long)below);
}

static void
labels_print(const struct metric *metric, size_t i, size_t j, const char *bound, struct buf *text)
{
	const size_t	at[METRIC_LABELS_MAX] = { i, j };
	bool		is_first = true;

	for (size_t k = 0; k < METRIC_LABELS_MAX; k++) {
		const struct metric_label	*label = &metric->labels[k];

		if (label->name != NULL)
			label_put(text, &is_first, label->name, label->value(at[k]));
	}
	if (bound != NULL)
		label_put(text, &is_first, "le", bound);
	if (!is_first)
		buf_putc(text, '}');
}

/* Opens the braces with the first one; whoever put any closes them. */
static void
label_put(struct buf *text, bool *is_first, const char *name, const char *value)
{
	buf_printf(text, "%c%s=\"", *is_first ? '{' : ',', name);
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			buf_puts(text, "\\n");
			continue;
		}
		if (*value == '"' || *value == '\\')
			buf_putc(text, '\\');
		buf_putc(text, *value);
	}
	buf_putc(text, '"');
	*is_first = false;
}
