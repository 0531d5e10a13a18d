/*
 * Counting in shared memory: slots that are added up, a worker that takes the place of another, the text.
 */
#include "cmocka_all.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/metric.h"

#define SLOTS	3

static const char	*color_label(size_t);

static struct metric	counter = {
	.kind = METRIC_COUNTER, .name = "balls_total", .help = "Balls.", .labels = { { "color", color_label, 2 } },
};
static struct metric	gauge = { .kind = METRIC_GAUGE, .name = "open", .help = "Open." };
static struct metric	histogram = {
	.kind = METRIC_HISTOGRAM, .name = "took_seconds", .help = "Took.",
	.labels = { { "color", color_label, 2 }, { "size", color_label, 2 } },
};

static const char *
color_label(size_t at)
{
	static const char *const	labels[] = { "red", "a \"b\"\\c\nd" };

	return labels[at];
}

static void
told(struct buf *text)
{
	buf_init(text, 16384);
	metric_print(text);
	assert_true(buf_ok(text));
}

static void
assert_told(const char *line)
{
	struct buf	text;

	told(&text);
	if (strstr(buf_text(&text), line) == NULL)
		fail_msg("'%s' is not in:\n%s", line, buf_text(&text));
	buf_release(&text);
}

static void
assert_not_told(const char *line)
{
	struct buf	text;

	told(&text);
	assert_null(strstr(buf_text(&text), line));
	buf_release(&text);
}

/* In a process of its own, as a worker does it. */
static void
in_worker(size_t slot, bool is_again, void (*work)(void))
{
	int	status;
	pid_t	pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (metric_slot(slot) != is_again)
			_exit(1);
		work();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
two_red_one_blue(void)
{
	metric_count(&counter, 0, 0);
	metric_count(&counter, 0, 0);
	metric_count(&counter, 1, 0);
	metric_set(&gauge, 0, 0, 5);
}

static void
one_red(void)
{
	metric_count(&counter, 0, 0);
	metric_set(&gauge, 0, 0, 2);
}

static void
nothing(void)
{
}

static void
three_times(void)
{
	metric_observe(&histogram, 0, 1, 1000);		/* a bound belongs to its bucket */
	metric_observe(&histogram, 0, 1, 1001);
	metric_observe(&histogram, 0, 1, 3600000000);	/* beyond all of them */
}

static void
metric_counts_of_workers_are_added_up_and_survive_them(void **state)
{
	(void)state;
	assert_told("# HELP balls_total Balls.\n# TYPE balls_total counter\nballs_total{color=\"red\"} 0\n");
	in_worker(1, false, two_red_one_blue);
	in_worker(2, false, one_red);
	assert_told("balls_total{color=\"red\"} 3\n");
	assert_told("balls_total{color=\"a \\\"b\\\"\\\\c\\nd\"} 1\n");
	assert_told("# TYPE open gauge\nopen 7\n");
}

static void
metric_a_worker_in_place_of_another_counts_on_and_forgets_its_gauges(void **state)
{
	(void)state;
	in_worker(1, true, nothing);
	assert_told("balls_total{color=\"red\"} 3\n");
	assert_told("open 2\n");
	in_worker(1, true, one_red);
	assert_told("balls_total{color=\"red\"} 4\n");
	assert_told("open 4\n");
}

static void
metric_a_histogram_is_cumulative_and_tells_what_was_counted_alone(void **state)
{
	(void)state;
	assert_not_told("took_seconds_count");
	in_worker(0, false, three_times);
	assert_told("took_seconds_bucket{color=\"red\",size=\"a \\\"b\\\"\\\\c\\nd\",le=\"0.001\"} 1\n");
	assert_told("le=\"0.0025\"} 2\n");
	assert_told("le=\"10\"} 2\n");
	assert_told("le=\"+Inf\"} 3\n");
	assert_told("took_seconds_sum{color=\"red\",size=\"a \\\"b\\\"\\\\c\\nd\"} 3600.002001\n");
	assert_told("took_seconds_count{color=\"red\",size=\"a \\\"b\\\"\\\\c\\nd\"} 3\n");
	assert_not_told("size=\"red\"");
}

static void
metric_without_memory_nothing_is_counted(void **state)
{
	struct buf	text;

	(void)state;
	metric_count(&counter, 0, 0);
	metric_set(&gauge, 0, 0, 1);
	metric_observe(&histogram, 0, 0, 1);
	assert_false(metric_slot(0));
	told(&text);
	assert_int_equal(text.len, 0);
	buf_release(&text);
	metric_declare(&counter);
	metric_declare(&gauge);
	metric_declare(&histogram);
	assert_true(metric_share(SLOTS));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(metric_without_memory_nothing_is_counted),
		cmocka_unit_test(metric_counts_of_workers_are_added_up_and_survive_them),
		cmocka_unit_test(metric_a_worker_in_place_of_another_counts_on_and_forgets_its_gauges),
		cmocka_unit_test(metric_a_histogram_is_cumulative_and_tells_what_was_counted_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
