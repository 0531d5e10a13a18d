/*
 * The time and its text.  Expected texts come from date(1): date -u -d @SECONDS.
 */
#include "cmocka_all.h"

#include <stdio.h>

#include "base/clock.h"

static int64_t
clock_at_noon(void)
{
	return INT64_C(1795421730123456);
}

static void
clock_text_known_moments_print_as_date_does(void **state)
{
	static const struct {
		int64_t		 us;
		const char	*text;
		const char	*seconds;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z" },
		{ 999, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z" },
		{ 1000, "1970-01-01T00:00:00.001Z", "1970-01-01T00:00:00Z" },
		{ 951782399999999, "2000-02-28T23:59:59.999Z", "2000-02-28T23:59:59Z" },
		{ 951782400000000, "2000-02-29T00:00:00.000Z", "2000-02-29T00:00:00Z" },
		{ 951868800000000, "2000-03-01T00:00:00.000Z", "2000-03-01T00:00:00Z" },
		{ 1709164800000000, "2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00Z" },
		{ 1735689599000000, "2024-12-31T23:59:59.000Z", "2024-12-31T23:59:59Z" },
		{ 1735689600000000, "2025-01-01T00:00:00.000Z", "2025-01-01T00:00:00Z" },
		{ 1795421730123456, "2026-11-23T08:15:30.123Z", "2026-11-23T08:15:30Z" },
		{ 4107542400000000, "2100-03-01T00:00:00.000Z", "2100-03-01T00:00:00Z" },
		{ 4107456000000000, "2100-02-28T00:00:00.000Z", "2100-02-28T00:00:00Z" },
		{ 253402300799999999, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char	text[CLOCK_TEXT_SIZE], seconds[CLOCK_TEXT_SIZE];

		clock_text(cases[i].us, text);
		clock_text_seconds(cases[i].us, seconds);
		assert_string_equal(text, cases[i].text);
		assert_string_equal(seconds, cases[i].seconds);
	}
}

/* Every day of four centuries against a calendar that only counts. */
static void
clock_text_every_day_follows_the_one_before(void **state)
{
	static const int	lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int			year = 1970, month = 1, day = 1;
	int64_t			us = 0;

	(void)state;
	for (; year < 2370; us += INT64_C(86400000000)) {
		char	text[CLOCK_TEXT_SIZE], expected[64];
		int	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		clock_text_seconds(us, text);
		assert_int_equal(snprintf(expected, sizeof(expected), "%04d-%02d-%02dT00:00:00Z",
		    year, month, day), 20);
		assert_string_equal(text, expected);
		day++;
		if (day > lengths[month - 1] + (month == 2 ? leap : 0)) {
			day = 1;
			month++;
		}
		if (month > 12) {
			month = 1;
			year++;
		}
	}
}

static void
clock_now_replaced_says_the_replacement_until_it_goes(void **state)
{
	(void)state;
	clock_replace(clock_at_noon);
	assert_int_equal(clock_now_us(), clock_at_noon());
	clock_replace(NULL);
	assert_true(clock_now_us() != clock_at_noon());
	assert_true(clock_now_us() > INT64_C(1700000000000000));
}

static void
clock_elapsed_never_goes_back(void **state)
{
	int64_t	before = clock_elapsed_us();

	(void)state;
	clock_replace(clock_at_noon);
	for (int i = 0; i < 1000; i++) {
		int64_t	now = clock_elapsed_us();

		assert_true(now >= before);
		before = now;
	}
	clock_replace(NULL);
}

static void
clock_read_takes_moments_of_the_platform_and_nothing_else(void **state)
{
	static const struct {
		const char	*text;
		int64_t		 us;	/* -1: refused */
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2025-06-25T06:57:06.225Z", 1750834626225000 },
		{ "2025-06-25T06:57:06Z", 1750834626000000 },
		{ "2025-06-25T08:57:06.225+02:00", 1750834626225000 },
		{ "2025-06-25T01:27:06-05:30", 1750834626000000 },
		{ "2024-02-29T23:59:59.9999999Z", 1709251199999999 },
		{ "9999-12-31T23:59:59Z", 253402300799000000 },
		{ "2025-02-29T00:00:00Z", -1 }, { "2025-04-31T00:00:00Z", -1 }, { "2025-13-01T00:00:00Z", -1 },
		{ "2025-00-01T00:00:00Z", -1 }, { "2025-01-00T00:00:00Z", -1 }, { "2025-01-01T24:00:00Z", -1 },
		{ "2025-01-01T00:60:00Z", -1 }, { "2025-01-01T00:00:60Z", -1 }, { "1969-12-31T23:59:59Z", -1 },
		{ "1970-01-01T00:00:00+01:00", -1 }, { "2025-01-01T00:00:00", -1 }, { "2025-01-01T00:00:00z", -1 },
		{ "2025-01-01 00:00:00Z", -1 }, { "2025-01-01T00:00:00.Z", -1 }, { "2025-01-01T00:00:00ZZ", -1 },
		{ "2025-01-01T00:00:00+0100", -1 }, { "2025-01-01T00:00:00+24:00", -1 }, { "2025-1-1T0:0:0Z", -1 },
		{ "-025-01-01T00:00:00Z", -1 }, { "2025-01-01", -1 }, { "1750834626225", -1 }, { "", -1 }, { "now", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t	us = -1;
		bool	reads = clock_read(slice_of(cases[i].text), &us);

		if (reads != (cases[i].us >= 0) || us != cases[i].us)
			print_error("case %zu: %s\n", i, cases[i].text);
		assert_int_equal(reads, cases[i].us >= 0);
		assert_true(us == cases[i].us);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(clock_text_known_moments_print_as_date_does),
		cmocka_unit_test(clock_text_every_day_follows_the_one_before),
		cmocka_unit_test(clock_now_replaced_says_the_replacement_until_it_goes),
		cmocka_unit_test(clock_elapsed_never_goes_back),
		cmocka_unit_test(clock_read_takes_moments_of_the_platform_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
