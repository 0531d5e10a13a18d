/*
 * The states of a charge, outcomes and declines: whole tables.
 */
#include "cmocka_all.h"

#include <string.h>

#include "core/charge.h"

static const char *const	statuses[] = {
	"sending", "pending", "unknown", "succeeded", "failed",
};
static const char *const	declines[] = {
	"none", "card_declined", "insufficient_funds", "expired_card", "incorrect_cvc",
	"authentication_failed", "authentication_required", "not_sent", "processor_refused",
};

static void
charge_status_labels_read_back(void **state)
{
	(void)state;
	assert_int_equal(CHARGE_STATUS_COUNT, 5);
	for (enum charge_status status = 0; status < CHARGE_STATUS_COUNT; status++) {
		enum charge_status	found = CHARGE_STATUS_COUNT;

		assert_string_equal(charge_status_label(status), statuses[status]);
		assert_true(charge_status_find(slice_of(statuses[status]), &found));
		assert_int_equal(found, status);
	}
}

static void
charge_status_find_other_labels_are_unknown(void **state)
{
	static const char *const	cases[] = {
		"", "Sending", "sendin", "sendings", "created", "none",
	};
	enum charge_status		status = CHARGE_PENDING;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(charge_status_find(slice_of(cases[i]), &status));
	assert_int_equal(status, CHARGE_PENDING);
}

static void
charge_may_follow_each_pair_of_states(void **state)
{
	/* Rows: from sending, pending, unknown, succeeded, failed; columns: to the same. */
	static const bool	expected[CHARGE_STATUS_COUNT][CHARGE_STATUS_COUNT] = {
		{ false, true, true, true, true },
		{ false, false, false, true, true },
		{ false, true, false, true, true },
		{ false, false, false, false, false },
		{ false, false, false, false, false },
	};

	(void)state;
	for (enum charge_status from = 0; from < CHARGE_STATUS_COUNT; from++) {
		for (enum charge_status to = 0; to < CHARGE_STATUS_COUNT; to++)
			assert_int_equal(charge_may_follow(from, to), expected[from][to]);
	}
}

static void
charge_is_final_exactly_where_nothing_follows(void **state)
{
	(void)state;
	for (enum charge_status from = 0; from < CHARGE_STATUS_COUNT; from++) {
		bool	something = false;

		for (enum charge_status to = 0; to < CHARGE_STATUS_COUNT; to++)
			something = something || charge_may_follow(from, to);
		assert_int_equal(charge_is_final(from), !something);
	}
	assert_true(charge_is_final(CHARGE_SUCCEEDED));
	assert_true(charge_is_final(CHARGE_FAILED));
}

static void
charge_status_of_each_outcome_can_follow_sending(void **state)
{
	static const struct {
		enum outcome		 outcome;
		const char		*label;
		enum charge_status	 status;
	} cases[] = {
		{ OUTCOME_SUCCEEDED, "succeeded", CHARGE_SUCCEEDED },
		{ OUTCOME_FAILED, "failed", CHARGE_FAILED },
		{ OUTCOME_PENDING, "pending", CHARGE_PENDING },
		{ OUTCOME_UNKNOWN, "unknown", CHARGE_UNKNOWN },	/* never failed */
	};
	enum outcome	found = OUTCOME_UNKNOWN;

	(void)state;
	assert_false(outcome_find(slice_of("refused"), &found));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(outcome_label(cases[i].outcome), cases[i].label);
		assert_true(outcome_find(slice_of(cases[i].label), &found));
		assert_int_equal(found, cases[i].outcome);
		assert_int_equal(charge_status_of(cases[i].outcome), cases[i].status);
		assert_true(charge_may_follow(CHARGE_SENDING, charge_status_of(cases[i].outcome)));
	}
}

static void
decline_labels_read_back_and_have_a_text(void **state)
{
	(void)state;
	assert_int_equal(DECLINE_COUNT, sizeof(declines) / sizeof(declines[0]));
	for (enum decline decline = 0; decline < DECLINE_COUNT; decline++) {
		enum decline	found = DECLINE_COUNT;

		assert_string_equal(decline_label(decline), declines[decline]);
		assert_true(decline_find(slice_of(declines[decline]), &found));
		assert_int_equal(found, decline);
		assert_int_equal(strlen(decline_text(decline)) == 0, decline == DECLINE_NONE);
	}
	assert_string_equal(decline_text(DECLINE_EXPIRED_CARD), "Your card was declined.");
}

static void
decline_find_other_labels_are_unknown(void **state)
{
	static const char *const	cases[] = {
		"", "declined", "Card_declined", "card_declined ", "0",
	};
	enum decline			decline = DECLINE_NOT_SENT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(decline_find(slice_of(cases[i]), &decline));
	assert_int_equal(decline, DECLINE_NOT_SENT);
}

/* Somebody who tries out stolen cards must not learn more than "no" from code and text. */
static void
decline_shown_to_payers_does_not_tell_that_a_card_is_real(void **state)
{
	static const enum decline	alike[] = {
		DECLINE_CARD_DECLINED, DECLINE_INSUFFICIENT_FUNDS, DECLINE_EXPIRED_CARD,
		DECLINE_INCORRECT_CVC,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		assert_string_equal(decline_public_code(alike[i]), "card_declined");
		assert_string_equal(decline_text(alike[i]), "Your card was declined.");
	}
	for (enum decline decline = 0; decline < DECLINE_COUNT; decline++) {
		if (strcmp(decline_text(decline), "Your card was declined.") != 0)
			assert_string_equal(decline_public_code(decline), declines[decline]);
		/* Every class is told to the merchant, in words of its own. */
		for (enum decline other = 0; other < decline; other++)
			assert_string_not_equal(decline_merchant_text(decline),
			    decline_merchant_text(other));
	}
	assert_string_equal(decline_merchant_text(DECLINE_CARD_DECLINED), "Card was declined");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(charge_status_labels_read_back),
		cmocka_unit_test(charge_status_find_other_labels_are_unknown),
		cmocka_unit_test(charge_may_follow_each_pair_of_states),
		cmocka_unit_test(charge_is_final_exactly_where_nothing_follows),
		cmocka_unit_test(charge_status_of_each_outcome_can_follow_sending),
		cmocka_unit_test(decline_labels_read_back_and_have_a_text),
		cmocka_unit_test(decline_find_other_labels_are_unknown),
		cmocka_unit_test(decline_shown_to_payers_does_not_tell_that_a_card_is_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
