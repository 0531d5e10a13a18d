/*
 * What the platform asks at queryUrl: every operation of both dialects, read from JSON into one struct.
 * Source: contract §3, brief-dialect.
 */
#ifndef QUERY_H
#define QUERY_H

#include "base/fault.h"
#include "base/slice.h"
#include "core/dialect.h"
#include "core/reference.h"

enum query_operation {
	QUERY_VERIFY,
	QUERY_LIST_METHODS,
	QUERY_CHARGE,
	QUERY_REFUND,
	QUERY_CREATE_SUBSCRIPTION,
	QUERY_CANCEL_SUBSCRIPTION,
	QUERY_UNKNOWN
};

#define QUERY_API_KEY_SIZE	256	/* longer ones cannot be ours */
#define QUERY_TEXT_SIZE		256
#define QUERY_AMOUNT_SIZE	32

struct query {
	enum query_operation	operation;
	enum dialect		dialect;	/* of the operation's name; refund has one name in both */
	const char		*name;		/* the type, from our own table; "unknown" otherwise */
	char			api_key[QUERY_API_KEY_SIZE];	/* wiped by the reader's owner */
	struct reference	charge;
	struct reference	transaction;
	struct reference	subscription;
	struct reference	contact;
	struct reference	location;
	struct reference	payment_method;
	char			amount[QUERY_AMOUNT_SIZE];	/* decimal text; "" when absent */
	char			currency[8];
	char			description[QUERY_TEXT_SIZE];
};

/**
 * query_read(body, query, field):
 * Decode one request.  Return FAULT_NONE also for an unknown type (QUERY_UNKNOWN), since that has an
 * answer of its own; FAULT_JSON_INVALID, FAULT_BODY_TOO_LARGE; or FAULT_FIELD_INVALID with the
 * offending name in ${field}: no object, no type, a required field missing, a wrong type anywhere.
 */
enum fault	query_read(struct slice, struct query *, const char **);

#endif /* !QUERY_H */
