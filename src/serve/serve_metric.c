/*
 * What is counted of every request, whoever answers it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/metric.h"
#include "serve/serve_internal.h"

#define SLOTS_BESIDE	4	/* Kore's ids of workers do not begin with 0 */

enum ending {
	ENDING_2XX,
	ENDING_3XX,
	ENDING_4XX,
	ENDING_5XX,
	ENDING_DROPPED,	/* the client had left */
	ENDING_COUNT
};

static const char	*route_label(size_t);
static const char	*ending_label(size_t);
static const char	*fault_label(size_t);
static size_t		 route_number(const struct serve_route *);
static void		 numbers_make(const struct serve_door *);
static enum ending	 ending_of(const struct serve_request *, int);

static struct metric	requests = {
	.kind = METRIC_HISTOGRAM, .name = "kassa_request_duration_seconds",
	.help = "Requests, and how long their answers took, by the pattern of their path.",
	.labels = { { .name = "route", .value = route_label }, { "outcome", ending_label, ENDING_COUNT } },
};
static struct metric	faults = {
	.kind = METRIC_COUNTER, .name = "kassa_faults_total",
	.help = "Answers that said why not, by their stable code.",
	.labels = { { "code", fault_label, FAULT_COUNT } },
};
static struct metric	restarts = {
	.kind = METRIC_COUNTER, .name = "kassa_worker_restarts_total",
	.help = "Workers that were started in place of one that had died.",
};

static size_t	*numbers;	/* of the routes, as they are told; NULL: nobody is told */

bool
serve_metric_share(void)
{
	const struct serve_options	*options = serve_options();

	if (options->inner.port == 0)
		return true;
	numbers_make(&options->door);
	requests.labels[0].count = options->door.route_count + 1;
	metric_declare(&requests);
	metric_declare(&faults);
	metric_declare(&restarts);
	return metric_share((size_t)options->workers + SLOTS_BESIDE);
}

void
serve_metric_slot(unsigned worker)
{
	if (metric_slot(worker))
		metric_count(&restarts, 0, 0);
}

/* Who scrapes is not counted. */
void
serve_metric_request(const struct serve_request *request, int status)
{
	if (numbers == NULL || request->is_inner)
		return;
	metric_observe(&requests, route_number(request->route), ending_of(request, status),
	    request->note.duration_us);
	if (request->note.fault == NULL)
		return;
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		if (strcmp(request->note.fault, fault_info((enum fault)i)->code) == 0)
			metric_count(&faults, i, 0);
	}
}

static const char *
route_label(size_t number)
{
	const struct serve_door	*door = &serve_options()->door;

	return number < door->route_count ? door->routes[number].pattern : "other";
}

static const char *
ending_label(size_t ending)
{
	static const char *const	labels[] = {
		[ENDING_2XX] = "2xx",
		[ENDING_3XX] = "3xx",
		[ENDING_4XX] = "4xx",
		[ENDING_5XX] = "5xx",
		[ENDING_DROPPED] = "dropped",
	};

	return labels[ending];
}

static const char *
fault_label(size_t number)
{
	return fault_info((enum fault)number)->code;
}

/* A path with several methods has the number of its first route, so that a label is told once. */
static void
numbers_make(const struct serve_door *door)
{
	numbers = calloc(door->route_count, sizeof(*numbers));
	assert(numbers != NULL);
	for (size_t i = 0; i < door->route_count; i++) {
		while (strcmp(door->routes[numbers[i]].pattern, door->routes[i].pattern) != 0)
			numbers[i]++;
	}
}

static size_t
route_number(const struct serve_route *route)
{
	const struct serve_door	*door = &serve_options()->door;

	return route != NULL ? numbers[route - door->routes] : door->route_count;
}

static enum ending
ending_of(const struct serve_request *request, int status)
{
	if (status < 200 || strcmp(request->note.event, "request") != 0)
		return ENDING_DROPPED;
	if (status < 300)
		return ENDING_2XX;
	if (status < 400)
		return ENDING_3XX;
	return status < 500 ? ENDING_4XX : ENDING_5XX;
}
