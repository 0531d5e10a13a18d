/*
 * The tree of a JSON document while it grows: one allocation, known to base/json_read.c alone.
 *
 * Entries of open containers wait on a stack; a container that closes moves its entries to their
 * final place, side by side, so that an item is found by its number.
 */
#ifndef JSON_TREE_H
#define JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json_read.h"
#include "base/slice.h"

struct json_value {
	enum json_kind			 kind;
	struct slice			 name;		/* in an object */
	struct slice			 text;		/* of a text or a number */
	const struct json_value		*entries;	/* of an array or an object */
	size_t				 count;
};

struct json {
	size_t			 values_max;	/* places in each of the two lists */
	struct json_value	*done;		/* entries of closed containers */
	size_t			 done_count;
	struct json_value	*stack;		/* open containers and their entries so far */
	size_t			 stack_count;
	size_t			 pushed;	/* values so far, wherever they are */
	char			*text;		/* names, texts and numbers, decoded */
	size_t			 text_len;
	size_t			 open[JSON_DEPTH_MAX];	/* places of open containers in the stack */
	size_t			 depth;
	struct slice		 name;		/* waits for its value */
};

/** json_tree_new(values_max, text_max): An empty tree with so much room; NULL without memory. */
struct json			*json_tree_new(size_t, size_t);

/** json_tree_put*(json, …): The next value; false if a limit is reached. */
bool				 json_tree_put(struct json *, enum json_kind);
bool				 json_tree_put_text(struct json *, enum json_kind, struct slice);

/** json_tree_open(json, kind), json_tree_close(json): Begin and end an array or object. */
bool				 json_tree_open(struct json *, enum json_kind);
void				 json_tree_close(struct json *);

/** json_tree_name(json, name): The name of the next value; false for one that the object has. */
bool				 json_tree_name(struct json *, struct slice);

/** json_tree_is_whole(json): Whether it holds exactly one value and everything is closed. */
bool				 json_tree_is_whole(const struct json *);

struct json_list {
	const struct json_value	*at;
	size_t			 count;
};

/** json_tree_find(members, name): The member with this name, or NULL. */
const struct json_value		*json_tree_find(struct json_list, struct slice);

#endif /* !JSON_TREE_H */
