/*
 * JSON that somebody else wrote: parsed into a bounded tree, read with typed getters.
 * Numbers stay text (money is never a double).  yajl does the parsing.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/slice.h"

#define JSON_BYTES_MAX		65536	/* one document */
#define JSON_LARGE_BYTES_MAX	262144	/* of somebody who is known */
#define JSON_DEPTH_MAX		16	/* arrays and objects inside each other */
#define JSON_VALUES_MAX		4096	/* values in one document */
#define JSON_MEMBERS_MAX	256	/* in one object: each name is compared with all before */

enum json_kind {
	JSON_ABSENT,		/* a NULL value */
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_TEXT,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json;			/* one parsed document, owns everything read from it */
struct json_value;		/* one value in it, lent */

/**
 * json_parse(text, json):
 * Parse ${text} as exactly one JSON value and store the document in ${json}.
 * Return FAULT_NONE; FAULT_BODY_TOO_LARGE beyond JSON_BYTES_MAX; FAULT_JSON_INVALID for everything
 * that RFC 8259 does not allow, and for what it allows but is never meant: duplicate names, invalid
 * UTF-8, a NUL character, a lone surrogate, deeper than JSON_DEPTH_MAX, more than JSON_VALUES_MAX
 * values or JSON_MEMBERS_MAX members, a number of more than 64 characters, comments, anything
 * behind the value; FAULT_INTERNAL without memory.  On a fault ${json} is NULL.
 */
enum fault			 json_parse(struct slice, struct json **);

/**
 * json_parse_large(text, json):
 * The same up to JSON_LARGE_BYTES_MAX and four times as many values: for bodies whose sender has proved who it
 * is, before they are parsed.
 */
enum fault			 json_parse_large(struct slice, struct json **);

/** json_free(json): Free the document, after overwriting it; takes NULL. */
void				 json_free(struct json *);

/** json_root(json): The outermost value. */
const struct json_value		*json_root(const struct json *);

/** json_kind(value): What ${value} is; JSON_ABSENT for NULL. */
enum json_kind			 json_kind(const struct json_value *);

/** json_member(object, name): The member, or NULL if there is none or ${object} is no object. */
const struct json_value		*json_member(const struct json_value *, const char *);

/** json_count(value), json_item(array, i): Entries of an array or object; NULL outside an array. */
size_t				 json_count(const struct json_value *);
const struct json_value		*json_item(const struct json_value *, size_t);

/** json_text(value, text): Lend the text of a JSON string; false for other kinds. */
bool				 json_text(const struct json_value *, struct slice *);

/** json_number(value, text): Lend the digits of a JSON number as written; false for other kinds. */
bool				 json_number(const struct json_value *, struct slice *);

/**
 * json_member_copy(object, name, into, size):
 * Copy the text member ${name} into ${into}.  Return false if it is absent, no text, empty or too
 * long; ${into} is then the empty string.
 */
bool				 json_member_copy(const struct json_value *, const char *, char *,
				     size_t);

#endif /* !JSON_READ_H */
