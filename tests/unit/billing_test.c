/*
 * Who is billed: what a link may say, and for each yes its nearest no.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "core/billing.h"

static void
billing_type_reads_each_word_once(void **state)
{
	static const struct {
		const char	*text;
		bool		 reads, company, locations;
	} cases[] = {
		{ "location", true, false, true },
		{ "agency", true, true, false },
		{ "agency,location", true, true, true },
		{ "location, agency", true, true, true },
		{ "", false, false, false },
		{ "company", false, false, false },
		{ "Location", false, false, false },
		{ "location,location", false, false, false },
		{ "agency,location,agency", false, false, false },
		{ "agency,,location", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct billing_payers	payers = { .location_count = 0 };

		assert_int_equal(billing_type_read(slice_of(cases[i].text), &payers), cases[i].reads);
		if (cases[i].reads) {
			assert_int_equal(payers.bills_company, cases[i].company);
			assert_int_equal(payers.bills_locations, cases[i].locations);
		}
	}
}

static void
billing_locations_are_split_at_commas(void **state)
{
	static const struct {
		const char	*text;
		bool		 reads;
		size_t		 count;
	} cases[] = {
		{ "", true, 0 },
		{ "a", true, 1 },
		{ "a,b,c", true, 3 },
		{ "a, b", true, 2 },
		{ "a,a", false, 0 },
		{ ",a", false, 0 },
		{ "a,,b", false, 0 },
		{ "a b", false, 0 },
		{ "a;b", false, 0 },
		{ "4242424242424242", false, 0 },	/* a card number is no location */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct billing_payers	payers = { .location_count = 0 };

		assert_int_equal(billing_locations_read(slice_of(cases[i].text), &payers), cases[i].reads);
		if (cases[i].reads)
			assert_int_equal(payers.location_count, cases[i].count);
	}
}

static void
billing_locations_have_a_limit(void **state)
{
	struct billing_payers	payers = { .location_count = 0 };
	char			text[16];

	(void)state;
	for (int i = 0; i < BILLING_LOCATIONS_MAX; i++) {
		assert_true(snprintf(text, sizeof(text), "l%d", i) > 0);
		assert_true(billing_location_add(&payers, slice_of(text)));
	}
	assert_false(billing_location_add(&payers, slice_of("more")));
	assert_int_equal(payers.location_count, BILLING_LOCATIONS_MAX);
}

static void
billing_payers_settle_names_what_is_missing(void **state)
{
	static const struct {
		bool		 company, locations;
		const char	*company_id;
		size_t		 given, kept, count;
		const char	*missing;
	} cases[] = {
		{ false, true, "", 2, 2, 2, NULL },
		{ false, true, "c", 2, 2, 2, NULL },	/* named, not billed */
		{ true, false, "c", 2, 0, 1, NULL },	/* its locations are not billed */
		{ true, true, "c", 2, 2, 3, NULL },
		{ true, true, "c", 0, 0, 0, "locationId" },
		{ true, true, "", 2, 2, 0, "companyId" },
		{ true, false, "", 0, 0, 0, "companyId" },
		{ false, true, "c", 0, 0, 0, "locationId" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct billing_payers	payers = { .bills_company = cases[i].company };
		const char		*missing;

		payers.bills_locations = cases[i].locations;
		assert_true(slice_copy(slice_of(cases[i].company_id), payers.company.text, REFERENCE_SIZE));
		assert_true(billing_locations_read(slice_of(cases[i].given == 2 ? "a,b" : ""), &payers));
		missing = billing_payers_settle(&payers);
		if (cases[i].missing != NULL) {
			assert_string_equal(missing, cases[i].missing);
			continue;
		}
		assert_null(missing);
		assert_int_equal(payers.location_count, cases[i].kept);
		assert_int_equal(billing_payers_count(&payers), cases[i].count);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(billing_type_reads_each_word_once),
		cmocka_unit_test(billing_locations_are_split_at_commas),
		cmocka_unit_test(billing_locations_have_a_limit),
		cmocka_unit_test(billing_payers_settle_names_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
