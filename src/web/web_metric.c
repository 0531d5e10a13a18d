/*
 * The page that Prometheus reads.  docs/operating.md says what to do about its numbers.
 */
#include "web/web_metric.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/metric.h"
#include "base/version.h"
#include "store/store_metric.h"

#define TEXT_MAX	(1 << 20)	/* bytes: all routes with all outcomes are a tenth of it */
#define SCHEMES		(WEBHOOK_RSA + 1)

struct telling {
	struct flow		 flow;		/* first: steps get this */
	struct serve_request	*request;
	struct store_call	 call;
	struct store_metric	 books[STORE_METRICS_MAX];
};

static enum flow_next	tell_ask(struct flow *);
static enum flow_next	tell_reply(struct flow *);
static void		books_print(const struct telling *, struct buf *);
static const char	*scheme_label(size_t);

static const struct flow_step	tell_steps[] = {
	STEP(tell_ask),			/* asks the books how they stand                       */
	STEP(tell_reply),		/* the only step that answers                          */
};

static struct metric	webhooks = {
	.kind = METRIC_COUNTER, .name = "kassa_webhooks_total",
	.help = "Webhooks that came, by the signature that decided.",
	.labels = { { "signature", scheme_label, SCHEMES } },
};

/* What kassa.metrics() tells, in this order. */
static const struct {
	const char	*family, *name, *label, *help;
} books[] = {
	{ "jobs", "kassa_jobs", "kind", "Jobs that wait for their time or for a worker." },
	{ "jobs_dead", "kassa_jobs_dead", "kind", "Jobs that were given up: kassactl jobs dead." },
	{ "job_late", "kassa_job_late_seconds", "kind", "How long the oldest job has been due." },
	{ "charges_open", "kassa_charges_open", "status", "Charges that have not ended." },
	{ "charge_oldest", "kassa_charge_oldest_seconds", "status", "Age of the oldest charge that has not ended." },
	{ "installations", "kassa_installations", "state", "Locations, by how their installation stands." },
	{ "tokens_expiring", "kassa_tokens_expiring", NULL,
	    "Tokens of the platform that end within 30 minutes and were not renewed." },
	{ "ledger_problems", "kassa_ledger_problems", NULL,
	    "Charges of the last 10 minutes that their transfers do not bear out." },
};

void
web_metric_declare(void)
{
	metric_declare(&webhooks);
}

void
web_metric_webhook(enum webhook_scheme scheme)
{
	metric_count(&webhooks, scheme, 0);
}

void
web_metrics(struct serve_request *request)
{
	struct telling	*telling;

	telling = calloc(1, sizeof(*telling));
	assert(telling != NULL);
	telling->request = request;
	telling->call.flow = &telling->flow;
	FLOW_START(&telling->flow, tell_steps);
}

static enum flow_next
tell_ask(struct flow *flow)
{
	struct telling	*telling = (struct telling *)flow;

	store_metrics(&telling->call, telling->books);
	return FLOW_WAIT;
}

static enum flow_next
tell_reply(struct flow *flow)
{
	struct telling		*telling = (struct telling *)flow;
	struct serve_answer	 answer = { .status = 200, .type = "text/plain; version=0.0.4; charset=utf-8" };
	struct buf		 text;

	buf_init(&text, TEXT_MAX);
	metric_print_head(&text, METRIC_GAUGE, "kassa_build_info", "The version that runs; always 1.");
	metric_print_line(&text, "kassa_build_info", "version", VERSION, 1);
	metric_print(&text);
	metric_print_head(&text, METRIC_GAUGE, "kassa_database_up", "Whether the database answered this request.");
	metric_print_line(&text, "kassa_database_up", NULL, NULL, telling->call.fault == FAULT_NONE);
	if (telling->call.fault == FAULT_NONE)
		books_print(telling, &text);
	answer.body = buf_slice(&text);
	if (buf_ok(&text))
		serve_answer(telling->request, &answer);
	else
		serve_fault(telling->request, FAULT_INTERNAL, "metrics are too long");
	buf_release(&text);
	free(telling);
	return FLOW_END;
}

static void
books_print(const struct telling *telling, struct buf *text)
{
	for (size_t i = 0; i < sizeof(books) / sizeof(books[0]); i++) {
		metric_print_head(text, METRIC_GAUGE, books[i].name, books[i].help);
		for (int row = 0; row < telling->call.rows; row++) {
			const struct store_metric	*one = &telling->books[row];

			if (strcmp(one->family, books[i].family) == 0)
				metric_print_line(text, books[i].name, books[i].label, one->label, one->number);
		}
	}
}

static const char *
scheme_label(size_t scheme)
{
	return webhook_signature_label((enum webhook_scheme)scheme);
}
