/*
 * Counters of money.
 */
#include "pay/pay_metric.h"

#include "base/metric.h"

static const char	*processor_text(size_t);
static const char	*outcome_text(size_t);
static const char	*decline_text_of(size_t);

static struct metric	charges = {
	.kind = METRIC_COUNTER, .name = "kassa_charges_total",
	.help = "Charges whose outcome was written to the books; pending and unknown ones are written again.",
	.labels = { { .name = "processor", .value = processor_text }, { "outcome", outcome_text, OUTCOME_COUNT } },
};
static struct metric	refunds = {
	.kind = METRIC_COUNTER, .name = "kassa_refunds_total",
	.help = "Refunds whose outcome was written to the books; pending and unknown ones are written again.",
	.labels = { { .name = "processor", .value = processor_text }, { "outcome", outcome_text, OUTCOME_COUNT } },
};
static struct metric	declines = {
	.kind = METRIC_COUNTER, .name = "kassa_declines_total",
	.help = "Charges that failed, by the class of the reason.",
	.labels = { { "class", decline_text_of, DECLINE_COUNT } },
};
static struct metric	contradictions = {
	.kind = METRIC_COUNTER, .name = "kassa_contradictions_total",
	.help = "Answers of a processor that were the opposite of what the books had ended with.",
};

void
pay_metric_declare(void)
{
	charges.labels[0].count = refunds.labels[0].count = processor_count();
	metric_declare(&charges);
	metric_declare(&refunds);
	metric_declare(&declines);
	metric_declare(&contradictions);
}

void
pay_metric_charge(const struct processor *processor, const struct processor_result *result,
    bool contradicted)
{
	if (contradicted) {
		metric_count(&contradictions, 0, 0);
		return;
	}
	metric_count(&charges, processor_number(processor), result->outcome);
	if (result->outcome == OUTCOME_FAILED)
		metric_count(&declines, result->decline, 0);
}

void
pay_metric_refund(const struct processor *processor, const struct processor_result *result,
    bool contradicted)
{
	if (contradicted)
		metric_count(&contradictions, 0, 0);
	else
		metric_count(&refunds, processor_number(processor), result->outcome);
}

static const char *
processor_text(size_t number)
{
	return processor_at(number)->name;
}

static const char *
outcome_text(size_t outcome)
{
	return outcome_label((enum outcome)outcome);
}

static const char *
decline_text_of(size_t decline)
{
	return decline_label((enum decline)decline);
}
