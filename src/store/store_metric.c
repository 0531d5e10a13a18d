/*
 * The statements of monitoring.
 */
#include "store/store_metric.h"

#include "io/row.h"

static const struct pool_statement metrics_read = {
	"metrics_read", "select family, label, number from kassa.metrics()", 0, .reads = true
};
static const struct pool_statement readiness_read = {
	"readiness_read",
	"select migration, now_us, current_setting('transaction_read_only')::boolean from kassa.readiness()",
	0, .reads = true
};

static void	metric_take(const PGresult *, int, void *);
static void	readiness_take(const PGresult *, int, void *);

void
store_metrics(struct store_call *call, struct store_metric *metrics)
{
	call->take = metric_take;
	call->into = metrics;
	call->size = sizeof(metrics[0]);
	call->rows_max = STORE_METRICS_MAX;
	store_ask(call, &metrics_read, NULL);
}

void
store_readiness(struct store_call *call, struct store_readiness *readiness)
{
	call->take = readiness_take;
	call->into = readiness;
	call->size = sizeof(*readiness);
	call->rows_max = 1;
	store_ask(call, &readiness_read, NULL);
}

static void
metric_take(const PGresult *rows, int row, void *into)
{
	struct store_metric	*metric = into;

	row_text(rows, row, 0, metric->family, sizeof(metric->family));
	row_text(rows, row, 1, metric->label, sizeof(metric->label));
	metric->number = row_integer(rows, row, 2);
}

static void
readiness_take(const PGresult *rows, int row, void *into)
{
	struct store_readiness	*readiness = into;

	row_text(rows, row, 0, readiness->migration, sizeof(readiness->migration));
	readiness->now_us = row_integer(rows, row, 1);
	readiness->is_read_only = row_flag(rows, row, 2);
}
