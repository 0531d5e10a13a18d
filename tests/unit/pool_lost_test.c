/*
 * The pool against a real PostgreSQL that is slow, silent, restarted or not there.
 */
#include "asker.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"
#include "cluster.h"
#include "loop_poll.h"

/* --- time-outs -------------------------------------------------------------------------------- */

static void
pool_ask_slow_statement_is_late_and_its_connection_stays(void **state)
{
	int64_t	start_us;
	char	pid[16];

	(void)state;
	asker_open_here(1, ASKER_SHORT_MS);
	assert_true(slice_copy(slice_of(asker_reply(&asker_backend, NULL)->value), pid,
	    sizeof(pid)));
	start_us = clock_elapsed_us();
	assert_int_equal(asker_ask(&asker_nap, "30", &asker_replies[0]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_unavailable(&asker_replies[0], true);
	assert_in_range(asker_replies[0].at_us - start_us, ASKER_SHORT_MS * 1000,
	    2 * ASKER_SHORT_MS * 1000);
	/* The server stopped the statement itself, so nobody else has to suffer. */
	assert_answered(asker_reply(&asker_backend, NULL), pid);
	assert_int_equal(asker_replies[0].calls, 1);
}

static void
pool_silent_server_is_dropped_and_reconnected(void **state)
{
	pid_t	pid;

	(void)state;
	asker_open_here(1, ASKER_SHORT_MS);
	pid = (pid_t)strtol(asker_reply(&asker_backend, NULL)->value, NULL, 10);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(asker_ask(&asker_echo, "lost", &asker_replies[0]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_unavailable(&asker_replies[0], true);
	assert_true(loop_poll_run_until(asker_none_ready, ASKER_LONG_MS));
	assert_true(loop_poll_run_until(asker_one_ready, ASKER_LONG_MS));
	assert_int_not_equal(strtol(asker_reply(&asker_backend, NULL)->value, NULL, 10), pid);
	assert_int_equal(kill(pid, SIGCONT), 0);
}

static void
pool_ask_without_server_is_late_and_was_not_sent(void **state)
{
	const struct pool_options	options = { .connections = 2, .depth_max = 4,
					    .queue_max = 4, .statement_ms = ASKER_SHORT_MS };
	int64_t				start_us;

	(void)state;
	asker_open("host=/nonexistent", &options);
	start_us = clock_elapsed_us();
	assert_int_equal(asker_ask(&asker_echo, "nobody", &asker_replies[0]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_unavailable(&asker_replies[0], false);
	assert_in_range(asker_replies[0].at_us - start_us, ASKER_SHORT_MS * 1000,
	    2 * ASKER_SHORT_MS * 1000);
	assert_int_equal(pool_ready(asker_pool), 0);
}

static void
pool_ask_queued_behind_slow_ones_is_late_and_was_not_sent(void **state)
{
	(void)state;
	asker_open_here(1, ASKER_SHORT_MS);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(asker_ask(&asker_nap, "0.25", &asker_replies[i]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "");
	/* Four fit into the pipeline: the second was sent, the last never left the queue. */
	assert_unavailable(&asker_replies[1], true);
	assert_unavailable(&asker_replies[5], false);
}

/* --- lost connections ------------------------------------------------------------------------- */

static void
pool_server_restart_loses_answers_and_comes_back(void **state)
{
	(void)state;
	asker_open_here(2, ASKER_LONG_MS);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(asker_ask(&asker_nap, "30", &asker_replies[i]), FAULT_NONE);
	loop_poll_turn(50);
	cluster_stop();
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	for (unsigned i = 0; i < 4; i++)
		assert_unavailable(&asker_replies[i], true);
	assert_true(loop_poll_run_until(asker_none_ready, ASKER_LONG_MS));
	/* Asked while the server is away: it waits in the queue. */
	assert_int_equal(asker_ask(&asker_echo, "patient", &asker_replies[4]), FAULT_NONE);
	assert_true(cluster_start());
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[4], "patient");
	assert_true(loop_poll_run_until(asker_two_ready, ASKER_LONG_MS));
}

static void
pool_terminated_backend_leaves_the_other_connection_alone(void **state)
{
	char	sql[96];

	(void)state;
	asker_open_here(2, ASKER_LONG_MS);
	assert_int_equal(asker_ask(&asker_nap, "0.4", &asker_replies[0]), FAULT_NONE);
	assert_int_equal(asker_ask(&asker_backend, NULL, &asker_replies[1]), FAULT_NONE);
	while (asker_replies[1].calls == 0)
		loop_poll_turn(ASKER_LONG_MS);
	assert_int_equal(asker_ask(&asker_nap, "30", &asker_replies[2]), FAULT_NONE);
	assert_true(snprintf(sql, sizeof(sql), "select pg_terminate_backend(%s)",
	    asker_replies[1].value) <
	    (int)sizeof(sql));
	assert_string_equal(cluster_execute(sql), "t");
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "");
	assert_unavailable(&asker_replies[2], true);
	assert_true(loop_poll_run_until(asker_two_ready, ASKER_LONG_MS));
}

static void
pool_terminated_idle_backend_is_replaced_unseen(void **state)
{
	(void)state;
	asker_open_here(2, ASKER_LONG_MS);
	(void)cluster_execute("select pg_terminate_backend(pid) from pg_stat_activity "
	    "where application_name = 'kassa'");
	assert_true(loop_poll_run_until(asker_none_ready, ASKER_LONG_MS));
	assert_answered(asker_reply(&asker_echo, "again"), "again");
}

static void
reply_lost_and_ask_again(void *arg, const struct pool_answer *answer)
{
	const char	*params[1] = { "same key" };

	assert_int_equal(answer->fault, FAULT_STORE_UNAVAILABLE);
	assert_true(answer->sent);
	assert_int_equal(pool_ask(asker_pool, &asker_echo, params, asker_take, arg), FAULT_NONE);
}

static void
pool_ask_inside_lost_done_waits_for_the_next_connection(void **state)
{
	const char	*params[1] = { "30" };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	memset(&asker_replies[0], 0, sizeof(asker_replies[0]));
	assert_int_equal(pool_ask(asker_pool, &asker_nap, params, reply_lost_and_ask_again,
	    &asker_replies[0]), FAULT_NONE);
	(void)cluster_execute("select pg_terminate_backend(pid) from pg_stat_activity "
	    "where application_name = 'kassa'");
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "same key");
}

static void
pool_free_answers_what_is_under_way(void **state)
{
	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(asker_ask(&asker_nap, "30", &asker_replies[i]), FAULT_NONE);
	pool_free(asker_pool);
	asker_pool = NULL;
	for (unsigned i = 0; i < 6; i++)
		assert_unavailable(&asker_replies[i], i < 4);
	/* The statements of this test would outlive it. */
	(void)cluster_execute("select pg_terminate_backend(pid) from pg_stat_activity "
	    "where application_name = 'kassa'");
}

/* --- several hosts ---------------------------------------------------------------------------- */

/* A TCP port on loopback; when it listens, the kernel accepts, and nobody ever answers. */
static int
port_open(bool listening, unsigned *port)
{
	struct sockaddr_in	address = { .sin_family = AF_INET };
	socklen_t		len = sizeof(address);
	int			fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_true(!listening || listen(fd, 8) == 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void
assert_second_host_serves(bool first_listens)
{
	const struct pool_options	options = { .connections = 2, .depth_max = 4,
					    .queue_max = 4, .statement_ms = ASKER_LONG_MS };
	char				hosts[192];
	unsigned			port;
	int				fd;

	fd = port_open(first_listens, &port);
	assert_true(snprintf(hosts, sizeof(hosts),
	    "host=127.0.0.1,%s port=%u,5432 connect_timeout=1 "
	    "target_session_attrs=read-write", cluster_folder(), port) < (int)sizeof(hosts));
	asker_open(hosts, &options);
	assert_true(loop_poll_run_until(asker_two_ready, ASKER_LONG_MS));
	assert_answered(asker_reply(&asker_echo, "second"), "second");
	close(fd);
}

static void
pool_first_host_refuses_second_serves(void **state)
{
	(void)state;
	assert_second_host_serves(false);
}

static void
pool_first_host_is_silent_second_serves(void **state)
{
	(void)state;
	assert_second_host_serves(true);
}

static const struct pool_statement	write_one = {
	"write_one", "insert into written values ($1::int)", 1
};

/* A primary that was fenced: another host may be one by now. */
static void
assert_read_only_server(const char *attributes, bool is_left)
{
	const struct pool_options	options = { .connections = 1, .depth_max = 4,
					    .queue_max = 4, .statement_ms = ASKER_LONG_MS };
	const struct reply		*reply;
	char				 host[192];

	(void)cluster_execute("create table written (number int)");
	assert_true(snprintf(host, sizeof(host), "host=%s %s", cluster_folder(), attributes) < (int)sizeof(host));
	asker_open(host, &options);
	assert_answered(asker_reply(&write_one, "1"), "");
	(void)cluster_execute("alter system set default_transaction_read_only = on");
	(void)cluster_execute("select pg_reload_conf()");
	do
		reply = asker_reply(&write_one, "2");
	while (reply->fault == FAULT_NONE);	/* the server reads its settings a moment later */
	assert_unavailable(reply, true);
	assert_string_equal(reply->sqlstate, "25006");
	assert_int_equal(pool_ready(asker_pool), is_left ? 0 : 1);
	(void)cluster_execute("alter system reset default_transaction_read_only");
	(void)cluster_execute("select pg_reload_conf()");
	assert_true(loop_poll_run_until(asker_one_ready, ASKER_LONG_MS));
	do
		reply = asker_reply(&write_one, "3");
	while (reply->fault != FAULT_NONE);
	(void)cluster_execute("drop table written");
}

static void
pool_server_that_became_read_only_is_left_for_a_primary(void **state)
{
	(void)state;
	assert_read_only_server("target_session_attrs=read-write", true);
}

static void
pool_server_that_became_read_only_is_kept_where_any_will_do(void **state)
{
	(void)state;
	assert_read_only_server("", false);
}

#define TEST(name) cmocka_unit_test_teardown(name, asker_close)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(pool_ask_slow_statement_is_late_and_its_connection_stays),
		TEST(pool_silent_server_is_dropped_and_reconnected),
		TEST(pool_ask_without_server_is_late_and_was_not_sent),
		TEST(pool_ask_queued_behind_slow_ones_is_late_and_was_not_sent),
		TEST(pool_server_restart_loses_answers_and_comes_back),
		TEST(pool_terminated_backend_leaves_the_other_connection_alone),
		TEST(pool_terminated_idle_backend_is_replaced_unseen),
		TEST(pool_ask_inside_lost_done_waits_for_the_next_connection),
		TEST(pool_free_answers_what_is_under_way),
		TEST(pool_first_host_refuses_second_serves),
		TEST(pool_first_host_is_silent_second_serves),
		TEST(pool_server_that_became_read_only_is_left_for_a_primary),
		TEST(pool_server_that_became_read_only_is_kept_where_any_will_do),
	};

	return cmocka_run_group_tests(tests, asker_group_start, asker_group_stop);
}
