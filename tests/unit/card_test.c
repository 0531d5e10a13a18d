/*
 * Card numbers: the check digit, the published table, expiry.
 */
#include "cmocka_all.h"

#include <string.h>

#include "core/card.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))

static const struct card_published	expected[] = {
	{ "4242424242424242", "visa", CARD_SUCCEED, DECLINE_NONE, NULL },
	{ "5555555555554444", "mastercard", CARD_SUCCEED, DECLINE_NONE, NULL },
	{ "4000000000000002", "visa", CARD_DECLINE, DECLINE_CARD_DECLINED, NULL },
	{ "4000000000009995", "visa", CARD_DECLINE_CHARGE, DECLINE_INSUFFICIENT_FUNDS, NULL },
	{ "4000000000000069", "visa", CARD_DECLINE, DECLINE_EXPIRED_CARD, NULL },
	{ "4000000000000127", "visa", CARD_DECLINE, DECLINE_INCORRECT_CVC, NULL },
	{ "4000000000000341", "visa", CARD_DECLINE_CHARGE, DECLINE_CARD_DECLINED, NULL },
	{ "4000002500003155", "visa", CARD_CHALLENGE, DECLINE_NONE, NULL },
	{ "4000000000001505", "visa", CARD_PEND, DECLINE_NONE, NULL },
	{ "4000000000001604", "visa", CARD_SILENT, DECLINE_NONE, NULL },
};

static void
card_is_luhn_only_12_to_19_right_digits(void **state)
{
	static const struct {
		const char	*digits;
		bool		 expected;
	} cases[] = {
		{ "4242424242424242", true },
		{ "4242424242424241", false },
		{ "4242424242424243", false },
		{ "378282246310005", true },		/* 15 digits */
		{ "4222222222222", true },		/* 13 */
		{ "000000000000", true },		/* 12 zeros pass the formula */
		{ "00000000000", false },		/* 11 */
		{ "0000000000000000000", true },	/* 19 */
		{ "00000000000000000000", false },	/* 20 */
		{ "4242 4242 4242 4242", false },
		{ "4242-4242-4242-42", false },
		{ "424242424242424x", false },
		{ "424242424242424\xb2", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_int_equal(card_is_luhn(slice_of(cases[i].digits)), cases[i].expected);
}

/* The formula sees every single wrong digit, and every exchange of neighbours but 09 and 90. */
static void
card_is_luhn_typing_errors_are_seen(void **state)
{
	char	digits[] = "4000002500003155";

	(void)state;
	for (size_t i = 0; i < sizeof(digits) - 1; i++) {
		char	right = digits[i];

		for (char wrong = '0'; wrong <= '9'; wrong++) {
			digits[i] = wrong;
			assert_int_equal(card_is_luhn(slice_of(digits)), wrong == right);
		}
		digits[i] = right;
	}
	for (size_t i = 0; i + 2 < sizeof(digits); i++) {
		char	swapped[sizeof(digits)];

		memcpy(swapped, digits, sizeof(digits));
		swapped[i] = digits[i + 1];
		swapped[i + 1] = digits[i];
		assert_int_equal(card_is_luhn(slice_of(swapped)), digits[i] == digits[i + 1]);
	}
}

static void
card_published_table_is_the_published_one(void **state)
{
	(void)state;
	assert_int_equal(card_published_count(), CASES(expected));
	assert_null(card_published_at(CASES(expected)));
	for (size_t i = 0; i < CASES(expected); i++) {
		const struct card_published	*card = card_published_at(i);

		assert_non_null(card);
		assert_ptr_equal(card, card_published_find(slice_of(expected[i].number)));
		assert_string_equal(card->number, expected[i].number);
		assert_string_equal(card->brand, expected[i].brand);
		assert_int_equal(card->behaviour, expected[i].behaviour);
		assert_int_equal(card->decline, expected[i].decline);
		assert_true(strlen(card->meaning) > 0);
		assert_true(card_is_luhn(slice_of(card->number)));
		assert_int_equal(card->decline != DECLINE_NONE, card->behaviour == CARD_DECLINE ||
		    card->behaviour == CARD_DECLINE_CHARGE);
	}
}

static void
card_published_find_other_numbers_are_unknown(void **state)
{
	static const char *const	cases[] = {
		"", "4242", "4111111111111111", "4242424242424241", "42424242424242420",
		"4242 4242 4242 4242", " 4242424242424242", "4242424242424242 ",
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_null(card_published_find(slice_of(cases[i])));
	assert_null(card_published_find((struct slice){ "4242424242424242\0", 17 }));
}

static void
card_behaviour_labels_are_those_of_the_database(void **state)
{
	static const char *const	labels[] = {
		"succeed", "decline", "decline_charge", "challenge", "pend", "silent",
	};

	(void)state;
	assert_int_equal(CARD_BEHAVIOUR_COUNT, CASES(labels));
	for (enum card_behaviour behaviour = 0; behaviour < CARD_BEHAVIOUR_COUNT; behaviour++)
		assert_string_equal(card_behaviour_label(behaviour), labels[behaviour]);
}

static void
card_month_is_past_from_the_next_month_on(void **state)
{
	static const struct {
		struct card_month	expiry, today;
		bool			expected;
	} cases[] = {
		{ { 2026, 11 }, { 2026, 11 }, false },	/* good until its last day */
		{ { 2026, 10 }, { 2026, 11 }, true },
		{ { 2026, 12 }, { 2026, 11 }, false },
		{ { 2025, 12 }, { 2026, 1 }, true },
		{ { 2027, 1 }, { 2026, 12 }, false },
		{ { 2026, 12 }, { 2027, 1 }, true },
		{ { 2031, 1 }, { 2026, 11 }, false },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_int_equal(card_month_is_past(cases[i].expiry, cases[i].today),
		    cases[i].expected);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(card_is_luhn_only_12_to_19_right_digits),
		cmocka_unit_test(card_is_luhn_typing_errors_are_seen),
		cmocka_unit_test(card_published_table_is_the_published_one),
		cmocka_unit_test(card_published_find_other_numbers_are_unknown),
		cmocka_unit_test(card_behaviour_labels_are_those_of_the_database),
		cmocka_unit_test(card_month_is_past_from_the_next_month_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
