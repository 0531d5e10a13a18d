/*
 * What is counted of every request, whoever answers it.
 */
#include <string.h>

#include "base/metric.h"
#include "serve/serve_internal.h"

#define SLOTS_BESIDE	4	/* Kore's ids of workers do not begin with 0 */

enum outcome {
	OUTCOME_2XX,
	OUTCOME_3XX,
	OUTCOME_4XX,
	OUTCOME_5XX,
	OUTCOME_DROPPED,	/* the client had left */
	OUTCOME_COUNT
};

static const char	*route_label(size_t);
static const char	*outcome_label(size_t);
static const char	*fault_label(size_t);
static size_t		 route_number(const struct serve_route *);
static enum outcome	 outcome_of(const struct serve_request *, int);

static struct metric	requests = {
	.kind = METRIC_HISTOGRAM, .name = "kassa_request_duration_seconds",
	.help = "Requests, and how long their answers took, by the pattern of their path.",
	.labels = { { .name = "route", .value = route_label }, { "outcome", outcome_label, OUTCOME_COUNT } },
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

bool
serve_metric_share(void)
{
	const struct serve_options	*options = serve_options();

	if (options->inner.port == 0)
		return true;
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
	if (request->is_inner)
		return;
	metric_observe(&requests, route_number(request->route), outcome_of(request, status),
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
outcome_label(size_t outcome)
{
	static const char *const	labels[] = {
		[OUTCOME_2XX] = "2xx",
		[OUTCOME_3XX] = "3xx",
		[OUTCOME_4XX] = "4xx",
		[OUTCOME_5XX] = "5xx",
		[OUTCOME_DROPPED] = "dropped",
	};

	return labels[outcome];
}

static const char *
fault_label(size_t number)
{
	return fault_info((enum fault)number)->code;
}

/* A path with several methods has the number of its first route, so that a label is told once. */
static size_t
route_number(const struct serve_route *route)
{
	const struct serve_door	*door = &serve_options()->door;
	size_t			 number = 0;

	if (route == NULL)
		return door->route_count;
	while (strcmp(door->routes[number].pattern, route->pattern) != 0)
		number++;
	return number;
}

static enum outcome
outcome_of(const struct serve_request *request, int status)
{
	if (status < 200 || strcmp(request->note.event, "request") != 0)
		return OUTCOME_DROPPED;
	if (status < 300)
		return OUTCOME_2XX;
	if (status < 400)
		return OUTCOME_3XX;
	return status < 500 ? OUTCOME_4XX : OUTCOME_5XX;
}
