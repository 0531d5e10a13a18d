/*
 * The pool against a real PostgreSQL: answers and refusals.  Time-outs and lost connections are in
 * pool_lost_test.c.
 */
#include "asker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "loop_poll.h"

/* --- answers ---------------------------------------------------------------------------------- */

static void
pool_ask_many_with_some_failing_answers_each_its_own(void **state)
{
	char	value[8];

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	for (unsigned i = 0; i < ASKER_MANY; i++) {
		assert_true(snprintf(value, sizeof(value), "%u", i % 50) < (int)sizeof(value));
		assert_int_equal(asker_ask(&asker_divide, value, &asker_replies[i]), FAULT_NONE);
		/* The parameter was copied. */
		memset(value, 'x', sizeof(value) - 1);
	}
	assert_int_equal(pool_waiting(asker_pool), ASKER_MANY);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	for (unsigned i = 0; i < ASKER_MANY; i++) {
		assert_int_equal(asker_replies[i].place, i + 1);
		if (i % 50 == 0) {
			assert_int_equal(asker_replies[i].fault, FAULT_STORE_FAILED);
			assert_string_equal(asker_replies[i].sqlstate, "22012");
			assert_true(asker_replies[i].sent);
			continue;
		}
		assert_true(snprintf(value, sizeof(value), "%u", 100 / (i % 50)) <
		    (int)sizeof(value));
		assert_answered(&asker_replies[i], value);
	}
}

static void
pool_ask_null_param_is_null(void **state)
{
	static const struct pool_statement	is_null = { "is_null", "select $1::text is null",
	    1 };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	assert_answered(asker_reply(&is_null, NULL), "t");
	assert_answered(asker_reply(&is_null, ""), "f");
}

static void
pool_ask_idle_connection_is_preferred(void **state)
{
	struct reply	slow, quick;

	(void)state;
	asker_open_here(2, ASKER_LONG_MS);
	assert_int_equal(asker_ask(&asker_nap, "0.2", &slow), FAULT_NONE);
	assert_int_equal(asker_ask(&asker_echo, "quick", &quick), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_int_equal(quick.place, 1);
	assert_answered(&quick, "quick");
	assert_answered(&slow, "");
}

static void
reply_take_and_ask_again(void *arg, const struct pool_answer *answer)
{
	const char	*params[1] = { "second" };

	(void)arg;
	assert_int_equal(answer->fault, FAULT_NONE);
	assert_int_equal(pool_ask(asker_pool, &asker_echo, params, asker_take, &asker_replies[0]),
	    FAULT_NONE);
}

static void
pool_ask_inside_done_is_answered(void **state)
{
	const char	*params[1] = { "first" };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	memset(&asker_replies[0], 0, sizeof(asker_replies[0]));
	assert_int_equal(pool_ask(asker_pool, &asker_echo, params, reply_take_and_ask_again, NULL),
	    FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "second");
}

static void
pool_ask_large_params_fills_the_socket_and_comes_back(void **state)
{
	static const struct pool_statement	length = { "length", "select length($1::text)", 1 };
	char					*large;

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	large = malloc(4000001);
	assert_non_null(large);
	memset(large, 'k', 4000000);
	large[4000000] = '\0';
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(asker_ask(&length, large, &asker_replies[i]), FAULT_NONE);
	free(large);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	for (unsigned i = 0; i < 6; i++)
		assert_answered(&asker_replies[i], "4000000");
}

static void
pool_session_has_limits_name_and_encoding(void **state)
{
	const struct pool_options		options = { .connections = 1, .depth_max = 4,
						    .queue_max = 4, .statement_ms = 4321 };
	static const struct pool_statement	setting = { "setting", "select current_setting($1)",
	    1 };
	char					hosts[192];

	(void)state;
	assert_true(snprintf(hosts, sizeof(hosts), "host=%s options='-c work_mem=5MB'",
	    cluster_folder()) < (int)sizeof(hosts));
	asker_open(hosts, &options);
	assert_answered(asker_reply(&setting, "statement_timeout"), "4321ms");
	assert_answered(asker_reply(&setting, "application_name"), "kassa");
	assert_answered(asker_reply(&setting, "client_encoding"), "UTF8");
	/* What the operator asked for stays. */
	assert_answered(asker_reply(&setting, "work_mem"), "5MB");
}

static void
pool_new_unreadable_conninfo_is_refused(void **state)
{
	const struct pool_options	options = { .conninfo = "hots=/tmp", .connections = 1,
					    .depth_max = 1, .queue_max = 1, .statement_ms = 1000 };

	(void)state;
	assert_null(pool_new(&options));
}

/* --- refusals --------------------------------------------------------------------------------- */

static void
pool_ask_beyond_the_queue_is_busy(void **state)
{
	const struct pool_options	options = { .connections = 1, .depth_max = 2,
					    .queue_max = 3, .statement_ms = ASKER_LONG_MS };
	char				hosts[128];
	struct reply			busy;

	(void)state;
	assert_true(snprintf(hosts, sizeof(hosts), "host=%s", cluster_folder()) <
	    (int)sizeof(hosts));
	asker_open(hosts, &options);
	assert_true(loop_poll_run_until(asker_one_ready, ASKER_LONG_MS));
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(asker_ask(&asker_echo, "served", &asker_replies[i]), FAULT_NONE);
	assert_int_equal(asker_ask(&asker_echo, "refused", &busy), FAULT_STORE_BUSY);
	assert_int_equal(pool_waiting(asker_pool), 5);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	for (unsigned i = 0; i < 5; i++)
		assert_answered(&asker_replies[i], "served");
	assert_int_equal(busy.calls, 0);
	/* There is room again. */
	assert_answered(asker_reply(&asker_echo, "later"), "later");
}

static void
pool_failing_preparation_answers_its_own_and_is_tried_again(void **state)
{
	static const struct pool_statement	later = { "later",
	    "select name from later where $1 = '1'", 1 };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	assert_int_equal(asker_ask(&asker_echo, "before", &asker_replies[0]), FAULT_NONE);
	/* Two in one pipeline: the second counts on the first one's preparation. */
	assert_int_equal(asker_ask(&later, "1", &asker_replies[1]), FAULT_NONE);
	assert_int_equal(asker_ask(&later, "1", &asker_replies[2]), FAULT_NONE);
	assert_int_equal(asker_ask(&asker_echo, "after", &asker_replies[3]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "before");
	assert_answered(&asker_replies[3], "after");
	for (unsigned i = 1; i <= 2; i++) {
		assert_int_equal(asker_replies[i].fault, FAULT_STORE_FAILED);
		assert_string_equal(asker_replies[i].sqlstate, "42P01");
	}
	(void)cluster_execute("create table later as select 'it is there'::text as name");
	assert_answered(asker_reply(&later, "1"), "it is there");
	(void)cluster_execute("drop table later");
}

static void
pool_discarded_statements_are_prepared_again(void **state)
{
	static const struct pool_statement	discard = { "discard", "discard all", 0 };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	assert_answered(asker_reply(&asker_echo, "before"), "before");
	assert_int_equal(asker_ask(&discard, NULL, &asker_replies[0]), FAULT_NONE);
	assert_int_equal(asker_ask(&asker_echo, "one", &asker_replies[1]), FAULT_NONE);
	assert_int_equal(asker_ask(&asker_echo, "two", &asker_replies[2]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "");
	assert_answered(&asker_replies[1], "one");
	assert_answered(&asker_replies[2], "two");
}

static void
pool_statement_prepared_by_somebody_else_is_used(void **state)
{
	/* What a pooler in between does: the server session knows the name already. */
	static const struct pool_statement	known = { "echo", "select $1::text", 1 };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	assert_answered(asker_reply(&asker_echo, "ours"), "ours");
	assert_answered(asker_reply(&known, "theirs"), "theirs");
}

static void
pool_failing_commit_is_a_fault(void **state)
{
	static const struct pool_statement	insert = { "insert",
		    "insert into child values ($1::int) returning 'rows came first'", 1 };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	(void)cluster_execute("create table parent (id int primary key);"
	    "insert into parent values (1);"
	    "create table child (id int references parent deferrable initially deferred)");
	assert_int_equal(asker_ask(&insert, "1", &asker_replies[0]), FAULT_NONE);
	assert_int_equal(asker_ask(&insert, "2", &asker_replies[1]), FAULT_NONE);
	assert_int_equal(asker_ask(&insert, "1", &asker_replies[2]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "rows came first");
	assert_int_equal(asker_replies[1].fault, FAULT_STORE_FAILED);
	assert_string_equal(asker_replies[1].sqlstate, "23503");
	assert_answered(&asker_replies[2], "rows came first");
	assert_string_equal(cluster_execute("select count(*) from child"), "2");
	(void)cluster_execute("drop table child, parent");
}

#define TEST(name) cmocka_unit_test_teardown(name, asker_close)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(pool_ask_many_with_some_failing_answers_each_its_own),
		TEST(pool_ask_null_param_is_null),
		TEST(pool_ask_idle_connection_is_preferred),
		TEST(pool_ask_inside_done_is_answered),
		TEST(pool_ask_large_params_fills_the_socket_and_comes_back),
		TEST(pool_session_has_limits_name_and_encoding),
		TEST(pool_new_unreadable_conninfo_is_refused),
		TEST(pool_ask_beyond_the_queue_is_busy),
		TEST(pool_failing_preparation_answers_its_own_and_is_tried_again),
		TEST(pool_discarded_statements_are_prepared_again),
		TEST(pool_statement_prepared_by_somebody_else_is_used),
		TEST(pool_failing_commit_is_a_fault),
	};

	return cmocka_run_group_tests(tests, asker_group_start, asker_group_stop);
}
