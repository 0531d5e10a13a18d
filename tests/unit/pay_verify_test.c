/*
 * The rule behind "is it paid": for the yes, every nearest no.
 */
#include "cmocka_all.h"

#include <string.h>

#include "pay/pay.h"
#include "pay/pay_verify.h"

struct verify_case {
	const char		*transaction;	/* asked */
	enum store_found	 found;
	enum charge_status	 status;
	int64_t			 captured, asked;
	const char		*captured_in, *asked_in;
	const char		*rule;
	enum answer_verdict	 verdict;
};

static const struct verify_case	cases[] = {
	{ "t1", STORE_FOUND_CHARGE, CHARGE_SUCCEEDED, 4999, 4999, "USD", "USD", "charge_succeeded", ANSWER_PAID },
	{ "", STORE_FOUND_CHARGE, CHARGE_SUCCEEDED, 4999, 4999, "USD", "USD", "charge_succeeded", ANSWER_PAID },
	{ "t2", STORE_FOUND_CHARGE, CHARGE_SUCCEEDED, 4999, 4999, "USD", "USD", "other_transaction", ANSWER_FAILED },
	{ "t1", STORE_FOUND_CHARGE, CHARGE_SUCCEEDED, 4998, 4999, "USD", "USD", "amount_differs", ANSWER_FAILED },
	{ "t1", STORE_FOUND_CHARGE, CHARGE_SUCCEEDED, 5000, 4999, "USD", "USD", "amount_differs", ANSWER_FAILED },
	{ "t1", STORE_FOUND_CHARGE, CHARGE_SUCCEEDED, 4999, 4999, "CAD", "USD", "amount_differs", ANSWER_FAILED },
	{ "t1", STORE_FOUND_CHARGE, CHARGE_FAILED, 0, 4999, "USD", "USD", "charge_failed", ANSWER_FAILED },
	{ "t1", STORE_FOUND_CHARGE, CHARGE_PENDING, 0, 4999, "USD", "USD", "charge_not_final", ANSWER_PENDING },
	{ "t1", STORE_FOUND_CHARGE, CHARGE_UNKNOWN, 0, 4999, "USD", "USD", "charge_not_final", ANSWER_PENDING },
	{ "t1", STORE_FOUND_CHARGE, CHARGE_SENDING, 0, 4999, "USD", "USD", "charge_not_final", ANSWER_PENDING },
	{ "t2", STORE_FOUND_CHARGE, CHARGE_PENDING, 0, 4999, "USD", "USD", "other_transaction", ANSWER_FAILED },
	{ "t1", STORE_FOUND_SESSION, CHARGE_SENDING, 0, 0, "USD", "USD", "session_open", ANSWER_PENDING },
	{ "t1", STORE_FOUND_NOTHING, CHARGE_SENDING, 0, 0, "USD", "USD", "charge_not_found", ANSWER_FAILED },
	/* Somebody else's money is no reason to call this transaction paid, whatever it says of itself. */
	{ "t1", STORE_FOUND_OTHER_MODE, CHARGE_SUCCEEDED, 4999, 4999, "USD", "USD", "other_mode", ANSWER_FAILED },
	{ "t1", STORE_FOUND_OTHER_ACCOUNT, CHARGE_SUCCEEDED, 4999, 4999, "USD", "USD", "other_account",
	    ANSWER_FAILED },
};

static void
pay_verify_judge_each_case_gives_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pay_verify_ask	ask = { .key = { "", "" } };
		struct store_verified	verified = { .found = cases[i].found };
		struct pay_verified	result = { .rule = "" };

		assert_true(reference_read(slice_of(cases[i].transaction), &ask.transaction));
		assert_true(reference_read(slice_of("t1"), &verified.transaction));
		verified.status = cases[i].status;
		verified.captured.minor = cases[i].captured;
		verified.captured.currency = currency_find(slice_of(cases[i].captured_in));
		verified.asked.minor = cases[i].asked;
		verified.asked.currency = currency_find(slice_of(cases[i].asked_in));
		pay_verify_judge(&ask, &verified, &result);
		if (result.verify.verdict != cases[i].verdict)
			print_error("case %zu\n", i);
		assert_int_equal(result.verify.verdict, cases[i].verdict);
		assert_string_equal(result.rule, cases[i].rule);
	}
}

struct standing_case {
	bool			 has_charge;
	enum charge_status	 status;
	const char		*action;
	int			 failed_count;
	enum pay_standing	 standing;
};

static const struct standing_case	standings[] = {
	{ false, CHARGE_SENDING, "", 0, PAY_OPEN },
	{ true, CHARGE_SENDING, "", 0, PAY_PROCESSING },
	{ true, CHARGE_UNKNOWN, "", 0, PAY_PROCESSING },
	{ true, CHARGE_PENDING, "", 0, PAY_PENDING },
	{ true, CHARGE_PENDING, "chl_1", 0, PAY_ACTION },
	{ true, CHARGE_SUCCEEDED, "", 4, PAY_SUCCEEDED },
	{ true, CHARGE_FAILED, "", 1, PAY_OPEN },
	{ true, CHARGE_FAILED, "", STORE_SESSION_ATTEMPTS_MAX - 1, PAY_OPEN },
	{ true, CHARGE_FAILED, "", STORE_SESSION_ATTEMPTS_MAX, PAY_FAILED },
};

static void
pay_session_standing_each_state_has_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(standings) / sizeof(standings[0]); i++) {
		struct store_session	session = { .has_charge = standings[i].has_charge };

		session.status = standings[i].status;
		session.failed_count = standings[i].failed_count;
		assert_true(slice_copy(slice_of(standings[i].action), session.action,
		    sizeof(session.action)));
		assert_int_equal(pay_session_standing(&session), standings[i].standing);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(pay_verify_judge_each_case_gives_its_verdict),
		cmocka_unit_test(pay_session_standing_each_state_has_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
