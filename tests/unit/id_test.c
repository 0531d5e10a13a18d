/*
 * Identifiers: their form, their order, and that no two are alike, not even across a fork.
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"

#define MANY	10000

static int64_t	fake_us;

static int64_t
fake_now(void)
{
	return fake_us;
}

static int
order_of(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
id_make_has_its_prefix_and_form(void **state)
{
	static const char *const	prefixes[] = { "ch", "a", "twelve_chars" };
	struct id			id;

	(void)state;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		id_make(prefixes[i], &id);
		assert_int_equal(strlen(id.text), strlen(prefixes[i]) + 27);
		assert_true(id_is(slice_of(id.text), prefixes[i]));
		id_make_secret(prefixes[i], &id);
		assert_int_equal(strlen(id.text), strlen(prefixes[i]) + 27);
		assert_true(id_is(slice_of(id.text), prefixes[i]));
	}
}

/* The time's characters of ULIDs, from the table of digits in its specification. */
static void
id_make_begins_with_the_time(void **state)
{
	static const struct {
		int64_t		 us;
		const char	*start;
	} cases[] = {
		{ 0, "ch_0000000000" },
		{ 1000, "ch_0000000001" },
		{ 31999, "ch_000000000z" },
		{ 32000, "ch_0000000010" },
		{ 1469918176385000, "ch_01aryz6s41" },	/* the example of github.com/ulid/spec */
		{ INT64_C(281474976710655000), "ch_7zzzzzzzzz" },	/* 48 bits */
	};
	struct id	id;

	(void)state;
	clock_replace(fake_now);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_us = cases[i].us;
		id_make("ch", &id);
		assert_true(slice_starts(slice_of(id.text), cases[i].start));
	}
	clock_replace(NULL);
}

static void
id_make_later_ones_sort_behind(void **state)
{
	struct id	before = { "" }, id;

	(void)state;
	clock_replace(fake_now);
	for (fake_us = INT64_C(1795421730000000); fake_us < INT64_C(1795421731000000);
	    fake_us += 1000) {
		id_make("ch", &id);
		assert_true(strcmp(before.text, id.text) < 0);
		before = id;
	}
	clock_replace(NULL);
}

static void
id_make_many_are_all_different(void **state)
{
	struct id	*ids = calloc(MANY, sizeof(*ids));

	(void)state;
	assert_non_null(ids);
	for (int secret = 0; secret <= 1; secret++) {
		for (size_t i = 0; i < MANY; i++)
			(secret ? id_make_secret : id_make)("ch", &ids[i]);
		qsort(ids, MANY, sizeof(*ids), order_of);
		for (size_t i = 1; i < MANY; i++)
			assert_string_not_equal(ids[i - 1].text, ids[i].text);
	}
	free(ids);
}

/* Each of the 32 digits should stand about as often as any other at each of the 26 places. */
static void
id_make_secret_uses_all_digits_everywhere(void **state)
{
	static int	counts[26][128];
	struct id	id;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		id_make_secret("cs", &id);
		for (size_t place = 0; place < 26; place++)
			counts[place][(unsigned char)id.text[3 + place]]++;
	}
	for (size_t place = 0; place < 26; place++) {
		for (const char *c = "0123456789abcdefghjkmnpqrstvwxyz"; *c != '\0'; c++) {
			/* expected 312, deviation 17: eight of them either way */
			assert_in_range(counts[place][(unsigned char)*c], 176, 448);
		}
	}
}

static void
id_make_secret_in_a_child_differs_from_its_parent(void **state)
{
	struct id	here, there = { "" };
	int		ends[2], status;
	pid_t		child;

	(void)state;
	id_make_secret("cs", &here);	/* fills the batch that the child inherits */
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		id_make_secret("cs", &there);
		_exit(write(ends[1], &there, sizeof(there)) == sizeof(there) ? 0 : 1);
	}
	id_make_secret("cs", &here);
	assert_int_equal(read(ends[0], &there, sizeof(there)), sizeof(there));
	assert_string_not_equal(here.text, there.text);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
}

static void
id_is_only_the_exact_form(void **state)
{
	static const struct {
		struct slice	 text;
		const char	*prefix;
		bool		 expected;
	} cases[] = {
#define TEXT(text)	{ text, sizeof(text) - 1 }
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fav"), "ch", true },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fav"), "cs", false },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fav"), "c", false },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fav"), "ch_", false },
		{ TEXT("ch-01aryz6s41tsv4rrffq69g5fav"), "ch", false },
		{ TEXT("CH_01aryz6s41tsv4rrffq69g5fav"), "ch", false },
		{ TEXT("ch_01ARYZ6S41TSV4RRFFQ69G5FAV"), "ch", false },	/* upper case */
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fa"), "ch", false },		/* too short */
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5favx"), "ch", false },	/* too long */
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fai"), "ch", false },	/* not in the alphabet */
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fal"), "ch", false },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fao"), "ch", false },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fau"), "ch", false },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fa "), "ch", false },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fa\0"), "ch", false },
		{ TEXT("ch_01aryz6s41tsv4rrffq69g5fa'"), "ch", false },
		{ TEXT("ch_"), "ch", false },
		{ TEXT(""), "ch", false },
#undef TEXT
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(id_is(cases[i].text, cases[i].prefix), cases[i].expected);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(id_make_has_its_prefix_and_form),
		cmocka_unit_test(id_make_begins_with_the_time),
		cmocka_unit_test(id_make_later_ones_sort_behind),
		cmocka_unit_test(id_make_many_are_all_different),
		cmocka_unit_test(id_make_secret_uses_all_digits_everywhere),
		cmocka_unit_test(id_make_secret_in_a_child_differs_from_its_parent),
		cmocka_unit_test(id_is_only_the_exact_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
