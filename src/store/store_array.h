/*
 * Lists of texts as a statement's parameter: an SQL array in its text form.
 */
#ifndef STORE_ARRAY_H
#define STORE_ARRAY_H

#include "base/buf.h"

/**
 * store_array_add(array, text):
 * Append an element to ${array}, which was empty before the first one: in quotes, with '"' and '\' escaped.
 * Source: PostgreSQL 15, 8.15.6.
 */
void	store_array_add(struct buf *, const char *);

/** store_array_end(array): Behind the last element; without any it is the empty array. */
void	store_array_end(struct buf *);

#endif /* !STORE_ARRAY_H */
