/*
 * The server's door: settings, then workers, each with its pool, its connectors, its routes and its
 * queue runner.  The only file that knows all rooms.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/version.h"
#include "install/install.h"
#include "io/fetch.h"
#include "io/pool.h"
#include "jobs/queue.h"
#include "pay/pay.h"
#include "pay/pay_billing.h"
#include "pay/pay_hurry.h"
#include "pay/pay_metric.h"
#include "platform/platform.h"
#include "processor/sandbox.h"
#include "serve/serve.h"
#include "store/store.h"
#include "web/web.h"
#include "web/web_metric.h"

#define COMPLAINTS_MAX	16384	/* bytes */
#define PIPELINE_DEPTH	32	/* statements under way on one connection */

static struct settings	settings;

static const struct pool_statement	listen_statement = {
	"listen_job", "listen " STORE_JOB_CHANNEL, 0
};

static int	help_print(void);
static int	settings_load(void);
static void	worker_start(void);
static void	sandbox_has_news(const char *, const char *);

int
main(int argc, char **argv)
{
	struct serve_options	options = { .program = "kassa" };
	int			status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return help_print();
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return printf("kassa %s\n", VERSION) < 0 ? 1 : 0;
	status = settings_load();
	if (status != 0)
		return status;
	log_start("kassa", settings.log_least);
	options.door.address = settings.address;
	options.door.port = settings.port;
	options.workers = settings.workers;
	options.drain_ms = settings.drain_ms;
	options.user = settings.user;
	options.door.routes = web_routes(&options.door.route_count);
	options.inner.address = settings.metrics_address;
	options.inner.port = settings.metrics_port;
	options.inner.routes = web_inner_routes(&options.inner.route_count);
	options.worker_start = worker_start;
	options.worker_stop = queue_stop;
	options.worker_busy = queue_running;
	options.worker_leave = queue_leave;
	pool_metric_declare();
	pay_metric_declare();
	web_metric_declare();
	return serve_run(&options, argc, argv);
}

static int
help_print(void)
{
	struct buf	text;

	buf_init(&text, COMPLAINTS_MAX);
	buf_puts(&text, "kassa serves payments; it takes its settings from the environment:\n\n");
	setting_help(settings_table(), &text);
	if (fputs(buf_text(&text), stdout) == EOF)
		return 1;
	buf_release(&text);
	return 0;
}

static int
settings_load(void)
{
	struct buf	complaints;
	struct pay_plan	plan;
	enum fault	fault;

	buf_init(&complaints, COMPLAINTS_MAX);
	fault = settings_read(environ, &settings, &complaints);
	if (settings.database[0] != '\0' && !pool_reads(settings.database)) {
		buf_puts(&complaints, "KASSA_DATABASE should be a libpq connection, like "
		    "host=/run/postgresql dbname=kassa user=kassa_server\n");
		fault = FAULT_SETTING_INVALID;
	}
	if (pay_plan_read(&settings, &plan) == FAULT_SETTING_INVALID) {
		buf_puts(&complaints, "KASSA_BILLING_AMOUNT should be an amount of KASSA_BILLING_CURRENCY that can "
		    "be charged, like 12.50; it needs KASSA_BILLING_TYPE one_time or recurring, an account_id "
		    "(acct_…) as KASSA_BILLING_ACCOUNT, and KASSA_CLIENT_ID\n");
		fault = FAULT_SETTING_INVALID;
	}
	if (fault != FAULT_NONE)
		(void)fprintf(stderr, "kassa cannot start, its settings are not right:\n%s",
		    buf_text(&complaints));
	buf_release(&complaints);
	return fault == FAULT_NONE ? 0 : 1;
}

/* Runs in each worker, before its first request. */
static void
worker_start(void)
{
	struct pool_options	pool_options;
	struct sandbox_options	sandbox_options;
	struct platform_options	platform_options;
	struct pool		*pool;

	pool_options.conninfo = settings.database;
	pool_options.connections = (unsigned)settings.database_connections;
	pool_options.depth_max = PIPELINE_DEPTH;
	pool_options.queue_max = (unsigned)settings.database_queue;
	pool_options.statement_ms = (unsigned)settings.database_timeout_ms;
	pool_options.listen = &listen_statement;
	pool_options.notified = queue_wake;
	pool = pool_new(&pool_options);
	store_start(pool);

	sandbox_options.pool = pool;
	sandbox_options.timeout_ms = settings.processor_timeout_ms;
	sandbox_options.pend_ms = settings.sandbox_pend_ms;
	sandbox_options.notified = sandbox_has_news;
	sandbox_start(&sandbox_options);

	platform_options.fetch = fetch_new();
	platform_options.url = settings.platform_url;
	platform_options.timeout_ms = settings.platform_timeout_ms;
	platform_options.client_id = settings.client_id;
	platform_options.client_secret = settings.client_secret;
	platform_options.rate = settings.platform_rate;
	platform_options.workers = settings.workers;
	platform_start(&platform_options);

	install_start(&settings);
	pay_start(&settings);
	web_start(&settings);
	queue_start(&settings);
}

static void
sandbox_has_news(const char *account_id, const char *key)
{
	pay_hurry(account_id, key, NULL, NULL);
}
