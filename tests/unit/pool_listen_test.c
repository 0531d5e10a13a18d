/*
 * The pool as a listener: a notification in a real PostgreSQL wakes who wants to know, also after the
 * connection that heard it was lost.
 */
#include "asker.h"

#include <stdio.h>

#include "cluster.h"
#include "loop_poll.h"

static const struct pool_statement	listen_here = { "listen_here", "listen here", 0 };
static const struct pool_statement	listen_badly = { "listen_badly", "listen to nobody", 0 };

static unsigned	heard;

static void
hear(void)
{
	heard++;
}

static bool
something_heard(void)
{
	return heard > 0;
}

/* One connection, unless more are wanted: what is asked next on it is answered after "listen". */
static void
listener_open(const struct pool_statement *listen, unsigned connections)
{
	struct pool_options	options = { .depth_max = 4, .queue_max = ASKER_MANY,
				    .statement_ms = ASKER_LONG_MS, .notified = hear };
	char			hosts[128];

	heard = 0;
	options.connections = connections;
	options.listen = listen;
	assert_true(snprintf(hosts, sizeof(hosts), "host=%s", cluster_folder()) < (int)sizeof(hosts));
	asker_open(hosts, &options);
	assert_true(loop_poll_run_until(connections == 2 ? asker_two_ready : asker_one_ready,
	    ASKER_LONG_MS));
	assert_answered(asker_reply(&asker_echo, "opened"), "opened");
}

static void
pool_notification_wakes_an_idle_pool(void **state)
{
	(void)state;
	listener_open(&listen_here, 1);
	assert_int_equal(heard, 0);
	(void)cluster_execute("notify here");
	assert_true(loop_poll_run_until(something_heard, ASKER_LONG_MS));
	assert_int_equal(heard, 1);
	/* And the connection still answers. */
	assert_answered(asker_reply(&asker_echo, "after"), "after");
	assert_int_equal(heard, 1);
}

static void
pool_notification_each_one_wakes_again(void **state)
{
	(void)state;
	listener_open(&listen_here, 1);
	for (unsigned i = 0; i < 3; i++) {
		heard = 0;
		(void)cluster_execute("notify here");
		assert_true(loop_poll_run_until(something_heard, ASKER_LONG_MS));
	}
}

static void
pool_notification_of_another_channel_is_not_heard(void **state)
{
	(void)state;
	listener_open(&listen_here, 1);
	(void)cluster_execute("notify elsewhere");
	assert_answered(asker_reply(&asker_echo, "elsewhere"), "elsewhere");
	assert_int_equal(heard, 0);
}

static void
pool_notification_among_answers_spoils_none(void **state)
{
	static const struct pool_statement	notify = { "notify",
	    "select pg_notify('here', $1)::text || $1", 1 };

	(void)state;
	listener_open(&listen_here, 1);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(asker_ask(i % 2 != 0 ? &notify : &asker_echo, "word",
		    &asker_replies[i]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	for (unsigned i = 0; i < 20; i++)
		assert_answered(&asker_replies[i], "word");
	assert_true(loop_poll_run_until(something_heard, ASKER_LONG_MS));
}

static void
pool_notification_is_heard_once_by_two_connections(void **state)
{
	(void)state;
	listener_open(&listen_here, 2);
	(void)cluster_execute("notify here");
	assert_true(loop_poll_run_until(something_heard, ASKER_LONG_MS));
	/* One nap on each: whatever was on its way to them has come. */
	assert_int_equal(asker_ask(&asker_nap, "0.1", &asker_replies[0]), FAULT_NONE);
	assert_int_equal(asker_ask(&asker_nap, "0.1", &asker_replies[1]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_int_equal(heard, 1);
}

static void
pool_lost_connection_listens_again(void **state)
{
	(void)state;
	listener_open(&listen_here, 1);
	(void)cluster_execute("select pg_terminate_backend(pid) from pg_stat_activity "
	    "where application_name = 'kassa'");
	assert_true(loop_poll_run_until(asker_none_ready, ASKER_LONG_MS));
	assert_answered(asker_reply(&asker_echo, "again"), "again");
	assert_int_equal(heard, 0);
	(void)cluster_execute("notify here");
	assert_true(loop_poll_run_until(something_heard, ASKER_LONG_MS));
}

static void
pool_restarted_server_is_listened_to_again(void **state)
{
	(void)state;
	listener_open(&listen_here, 1);
	cluster_stop();
	assert_true(loop_poll_run_until(asker_none_ready, ASKER_LONG_MS));
	assert_true(cluster_start());
	assert_answered(asker_reply(&asker_echo, "again"), "again");
	(void)cluster_execute("notify here");
	assert_true(loop_poll_run_until(something_heard, ASKER_LONG_MS));
}

/* Whoever wanted to listen looks by himself now and then; nothing else suffers. */
static void
pool_that_cannot_listen_still_answers(void **state)
{
	(void)state;
	listener_open(&listen_badly, 1);
	assert_answered(asker_reply(&asker_echo, "still"), "still");
	(void)cluster_execute("notify nobody");
	assert_answered(asker_reply(&asker_echo, "here"), "here");
	assert_int_equal(heard, 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, asker_close)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(pool_notification_wakes_an_idle_pool),
		TEST(pool_notification_each_one_wakes_again),
		TEST(pool_notification_of_another_channel_is_not_heard),
		TEST(pool_notification_among_answers_spoils_none),
		TEST(pool_notification_is_heard_once_by_two_connections),
		TEST(pool_lost_connection_listens_again),
		TEST(pool_restarted_server_is_listened_to_again),
		TEST(pool_that_cannot_listen_still_answers),
	};

	return cmocka_run_group_tests(tests, asker_group_start, asker_group_stop);
}
