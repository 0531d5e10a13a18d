/*
 * Reading JSON with yajl.  Whoever takes a body or an answer uses it.
 * json_scan.c looks over the text first; then yajl reports events, and json_tree.c keeps them.
 */
#include "base/json_read.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/json_scan.h"
#include "base/json_tree.h"

static enum fault parse_within(struct slice, size_t, struct json **);
static bool	 events_run(struct json *, struct slice);
static int	 on_null(void *);
static int	 on_boolean(void *, int);
static int	 on_number(void *, const char *, size_t);
static int	 on_string(void *, const unsigned char *, size_t);
static int	 on_map_start(void *);
static int	 on_map_key(void *, const unsigned char *, size_t);
static int	 on_array_start(void *);
static int	 on_container_end(void *);
static void	*wiped_malloc(void *, size_t);
static void	*wiped_realloc(void *, void *, size_t);
static void	 wiped_free(void *, void *);

static const yajl_callbacks	callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,	/* without it yajl would make doubles */
	.yajl_string = on_string,
	.yajl_start_map = on_map_start,
	.yajl_map_key = on_map_key,
	.yajl_end_map = on_container_end,
	.yajl_start_array = on_array_start,
	.yajl_end_array = on_container_end,
};

enum fault
json_parse(struct slice text, struct json **json)
{
	return parse_within(text, 1, json);
}

enum fault
json_parse_large(struct slice text, struct json **json)
{
	return parse_within(text, JSON_LARGE_BYTES_MAX / JSON_BYTES_MAX, json);
}

/* ${times} as large as any document may be. */
static enum fault
parse_within(struct slice text, size_t times, struct json **json)
{
	size_t	values_max;

	*json = NULL;
	if (text.len > times * JSON_BYTES_MAX)
		return FAULT_BODY_TOO_LARGE;
	if (!json_scan(text, &values_max))
		return FAULT_JSON_INVALID;
	if (values_max > times * JSON_VALUES_MAX)
		values_max = times * JSON_VALUES_MAX;
	*json = json_tree_new(values_max, text.len);
	if (*json == NULL)
		return FAULT_INTERNAL;
	if (!events_run(*json, text)) {
		json_free(*json);
		*json = NULL;
		return FAULT_JSON_INVALID;
	}
	return FAULT_NONE;
}

void
json_free(struct json *json)
{
	if (json == NULL)
		return;
	explicit_bzero(json->text, json->text_len);
	free(json);
}

const struct json_value *
json_root(const struct json *json)
{
	return json == NULL ? NULL : json->stack;
}

enum json_kind
json_kind(const struct json_value *value)
{
	return value == NULL ? JSON_ABSENT : value->kind;
}

const struct json_value *
json_member(const struct json_value *object, const char *name)
{
	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	return json_tree_find((struct json_list){ object->entries, object->count }, slice_of(name));
}

size_t
json_count(const struct json_value *value)
{
	return value == NULL ? 0 : value->count;
}

const struct json_value *
json_item(const struct json_value *array, size_t i)
{
	if (json_kind(array) != JSON_ARRAY || i >= array->count)
		return NULL;
	return array->entries + i;
}

bool
json_text(const struct json_value *value, struct slice *text)
{
	if (json_kind(value) != JSON_TEXT)
		return false;
	*text = value->text;
	return true;
}

bool
json_number(const struct json_value *value, struct slice *text)
{
	if (json_kind(value) != JSON_NUMBER)
		return false;
	*text = value->text;
	return true;
}

bool
json_member_copy(const struct json_value *object, const char *name, char *into, size_t size)
{
	struct slice	text = { "", 0 };

	if (size > 0)
		into[0] = '\0';
	return json_text(json_member(object, name), &text) && text.len > 0 &&
	    slice_copy(text, into, size);
}

static bool
events_run(struct json *json, struct slice text)
{
	yajl_alloc_funcs	 memory = { wiped_malloc, wiped_realloc, wiped_free, NULL };
	yajl_handle		 handle;
	bool			 good;

	handle = yajl_alloc(&callbacks, &memory, json);
	if (handle == NULL)
		return false;
	good = yajl_parse(handle, (const unsigned char *)text.at, text.len) == yajl_status_ok &&
	    yajl_complete_parse(handle) == yajl_status_ok;
	yajl_free(handle);
	return good && json_tree_is_whole(json);
}

/* What yajl calls; 0 ends the parsing. */

static int
on_null(void *json)
{
	return json_tree_put(json, JSON_NULL);
}

static int
on_boolean(void *json, int is_true)
{
	return json_tree_put(json, is_true ? JSON_TRUE : JSON_FALSE);
}

static int
on_number(void *json, const char *digits, size_t len)
{
	struct slice	number = { digits, len };

	return json_scan_number(number) && json_tree_put_text(json, JSON_NUMBER, number);
}

static int
on_string(void *json, const unsigned char *text, size_t len)
{
	return json_tree_put_text(json, JSON_TEXT, (struct slice){ (const char *)text, len });
}

static int
on_map_start(void *json)
{
	return json_tree_open(json, JSON_OBJECT);
}

static int
on_map_key(void *json, const unsigned char *text, size_t len)
{
	return json_tree_name(json, (struct slice){ (const char *)text, len });
}

static int
on_array_start(void *json)
{
	return json_tree_open(json, JSON_ARRAY);
}

static int
on_container_end(void *json)
{
	json_tree_close(json);
	return 1;
}

/* yajl decodes texts in memory of its own; what held a card's number is overwritten there too. */

static void *
wiped_malloc(void *context, size_t size)
{
	(void)context;		/* there is nothing to remember between calls */
	return malloc(size);
}

static void *
wiped_realloc(void *context, void *old, size_t size)
{
	void	*new = malloc(size);
	size_t	 kept = malloc_usable_size(old);

	if (new != NULL && old != NULL) {
		memcpy(new, old, kept < size ? kept : size);
		wiped_free(context, old);
	}
	return new;
}

static void
wiped_free(void *context, void *memory)
{
	(void)context;
	if (memory != NULL)
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}
