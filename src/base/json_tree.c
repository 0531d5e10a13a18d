/*
 * Building the tree of a JSON document out of its parts.  Used by base/json_read.c.
 */
#include "base/json_tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct json_value	*value_push(struct json *, enum json_kind);
static struct slice		 text_keep(struct json *, struct slice);

struct json *
json_tree_new(size_t values_max, size_t text_max)
{
	size_t		 list_bytes = values_max * sizeof(struct json_value);
	struct json	*json;

	json = malloc(sizeof(*json) + 2 * list_bytes + text_max);
	if (json == NULL)
		return NULL;
	memset(json, 0, sizeof(*json));
	json->values_max = values_max;
	json->done = (struct json_value *)(json + 1);
	json->stack = json->done + values_max;
	json->text = (char *)(json->stack + values_max);
	return json;
}

bool
json_tree_put(struct json *json, enum json_kind kind)
{
	return value_push(json, kind) != NULL;
}

bool
json_tree_put_text(struct json *json, enum json_kind kind, struct slice text)
{
	struct json_value	*value = value_push(json, kind);

	if (value == NULL)
		return false;
	value->text = text_keep(json, text);
	return true;
}

bool
json_tree_open(struct json *json, enum json_kind kind)
{
	if (json->depth == JSON_DEPTH_MAX || value_push(json, kind) == NULL)
		return false;
	json->open[json->depth++] = json->stack_count - 1;
	json->name = slice_of("");
	return true;
}

void
json_tree_close(struct json *json)
{
	struct json_value	*container, *entries;
	size_t			 place;

	assert(json->depth > 0);
	place = json->open[--json->depth];
	container = &json->stack[place];
	entries = &json->done[json->done_count];
	container->count = json->stack_count - place - 1;
	memcpy(entries, container + 1, container->count * sizeof(*entries));
	container->entries = entries;
	json->done_count += container->count;
	json->stack_count = place + 1;
	json->name = slice_of("");	/* entries of an outer array have none */
}

bool
json_tree_name(struct json *json, struct slice name)
{
	struct json_list	members;
	size_t			first;

	assert(json->depth > 0);
	first = json->open[json->depth - 1] + 1;
	members = (struct json_list){ json->stack + first, json->stack_count - first };
	if (members.count == JSON_MEMBERS_MAX || json_tree_find(members, name) != NULL)
		return false;
	json->name = text_keep(json, name);
	return true;
}

bool
json_tree_is_whole(const struct json *json)
{
	return json->depth == 0 && json->stack_count == 1;
}

const struct json_value *
json_tree_find(struct json_list members, struct slice name)
{
	for (size_t i = 0; i < members.count; i++) {
		if (slice_equal(members.at[i].name, name))
			return &members.at[i];
	}
	return NULL;
}

static struct json_value *
value_push(struct json *json, enum json_kind kind)
{
	struct json_value	*value;

	if (json->pushed == json->values_max)
		return NULL;
	json->pushed++;
	value = &json->stack[json->stack_count++];
	*value = (struct json_value){ .kind = kind, .name = json->name };
	return value;
}

/* Room is certain: decoded text is never longer than the text it came from. */
static struct slice
text_keep(struct json *json, struct slice text)
{
	char	*at = json->text + json->text_len;

	if (text.len > 0)
		memcpy(at, text.at, text.len);
	json->text_len += text.len;
	return (struct slice){ at, text.len };
}
