/*
 * RFC 8259 once more, as a recogniser that shares nothing with base/json_read: no yajl, no tree.
 * With our choices in it (tests/unit/json_torture.txt), but for the limits that need a memory:
 * names said twice, how many values, how many members.  Used by query_fuzz.c.
 */
#ifndef JSON_GRAMMAR_H
#define JSON_GRAMMAR_H

#include <stdbool.h>

#include "base/slice.h"

/**
 * json_grammar_holds(text, crowded):
 * Whether ${text} is one JSON document; ${crowded}: an object in it has more than one member, so
 * that a name may be there twice.
 */
bool	json_grammar_holds(struct slice, bool *);

#endif /* !JSON_GRAMMAR_H */
