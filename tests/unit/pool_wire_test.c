/*
 * The pool against a server that says what no PostgreSQL would say, or says it where it does not belong: nothing of
 * it is an answer, the connection is lost, and the next one serves.
 */
#include "asker.h"

#include <stdio.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "io/row.h"
#include "liar.h"
#include "loop_poll.h"

#define READS		3
#define PATIENT_MS	4000	/* nothing that is said takes so long */
#define HASTY_MS	1000	/* for those of whom the rest never comes */

static const struct pool_statement	ask_write = { "ask_write", "select $1::text", 1 };
static const struct pool_statement	ask_return = { "ask_return", "select $1::text", 1,
					    .returns = true };
static const struct pool_statement	ask_read = { "ask_read", "select $1::text", 1, .reads = true };

static void
wire_open(unsigned statement_ms)
{
	struct pool_options	options = { .connections = 1, .depth_max = 8, .queue_max = 8 };
	char			hosts[128];

	options.statement_ms = statement_ms;
	assert_true(snprintf(hosts, sizeof(hosts), "host=127.0.0.1 port=%u sslmode=disable"
	    " gssencmode=disable", liar.port) < (int)sizeof(hosts));
	asker_open(hosts, &options);
	assert_true(loop_poll_run_until(asker_one_ready, ASKER_LONG_MS));
}

static int
wire_close(void **state)
{
	(void)state;
	pool_free(asker_pool);
	asker_pool = NULL;
	liar_stop();
	loop_poll_finish();
	return 0;
}

static bool
logged_in_again(void)
{
	return liar.logins == 2 && asker_one_ready();
}

/* Whatever was said, the next question is answered, on this connection or on the next one. */
static void
assert_serves(unsigned logins)
{
	if (logins == 2)
		assert_true(loop_poll_run_until(logged_in_again, ASKER_LONG_MS));
	assert_answered(asker_reply(&ask_write, "v"), "v");
	assert_int_equal(liar.logins, logins);
}

struct wire_case {
	const char	*says;
	enum fault	 fault;		/* of the question */
	unsigned	 logins;	/* 2: the connection is lost */
};

/* To the first question on a connection, a preparation and an execution. */
static const struct wire_case	wire_cases[] = {
	/* What PostgreSQL says. */
	{ "1 2 T D C Z",		FAULT_NONE, 1 },
	{ "N 1 A 2 S T N D A C S Z",	FAULT_NONE, 1 },
	{ "1 2 E Z",			FAULT_STORE_FAILED, 1 },
	{ "E Z",			FAULT_STORE_FAILED, 1 },
	{ "1 2 T D E Z",		FAULT_STORE_FAILED, 1 },
	{ "1 2 T D C E Z",		FAULT_STORE_FAILED, 1 },	/* the commit */
	{ "1 2 T C0 Z",			FAULT_NONE, 1 },
	{ "1 2 Cx Z",			FAULT_NONE, 1 },
	{ "1 2 T D0 C Z",		FAULT_NONE, 1 },
	{ "Ef !",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C Ef !",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "!",				FAULT_STORE_UNAVAILABLE, 2 },
	/* Something is missing. */
	{ "Z",				FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "2 T D C Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 D C Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T C Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 C Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 C0 Z",			FAULT_STORE_UNAVAILABLE, 2 },
	/* Something is there twice. */
	{ "1 1 2 2 T D C Z",		FAULT_NONE, 1 },		/* libpq overlooks it */
	{ "1 2 T T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C Z Z",		FAULT_NONE, 2 },
	{ "1 2 T D C Z 2 T D C Z",	FAULT_NONE, 2 },
	{ "1 2 E E Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C E E Z",		FAULT_STORE_UNAVAILABLE, 2 },
	/* Out of order. */
	{ "1 2 D T C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T C D Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "2 T D C 1 Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "Z 1 2 T D C",		FAULT_STORE_UNAVAILABLE, 2 },
	/* An error, and yet an answer. */
	{ "E 1 2 T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 E 2 T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T E D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D E C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 Ex Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 E0 Z",			FAULT_STORE_UNAVAILABLE, 2 },
	/* What was never asked for. */
	{ "1 2 G T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 H d c T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 W T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 I Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D s Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 R T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 ? T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C Z ?",		FAULT_NONE, 2 },
	{ "1 2 T D C Z G",		FAULT_NONE, 2 },
	/* Columns and counts. */
	{ "1 2 T2 D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D2 C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T0 D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 Tn Dn C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C0 Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D Cn Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D Cx Z",		FAULT_STORE_UNAVAILABLE, 2 },
	/* Lengths. */
	{ "1 2 T L0 C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T L3 C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T L- C Z",		FAULT_STORE_UNAVAILABLE, 2 },
};

/* The same, but libpq loses the memory of rows that have no end when the sync comes over them. */
static const struct wire_case	endless_cases[] = {
	{ "1 2 T D Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D Z C",		FAULT_STORE_UNAVAILABLE, 2 },
};

/* The same, but the end never comes: time is up. */
static const struct wire_case	silent_cases[] = {
	{ "1 2 T D C",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T L+ C Z",		FAULT_STORE_UNAVAILABLE, 2 },
};

/* The same, to a statement that always has a row. */
static const struct wire_case	returning_cases[] = {
	{ "1 2 T D C Z",		FAULT_NONE, 1 },
	{ "1 2 E Z",			FAULT_STORE_FAILED, 1 },
	{ "1 2 T C0 Z",			FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 Cx Z",			FAULT_STORE_UNAVAILABLE, 2 },
};

/* To three questions that only read, of one turn. */
static const struct wire_case	company_cases[] = {
	{ "1 2 T D C 2 T D C 2 T D C Z",	FAULT_NONE, 1 },
	{ "1 2 T D C 2 T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C 2 T D C 2 T D C 2 T D C Z", FAULT_STORE_UNAVAILABLE, 2 },
	{ "2 T D C 2 T D C 2 T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C Z 2 T D C 2 T D C Z",	FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C 2 E T D C 2 T D C Z",	FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C 2 T D C 2 T D C !",	FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C 2 T D C 2 T D C G Z",	FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D C 2 T D D C 2 T D C Z",	FAULT_STORE_UNAVAILABLE, 2 },
	{ "1 2 T D 2 T D C 2 T D C Z",		FAULT_STORE_UNAVAILABLE, 2 },
};

/* Each with a server and a pool of its own. */
static void
wire_cases_run(const struct wire_case *cases, size_t count, const struct pool_statement *statement,
    unsigned statement_ms)
{
	unsigned	questions;

	questions = statement->reads ? READS : 1;
	for (const struct wire_case *one = cases; one < cases + count; one++) {
		liar_start();
		wire_open(statement_ms);
		liar_says(one->says);
		for (unsigned i = 0; i < questions; i++)
			assert_int_equal(asker_ask(statement, "v", &asker_replies[i]), FAULT_NONE);
		assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
		for (unsigned i = 0; i < questions; i++)
			if (asker_replies[i].calls != 1 || asker_replies[i].fault != one->fault)
				fail_msg("\"%s\": fault %d", one->says,
				    (int)asker_replies[i].fault);
		assert_serves(one->logins);
		(void)wire_close(NULL);
	}
}
#define RUN(cases, statement, ms)							\
	wire_cases_run(cases, sizeof(cases) / sizeof(cases[0]), statement, ms)

static void
pool_stream_that_is_out_of_step_loses_its_connection(void **state)
{
	(void)state;
	RUN(wire_cases, &ask_write, PATIENT_MS);
}

static void
pool_rows_without_an_end_lose_their_connection(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	__lsan_disable();
#endif
	RUN(endless_cases, &ask_write, PATIENT_MS);
#ifdef __SANITIZE_ADDRESS__
	__lsan_enable();
#endif
}

static void
pool_stream_that_stops_loses_its_connection(void **state)
{
	(void)state;
	RUN(silent_cases, &ask_write, HASTY_MS);
}

static void
pool_row_that_always_comes_and_does_not_loses_its_connection(void **state)
{
	(void)state;
	RUN(returning_cases, &ask_return, PATIENT_MS);
}

static void
pool_reads_are_answered_together_or_not_at_all(void **state)
{
	(void)state;
	RUN(company_cases, &ask_read, PATIENT_MS);
}

static void
pool_ready_too_often_is_not_the_end_of_the_next(void **state)
{
	(void)state;
	liar_start();
	wire_open(PATIENT_MS);
	liar_says("1 2 T D C Z Z");
	liar_says("2 T D C Z");
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(asker_ask(&ask_write, "v", &asker_replies[i]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_answered(&asker_replies[0], "v");
	assert_unavailable(&asker_replies[1], true);
	assert_serves(2);
}

static void
pool_answer_behind_the_login_is_nobodys(void **state)
{
	(void)state;
	liar_start();
	liar_login("1 2 T D C Z");
	wire_open(PATIENT_MS);
	assert_serves(2);
}

/* Whoever reads an answer finds a value that this statement never has. */
static void
take_number(void *arg, const struct pool_answer *answer)
{
	bool	*trusted = arg;

	assert_int_equal(answer->fault, FAULT_NONE);
	assert_int_equal(row_integer(answer->rows, 0, 0), 0);
	*trusted = row_is_trusted();
}

static void
pool_answer_that_cannot_be_read_loses_its_connection(void **state)
{
	const char	*params[1] = { "v" };
	bool		 trusted = true;

	(void)state;
	liar_start();
	wire_open(PATIENT_MS);
	assert_int_equal(pool_ask(asker_pool, &ask_write, params, take_number, &trusted), FAULT_NONE);
	assert_int_equal(asker_ask(&ask_write, "v", &asker_replies[0]), FAULT_NONE);
	assert_true(loop_poll_run_until(asker_all_answered, ASKER_LONG_MS));
	assert_false(trusted);
	assert_unavailable(&asker_replies[0], true);
	assert_serves(2);
}

#define TEST(name) cmocka_unit_test_teardown(name, wire_close)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(pool_stream_that_is_out_of_step_loses_its_connection),
		cmocka_unit_test(pool_rows_without_an_end_lose_their_connection),
		cmocka_unit_test(pool_stream_that_stops_loses_its_connection),
		cmocka_unit_test(pool_row_that_always_comes_and_does_not_loses_its_connection),
		cmocka_unit_test(pool_reads_are_answered_together_or_not_at_all),
		TEST(pool_ready_too_often_is_not_the_end_of_the_next),
		TEST(pool_answer_behind_the_login_is_nobodys),
		TEST(pool_answer_that_cannot_be_read_loses_its_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
