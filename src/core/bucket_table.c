/*
 * Finding a place for a bucket: a name has one set and any place in it.
 */
#include "core/bucket_table.h"

#include <stdbool.h>
#include <stddef.h>

static bool	entry_goes_before(const struct bucket_entry *, const struct bucket_entry *);

struct bucket_entry *
bucket_table_find(struct bucket_table *table, uint64_t name)
{
	struct bucket_entry	*set = table->sets[name % BUCKET_TABLE_SETS], *victim = &set[0];

	if (name == 0)	/* one digest in 2^64: it shares */
		name = BUCKET_TABLE_SETS;
	for (size_t i = 0; i < BUCKET_TABLE_WAYS; i++) {
		if (set[i].name == name)
			return &set[i];
		if (entry_goes_before(&set[i], victim))
			victim = &set[i];
	}
	*victim = (struct bucket_entry){ .name = name };
	return victim;
}

/* Whose loss is the smaller one. */
static bool
entry_goes_before(const struct bucket_entry *a, const struct bucket_entry *b)
{
	if ((a->name == 0) != (b->name == 0))
		return a->name == 0;
	if ((a->standing == BUCKET_GOOD) != (b->standing == BUCKET_GOOD))
		return b->standing == BUCKET_GOOD;
	return a->bucket.full_at_ns < b->bucket.full_at_ns;
}
