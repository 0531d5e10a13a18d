/*
 * Identifiers of the platform: what is taken as one, what could not be one.
 */
#include "cmocka_all.h"

#include <string.h>

#include "core/reference.h"

static void
reference_read_platform_ids_are_kept(void **state)
{
	static const char *const	cases[] = {
		"680a923d54b81c699b845e47", "Ktkq45jCf1R15Z1D6Q3t", "ch_01jd", "a.b-c:d_e", "0",
	};
	struct reference		reference;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(reference_read(slice_of(cases[i]), &reference));
		assert_string_equal(reference.text, cases[i]);
		assert_false(reference_is_empty(&reference));
	}
}

static void
reference_read_empty_text_is_no_reference(void **state)
{
	struct reference	reference;

	(void)state;
	assert_true(reference_read(slice_of(""), &reference));
	assert_true(reference_is_empty(&reference));
}

static void
reference_read_unsafe_text_is_refused(void **state)
{
	static const char *const	cases[] = {
		"a b", "a/b", "..", ".hidden", "a?b", "a%41", "a\nb", "é", "a\"b", "a&b", "a#b",
	};
	struct reference		reference;
	char				longest[REFERENCE_SIZE + 1];
	struct slice			with_nul = { .at = "ab\0cd", .len = 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(reference_read(slice_of(cases[i]), &reference));
	assert_false(reference_read(with_nul, &reference));
	memset(longest, 'a', sizeof(longest));
	longest[REFERENCE_SIZE] = '\0';
	assert_false(reference_read(slice_of(longest), &reference));
	longest[REFERENCE_SIZE - 1] = '\0';
	assert_true(reference_read(slice_of(longest), &reference));
}

/* Whoever sends a card number as an identifier must not make us store it. */
static void
reference_read_card_number_or_key_is_refused_its_neighbours_are_not(void **state)
{
	static const struct {
		const char	*text;
		bool		 reads;
	} cases[] = {
		{ "4242424242424242", false }, { "4242-4242-4242-4242", false },
		{ "4242.4242.4242.4242", false }, { "378282246310005", false },
		{ "4222222222222", false }, { "4242424242424241", true },
		{ "424242424242", true }, { "a4242424242424242", true },
		{ "kassa_sk_test_0123", false }, { "kassa_pk_live_0123", false }, { "tok_0123", false },
		{ "kassa_0123", true }, { "42424242424242424242", true }, { "680123456789012345678901", true },
	};
	struct reference	reference;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(reference_read(slice_of(cases[i].text), &reference), cases[i].reads);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(reference_read_platform_ids_are_kept),
		cmocka_unit_test(reference_read_empty_text_is_no_reference),
		cmocka_unit_test(reference_read_card_number_or_key_is_refused_its_neighbours_are_not),
		cmocka_unit_test(reference_read_unsafe_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
