/*
 * Buckets by name, in a memory that never grows: who has no place takes that of another.  Used by
 * web/web_limit.c, one table a worker for keys and one for addresses.
 */
#ifndef BUCKET_TABLE_H
#define BUCKET_TABLE_H

#include <stdint.h>

#include "core/bucket.h"

#define BUCKET_TABLE_WAYS	8	/* places in which a name may be: what a look-up costs at most */
#define BUCKET_TABLE_SETS	1024
#define BUCKET_TABLE_ENTRIES	(BUCKET_TABLE_SETS * BUCKET_TABLE_WAYS)	/* 24 bytes each */

enum bucket_standing {
	BUCKET_NEW,		/* nothing is known of who is called so */
	BUCKET_BAD,		/* had no right to ask */
	BUCKET_GOOD		/* had; keeps the place against all who are not */
};

struct bucket_entry {
	uint64_t		name;		/* 0: the place is free */
	struct bucket		bucket;
	enum bucket_standing	standing;
};

/* All zero is an empty one. */
struct bucket_table {
	struct bucket_entry	sets[BUCKET_TABLE_SETS][BUCKET_TABLE_WAYS];
};

/**
 * bucket_table_find(table, name):
 * The entry of ${name}, made if there is none: full and BUCKET_NEW.  It is lent until the next call.
 * The new one takes the place of the fullest in its set, whose loss grants least, and of a BUCKET_GOOD
 * one only if all of the set are.  So strangers, however many, take one place in eight from those; and
 * a bucket that was emptied is forgotten only for others that are emptier.
 * ${name} is a keyed digest of what it stands for (else someone could choose what meets in one set).
 */
struct bucket_entry	*bucket_table_find(struct bucket_table *, uint64_t);

#endif /* !BUCKET_TABLE_H */
