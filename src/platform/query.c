/*
 * The fields of every query, as a table; the reader is a loop over it.  Used by web_query.c.
 */
#include "platform/query.h"

#include <stddef.h>
#include <string.h>

#include "base/json_read.h"

enum field_kind {
	FIELD_REFERENCE,
	FIELD_TEXT,
	FIELD_REMARK,		/* for people: one that is too long is left out, and stops no payment */
	FIELD_AMOUNT		/* a number, or a text with one in it: kept as written */
};

struct field {
	const char	*name;
	enum field_kind	 kind;
	size_t		 offset, size;
};

#define FIELD(name, kind, member) \
	{ name, kind, offsetof(struct query, member), sizeof(((struct query *)NULL)->member) }

static const struct field fields[] = {
	FIELD("chargeId",		FIELD_REFERENCE, charge),
	FIELD("transactionId",		FIELD_REFERENCE, transaction),
	FIELD("subscriptionId",		FIELD_REFERENCE, subscription),
	FIELD("contactId",		FIELD_REFERENCE, contact),
	FIELD("locationId",		FIELD_REFERENCE, location),
	FIELD("paymentMethodId",	FIELD_REFERENCE, payment_method),
	FIELD("amount",			FIELD_AMOUNT,	 amount),
	FIELD("currency",		FIELD_TEXT,	 currency),
	FIELD("chargeDescription",	FIELD_REMARK,	 description),
};

/* Required ones end with NULL; of "either", one must be there. */
struct operation {
	const char		*type;
	enum query_operation	 operation;
	enum dialect		 dialect;
	const char		*required[4];
	const char		*either[2];
};

static const struct operation operations[] = {
	{ "verify", QUERY_VERIFY, DIALECT_LIVE,
	    { NULL }, { "chargeId", "transactionId" } },
	{ "verify_payment", QUERY_VERIFY, DIALECT_BRIEF,
	    { "chargeId" }, { NULL } },
	{ "list_payment_methods", QUERY_LIST_METHODS, DIALECT_LIVE,
	    { "contactId" }, { NULL } },
	{ "get_payment_methods", QUERY_LIST_METHODS, DIALECT_BRIEF,
	    { "contactId" }, { NULL } },
	{ "charge_payment", QUERY_CHARGE, DIALECT_LIVE,
	    { "paymentMethodId", "transactionId", "amount", "currency" }, { NULL } },
	{ "charge_payment_method", QUERY_CHARGE, DIALECT_BRIEF,
	    { "paymentMethodId", "contactId", "amount", "currency" }, { NULL } },
	{ "refund", QUERY_REFUND, DIALECT_LIVE,
	    { "amount" }, { "chargeId", "transactionId" } },
	{ "create_subscription", QUERY_CREATE_SUBSCRIPTION, DIALECT_LIVE,
	    { "subscriptionId", "paymentMethodId", "contactId" }, { NULL } },
	{ "cancel_subscription", QUERY_CANCEL_SUBSCRIPTION, DIALECT_LIVE,
	    { "subscriptionId" }, { NULL } },
};

static enum fault	operation_find(const struct json_value *, struct query *,
			    const struct operation **);
static enum fault	field_read(const struct json_value *, const struct field *, struct query *);
static enum fault	required_check(const struct operation *, const struct query *, const char **);
static bool		field_is_set(const char *, const struct query *);

enum fault
query_read(struct slice body, struct query *query, const char **field)
{
	const struct operation	*operation = NULL;
	const struct json_value	*root;
	struct json		*json;
	enum fault		 fault;

	memset(query, 0, sizeof(*query));
	*field = "type";
	fault = json_parse(body, &json);
	if (fault != FAULT_NONE)
		return fault;
	root = json_root(json);
	fault = operation_find(root, query, &operation);
	if (fault != FAULT_NONE)
		goto out;
	*field = "apiKey";
	if (json_kind(json_member(root, "apiKey")) != JSON_ABSENT &&
	    !json_member_copy(root, "apiKey", query->api_key, sizeof(query->api_key))) {
		/* A key of a wrong form is a wrong key, and is answered as one. */
		query->api_key[0] = '\0';
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		*field = fields[i].name;
		fault = field_read(root, &fields[i], query);
		if (fault != FAULT_NONE && operation != NULL)
			goto out;
	}
	fault = operation == NULL ? FAULT_NONE : required_check(operation, query, field);
out:
	json_free(json);
	return fault;
}

static enum fault
operation_find(const struct json_value *root, struct query *query,
    const struct operation **operation)
{
	struct slice	type;

	query->operation = QUERY_UNKNOWN;
	query->name = "unknown";
	if (json_kind(root) != JSON_OBJECT)
		return FAULT_JSON_INVALID;
	if (!json_text(json_member(root, "type"), &type) || type.len == 0)
		return FAULT_FIELD_INVALID;
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		if (!slice_is(type, operations[i].type))
			continue;
		*operation = &operations[i];
		query->operation = operations[i].operation;
		query->dialect = operations[i].dialect;
		query->name = operations[i].type;
	}
	return FAULT_NONE;
}

/* Absent, null and "" are the same: the platform sends all three (contract §2.3). */
static enum fault
field_read(const struct json_value *root, const struct field *field, struct query *query)
{
	const struct json_value	*value = json_member(root, field->name);
	char			*into = (char *)query + field->offset;
	struct slice		 text;

	if (json_kind(value) == JSON_ABSENT || json_kind(value) == JSON_NULL)
		return FAULT_NONE;
	if (field->kind == FIELD_AMOUNT && json_number(value, &text))
		return slice_copy(text, into, field->size) ? FAULT_NONE : FAULT_FIELD_INVALID;
	if (!json_text(value, &text))
		return FAULT_FIELD_INVALID;
	if (field->kind == FIELD_REFERENCE) {
		return reference_read(text, (struct reference *)(void *)into) ? FAULT_NONE :
		    FAULT_FIELD_INVALID;
	}
	if (slice_copy(text, into, field->size) || field->kind == FIELD_REMARK)
		return FAULT_NONE;
	return FAULT_FIELD_INVALID;
}

static enum fault
required_check(const struct operation *operation, const struct query *query, const char **field)
{
	for (size_t i = 0; i < sizeof(operation->required) / sizeof(operation->required[0]); i++) {
		if (operation->required[i] == NULL)
			break;
		*field = operation->required[i];
		if (!field_is_set(*field, query))
			return FAULT_FIELD_INVALID;
	}
	if (operation->either[0] == NULL)
		return FAULT_NONE;
	*field = operation->either[0];
	if (field_is_set(operation->either[0], query) || field_is_set(operation->either[1], query))
		return FAULT_NONE;
	return FAULT_FIELD_INVALID;
}

static bool
field_is_set(const char *name, const struct query *query)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].name, name) == 0)
			return ((const char *)query + fields[i].offset)[0] != '\0';
	}
	return false;
}
