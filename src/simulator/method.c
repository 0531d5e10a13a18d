/*
 * Reading saved cards.  Used by verdict.c, which judges a list, and contact_methods.c, which hands
 * it on.
 */
#include "simulator/method.h"

struct member {
	const char	*name;
	enum json_kind	 kind;
	bool		 needed;	/* a merchant could not tell the card without it */
};

static const struct member	live[] = {
	{ "type", JSON_TEXT, false },
	{ "title", JSON_TEXT, true },
	{ "subTitle", JSON_TEXT, true },
	{ "expiry", JSON_TEXT, true },
	{ "customerId", JSON_TEXT, false },
	{ "imageUrl", JSON_TEXT, false },
	{ NULL, JSON_ABSENT, false }
};
static const struct member	brief[] = {
	{ "type", JSON_TEXT, false },
	{ "last4", JSON_TEXT, true },
	{ "expiryMonth", JSON_NUMBER, true },
	{ "expiryYear", JSON_NUMBER, true },
	{ "customerId", JSON_TEXT, false },
	{ NULL, JSON_ABSENT, false }
};

static const struct member	*members(enum dialect);
static bool			 id_read(const struct json_value *, char[METHOD_ID_SIZE]);
static void			 put_member(const struct json_value *, const char *,
				    struct json_write *);

const struct json_value *
method_list_find(enum dialect dialect, const struct json_value *root, const char **flaw)
{
	const struct json_value	*list = root, *entry;
	const struct member	*member;
	char			 id[METHOD_ID_SIZE];

	*flaw = "";
	if (dialect == DIALECT_BRIEF)
		list = json_member(root, "paymentMethods");
	if (json_kind(list) != JSON_ARRAY) {
		*flaw = dialect == DIALECT_BRIEF ? "the answer has no array paymentMethods"
		    : "the answer is no bare array, which is what the platform reads";
		return NULL;
	}
	for (size_t i = 0; i < json_count(list); i++) {
		entry = json_item(list, i);
		for (member = members(dialect); member->name != NULL; member++) {
			if (member->needed &&
			    json_kind(json_member(entry, member->name)) != member->kind)
				*flaw = dialect == DIALECT_BRIEF
				    ? "an entry lacks last4, expiryMonth or expiryYear"
				    : "an entry lacks title, subTitle or expiry";
		}
		if (!id_read(entry, id)) {
			*flaw = "an entry has no id of up to 200 bytes, and is left out";
			break;
		}
	}
	return list;
}

void
method_put_list(enum dialect dialect, const struct json_value *list, struct json_write *write)
{
	const struct json_value	*entry, *value;
	const struct member	*member;
	char			 id[METHOD_ID_SIZE];

	json_open_array(write);
	for (size_t i = 0; list != NULL && i < json_count(list); i++) {
		entry = json_item(list, i);
		if (!id_read(entry, id))
			continue;
		json_open_object(write);
		json_text_member(write, "id", id);
		for (member = members(dialect); member->name != NULL; member++) {
			value = json_member(entry, member->name);
			if (json_kind(value) == member->kind)
				put_member(value, member->name, write);
		}
		json_close_object(write);
	}
	json_close_array(write);
}

static const struct member *
members(enum dialect dialect)
{
	return dialect == DIALECT_BRIEF ? brief : live;
}

static bool
id_read(const struct json_value *entry, char id[METHOD_ID_SIZE])
{
	return json_member_copy(entry, "id", id, METHOD_ID_SIZE);
}

static void
put_member(const struct json_value *value, const char *name, struct json_write *write)
{
	struct slice	text;

	if (json_text(value, &text))
		json_slice_member(write, name, text);
	else if (json_number(value, &text))
		json_raw_member(write, name, text);
}
