/*
 * Who asks the pool in its tests: a pool on the test's own cluster, and replies written down.
 */
#include "asker.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/slice.h"
#include "cluster.h"
#include "loop_poll.h"

const struct pool_statement	asker_echo = { "echo", "select $1::text", 1 };
const struct pool_statement	asker_divide = { "divide", "select 100 / $1::int", 1 };
const struct pool_statement	asker_nap = { "nap", "select pg_sleep($1::float)", 1 };
const struct pool_statement	asker_backend = { "backend", "select pg_backend_pid()", 0 };

struct pool	*asker_pool;
struct reply	 asker_replies[ASKER_MANY];

static unsigned	reply_count;	/* how many came */
static bool	asking;		/* inside pool_ask() */

void
asker_take(void *arg, const struct pool_answer *answer)
{
	struct reply	*reply = arg;

	assert_false(asking);
	reply->calls++;
	reply->place = ++reply_count;
	reply->fault = answer->fault;
	reply->sent = answer->sent;
	reply->at_us = clock_elapsed_us();
	assert_true((answer->rows != NULL) == (answer->fault == FAULT_NONE));
	assert_non_null(answer->detail);
	assert_true(slice_copy(slice_of(answer->sqlstate), reply->sqlstate,
	    sizeof(reply->sqlstate)));
	if (answer->fault == FAULT_NONE && PQntuples(answer->rows) > 0)
		assert_true(slice_copy(slice_of(PQgetvalue(answer->rows, 0, 0)), reply->value,
		    sizeof(reply->value)));
}

enum fault
asker_ask(const struct pool_statement *statement, const char *value, struct reply *reply)
{
	const char	*params[1] = { value };
	enum fault	 fault;

	memset(reply, 0, sizeof(*reply));
	asking = true;
	fault = pool_ask(asker_pool, statement, params, asker_take, reply);
	asking = false;
	return fault;
}

bool
asker_all_answered(void)
{
	return pool_waiting(asker_pool) == 0;
}

bool
asker_one_ready(void)
{
	return pool_ready(asker_pool) >= 1;
}

bool
asker_two_ready(void)
{
	return pool_ready(asker_pool) == 2;
}

bool
asker_none_ready(void)
{
	return pool_ready(asker_pool) == 0;
}

/* Ask and wait. */
const struct reply *
asker_reply(const struct pool_statement *statement, const char *value)
{
	static struct reply	reply;

	assert_int_equal(asker_ask(statement, value, &reply), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_int_equal(reply.calls, 1);
	return &reply;
}

void
assert_answered(const struct reply *reply, const char *value)
{
	assert_int_equal(reply->calls, 1);
	assert_int_equal(reply->fault, FAULT_NONE);
	assert_true(reply->sent);
	assert_string_equal(reply->value, value);
}

void
assert_unavailable(const struct reply *reply, bool sent)
{
	assert_int_equal(reply->calls, 1);
	assert_int_equal(reply->fault, FAULT_STORE_UNAVAILABLE);
	assert_int_equal(reply->sent, sent);
}

void
asker_open(const char *hosts, const struct pool_options *given)
{
	struct pool_options	options = *given;
	char			conninfo[256];

	assert_true(snprintf(conninfo, sizeof(conninfo), "%s user=" CLUSTER_OWNER
	    " dbname=postgres", hosts) < (int)sizeof(conninfo));
	options.conninfo = conninfo;
	asker_pool = pool_new(&options);
	assert_non_null(asker_pool);
	reply_count = 0;
}

void
asker_open_here(unsigned connections, unsigned statement_ms)
{
	struct pool_options	options = { .depth_max = 4, .queue_max = ASKER_MANY };
	char			hosts[128];

	assert_true(snprintf(hosts, sizeof(hosts), "host=%s", cluster_folder()) <
	    (int)sizeof(hosts));
	options.connections = connections;
	options.statement_ms = statement_ms;
	asker_open(hosts, &options);
	assert_true(loop_poll_run_until(connections == 2 ? asker_two_ready : asker_one_ready,
	    ASKER_LONG_MS));
}

int
asker_close(void **state)
{
	(void)state;
	pool_free(asker_pool);
	asker_pool = NULL;
	loop_poll_finish();
	return 0;
}

int
asker_group_start(void **state)
{
	(void)state;
	log_start("asker", LOG_LEVEL_ALERT);
	return cluster_create() ? 0 : -1;
}

int
asker_group_stop(void **state)
{
	(void)state;
	cluster_drop();
	return 0;
}
