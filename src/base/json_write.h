/*
 * JSON that we write, into a buf: names and values in the order of the calls, no spaces.
 * Commas are the writer's business; nesting errors are bugs (assert).
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define JSON_WRITE_DEPTH_MAX	16	/* as deep as base/json_read.h reads */

struct json_write {
	struct buf	*buf;		/* lent */
	unsigned	 depth;
	bool		 filled[JSON_WRITE_DEPTH_MAX + 1];	/* an entry was written at this depth */
	bool		 named;		/* a name waits for its value */
};

/** json_write_init(write, buf): Start writing into ${buf}, which is lent until the end. */
void	json_write_init(struct json_write *, struct buf *);

/** json_open_*(write), json_close_*(write): Begin and end an object or an array, as a value. */
void	json_open_object(struct json_write *);
void	json_close_object(struct json_write *);
void	json_open_array(struct json_write *);
void	json_close_array(struct json_write *);

/** json_name(write, name): The name of the next member; ${name} is a literal of ours. */
void	json_name(struct json_write *, const char *);

/**
 * json_put_*(write, value):
 * One value.  Text is escaped (RFC 8259 §7, and U+2028, U+2029, '<'); what is no UTF-8
 * becomes U+FFFD.
 */
void	json_put_text(struct json_write *, struct slice);
void	json_put_bool(struct json_write *, bool);
void	json_put_integer(struct json_write *, int64_t);
void	json_put_null(struct json_write *);
/** json_put_raw(write, json): JSON that was made or checked before, put as it is. */
void	json_put_raw(struct json_write *, struct slice);

/** json_*_member(write, name, value): name and value in one call; a NULL text is null. */
void	json_text_member(struct json_write *, const char *, const char *);
void	json_slice_member(struct json_write *, const char *, struct slice);
void	json_bool_member(struct json_write *, const char *, bool);
void	json_integer_member(struct json_write *, const char *, int64_t);
void	json_raw_member(struct json_write *, const char *, struct slice);

#endif /* !JSON_WRITE_H */
