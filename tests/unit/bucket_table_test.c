/*
 * The table of buckets: who finds a place, who loses one, and that strangers push out nobody who matters.
 */
#include "cmocka_all.h"

#include <string.h>

#include "core/bucket_table.h"

#define NOW_US	INT64_C(1000000)

static struct bucket_table	table;

static int
table_empty(void **state)
{
	(void)state;
	memset(&table, 0, sizeof(table));
	return 0;
}

/* The n-th name of one set. */
static uint64_t
name_in(unsigned set, unsigned n)
{
	return set + (uint64_t)BUCKET_TABLE_SETS * (n + 1);
}

static struct bucket_entry *
find_spent(uint64_t name, int64_t full_at_ns)
{
	struct bucket_entry	*entry = bucket_table_find(&table, name);

	entry->bucket.full_at_ns = full_at_ns;
	return entry;
}

static void
table_find_same_name_is_the_same_entry(void **state)
{
	(void)state;
	find_spent(77, 5)->standing = BUCKET_BAD;
	assert_int_equal(bucket_table_find(&table, 77)->bucket.full_at_ns, 5);
	assert_int_equal(bucket_table_find(&table, 77)->standing, BUCKET_BAD);
	assert_int_equal(bucket_table_find(&table, 78)->bucket.full_at_ns, 0);
	assert_int_equal(bucket_table_find(&table, 78)->standing, BUCKET_NEW);
}

static void
table_find_name_zero_has_an_entry_too(void **state)
{
	(void)state;
	find_spent(0, 5);
	assert_int_equal(bucket_table_find(&table, 0)->bucket.full_at_ns, 5);
}

static void
table_find_full_set_gives_the_place_of_the_fullest(void **state)
{
	(void)state;
	for (unsigned n = 0; n < BUCKET_TABLE_WAYS; n++)
		find_spent(name_in(3, n), n == 5 ? 10 : 100 + n);
	find_spent(name_in(3, 100), 200);
	for (unsigned n = 0; n < BUCKET_TABLE_WAYS; n++) {
		if (n != 5)
			assert_int_equal(bucket_table_find(&table, name_in(3, n))->bucket.full_at_ns, 100 + n);
	}
	assert_int_equal(bucket_table_find(&table, name_in(3, 100))->bucket.full_at_ns, 200);
	assert_int_equal(bucket_table_find(&table, name_in(3, 5))->bucket.full_at_ns, 0);	/* anew */
}

static void
table_find_many_strangers_do_not_push_out_an_emptied_one(void **state)
{
	struct bucket_rate	rate;
	struct bucket_entry	*entry;

	(void)state;
	bucket_rate_set(&rate, 10, 1);
	entry = bucket_table_find(&table, name_in(3, 0));
	while (bucket_take(&rate, &entry->bucket, 1, NOW_US) == 0)
		;
	for (unsigned n = 1; n < 10000; n++) {
		entry = bucket_table_find(&table, name_in(3, n));
		assert_int_equal(bucket_take(&rate, &entry->bucket, 1, NOW_US), 0);
	}
	assert_int_not_equal(bucket_wait(&rate, &bucket_table_find(&table, name_in(3, 0))->bucket, 1, NOW_US), 0);
}

/* Strangers that are in debt, which a fullest-first rule alone would prefer. */
static void
table_find_strangers_take_one_good_place_of_a_set_at_most(void **state)
{
	unsigned	good = 0;

	(void)state;
	for (unsigned n = 0; n < BUCKET_TABLE_ENTRIES; n++)
		find_spent(n + BUCKET_TABLE_ENTRIES, BUCKET_TABLE_ENTRIES - n)->standing = BUCKET_GOOD;
	for (unsigned n = 0; n < 20 * BUCKET_TABLE_ENTRIES; n++)
		find_spent(n + 10 * BUCKET_TABLE_ENTRIES, INT64_MAX)->standing =
		    n % 2 ? BUCKET_BAD : BUCKET_NEW;
	for (unsigned set = 0; set < BUCKET_TABLE_SETS; set++) {
		for (unsigned way = 0; way < BUCKET_TABLE_WAYS; way++)
			good += table.sets[set][way].standing == BUCKET_GOOD;
	}
	assert_int_equal(good, BUCKET_TABLE_ENTRIES - BUCKET_TABLE_SETS);
}

static void
table_memory_has_its_bound(void **state)
{
	(void)state;
	assert_int_equal(BUCKET_TABLE_ENTRIES, 8192);
	assert_true(sizeof(struct bucket_table) <= 192 * 1024);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup(table_find_same_name_is_the_same_entry, table_empty),
		cmocka_unit_test_setup(table_find_name_zero_has_an_entry_too, table_empty),
		cmocka_unit_test_setup(table_find_full_set_gives_the_place_of_the_fullest, table_empty),
		cmocka_unit_test_setup(table_find_many_strangers_do_not_push_out_an_emptied_one, table_empty),
		cmocka_unit_test_setup(table_find_strangers_take_one_good_place_of_a_set_at_most, table_empty),
		cmocka_unit_test(table_memory_has_its_bound),
	};

	return cmocka_run_group_tests_name("bucket_table", tests, NULL, NULL);
}
