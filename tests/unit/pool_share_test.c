/*
 * Reads that are asked in one turn share a sync, and so a transaction: what they share, what they do not,
 * and that one which fails harms nobody.
 */
#include "asker.h"

#include <string.h>

#include "cluster.h"
#include "loop_poll.h"

#define COMPANY	4	/* as deep as the pipeline of asker_open_here() */

/* The time of a transaction tells which one a statement was in. */
static const struct pool_statement	read_time = {
	"read_time", "select transaction_timestamp()::text || coalesce($1, '')", 1, .reads = true
};
static const struct pool_statement	write_time = {
	"write_time", "select transaction_timestamp()::text || coalesce($1, '')", 1
};
static const struct pool_statement	read_divide = {
	"read_divide", "select (100 / $1::int)::text", 1, .reads = true
};
static const struct pool_statement	read_wrong = {
	"read_wrong", "select nowhere from nothing where $1 = ''", 1, .reads = true
};

static void
all_answered(void)
{
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
}

static void
pool_reads_of_one_turn_share_a_transaction(void **state)
{
	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	for (unsigned i = 0; i < COMPANY; i++)
		assert_int_equal(asker_ask(&read_time, NULL, &asker_replies[i]), FAULT_NONE);
	all_answered();
	for (unsigned i = 1; i < COMPANY; i++)
		assert_answered(&asker_replies[i], asker_replies[0].value);
	/* The next turn is another one. */
	assert_string_not_equal(asker_reply(&read_time, NULL)->value, asker_replies[0].value);
}

static void
pool_writes_of_one_turn_are_each_alone(void **state)
{
	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	for (unsigned i = 0; i < COMPANY; i++)
		assert_int_equal(asker_ask(&write_time, NULL, &asker_replies[i]), FAULT_NONE);
	all_answered();
	for (unsigned i = 1; i < COMPANY; i++)
		assert_string_not_equal(asker_replies[i].value, asker_replies[i - 1].value);
}

static void
pool_write_between_reads_is_alone(void **state)
{
	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	assert_int_equal(asker_ask(&read_time, NULL, &asker_replies[0]), FAULT_NONE);
	assert_int_equal(asker_ask(&write_time, NULL, &asker_replies[1]), FAULT_NONE);
	assert_int_equal(asker_ask(&read_time, NULL, &asker_replies[2]), FAULT_NONE);
	assert_int_equal(asker_ask(&read_time, NULL, &asker_replies[3]), FAULT_NONE);
	all_answered();
	assert_string_not_equal(asker_replies[0].value, asker_replies[1].value);
	assert_string_not_equal(asker_replies[1].value, asker_replies[2].value);
	assert_answered(&asker_replies[3], asker_replies[2].value);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(asker_replies[i].place, i + 1);
}

/* The failing one first, in the middle, last; prepared before, and not. */
static void
pool_read_that_fails_harms_no_neighbour(void **state)
{
	static const struct pool_statement *const	bad[] = { &read_divide, &read_wrong };

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	for (unsigned at = 0; at < COMPANY * 2; at++) {
		for (unsigned i = 0; i < COMPANY; i++)
			assert_int_equal(asker_ask(i == at / 2 ? bad[at % 2] : &read_divide,
			    i == at / 2 ? "0" : "4", &asker_replies[i]), FAULT_NONE);
		all_answered();
		for (unsigned i = 0; i < COMPANY; i++) {
			assert_int_equal(asker_replies[i].calls, 1);
			if (i != at / 2)
				assert_answered(&asker_replies[i], "25");
			else
				assert_int_equal(asker_replies[i].fault, FAULT_STORE_FAILED);
		}
		assert_string_equal(asker_replies[at / 2].sqlstate, at % 2 == 0 ? "22012" : "42P01");
	}
}

static void
pool_all_reads_that_fail_are_each_told_so(void **state)
{
	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	for (unsigned i = 0; i < COMPANY; i++)
		assert_int_equal(asker_ask(&read_divide, "0", &asker_replies[i]), FAULT_NONE);
	all_answered();
	for (unsigned i = 0; i < COMPANY; i++) {
		assert_int_equal(asker_replies[i].calls, 1);
		assert_int_equal(asker_replies[i].fault, FAULT_STORE_FAILED);
		assert_string_equal(asker_replies[i].sqlstate, "22012");
	}
}

static void
pool_many_reads_through_the_queue_are_all_answered(void **state)
{
	(void)state;
	asker_open_here(2, ASKER_LONG_MS);
	for (unsigned i = 0; i < ASKER_MANY; i++)
		assert_int_equal(asker_ask(&read_divide, i % 50 == 7 ? "0" : "5", &asker_replies[i]),
		    FAULT_NONE);
	all_answered();
	for (unsigned i = 0; i < ASKER_MANY; i++) {
		assert_int_equal(asker_replies[i].calls, 1);
		if (i % 50 != 7)
			assert_answered(&asker_replies[i], "20");
		else
			assert_int_equal(asker_replies[i].fault, FAULT_STORE_FAILED);
	}
}

static void
pool_reads_are_unavailable_when_their_backend_dies(void **state)
{
	static const struct pool_statement	die = {
		"die", "select pg_terminate_backend(pg_backend_pid())::text || $1", 1, .reads = true
	};

	(void)state;
	asker_open_here(1, ASKER_LONG_MS);
	assert_int_equal(asker_ask(&read_divide, "4", &asker_replies[0]), FAULT_NONE);
	assert_int_equal(asker_ask(&die, "", &asker_replies[1]), FAULT_NONE);
	assert_int_equal(asker_ask(&read_divide, "4", &asker_replies[2]), FAULT_NONE);
	all_answered();
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(asker_replies[i].calls, 1);
	assert_unavailable(&asker_replies[2], true);
	assert_true(loop_poll_run_until(asker_one_ready, ASKER_LONG_MS));
	assert_answered(asker_reply(&read_divide, "4"), "25");
}

#define SHARE_TEST(name) cmocka_unit_test_teardown(name, asker_close)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		SHARE_TEST(pool_reads_of_one_turn_share_a_transaction),
		SHARE_TEST(pool_writes_of_one_turn_are_each_alone),
		SHARE_TEST(pool_write_between_reads_is_alone),
		SHARE_TEST(pool_read_that_fails_harms_no_neighbour),
		SHARE_TEST(pool_all_reads_that_fail_are_each_told_so),
		SHARE_TEST(pool_many_reads_through_the_queue_are_all_answered),
		SHARE_TEST(pool_reads_are_unavailable_when_their_backend_dies),
	};

	return cmocka_run_group_tests(tests, asker_group_start, asker_group_stop);
}
