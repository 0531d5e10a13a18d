/*
 * The grammar of RFC 8259, one function a rule.  Each moves on over what it takes, or says false.
 */
#include "json_grammar.h"

#include <stdint.h>
#include <string.h>

#define DEPTH_MOST	16
#define NUMBER_MOST	64

struct cursor {
	const char	*at, *end;
	unsigned	 depth;
	bool		 crowded;
};

static bool	value(struct cursor *);
static bool	object(struct cursor *);
static bool	member(struct cursor *);
static bool	array(struct cursor *);
static bool	string(struct cursor *);
static bool	escape(struct cursor *);
static bool	unit(struct cursor *, uint32_t *);
static bool	character(struct cursor *);
static bool	number(struct cursor *);
static bool	digits(struct cursor *);
static bool	word(struct cursor *, const char *);
static void	blanks(struct cursor *);
static bool	sees(const struct cursor *, const char *);

bool
json_grammar_holds(struct slice text, bool *crowded)
{
	struct cursor	cursor = { text.at, text.at + text.len, 0, false };
	bool		holds = value(&cursor) && cursor.at == cursor.end;

	*crowded = cursor.crowded;
	return holds;
}

/* With the blanks around it, which also surround each bracket, colon and comma. */
static bool
value(struct cursor *cursor)
{
	bool	holds;

	blanks(cursor);
	if (sees(cursor, "{"))
		holds = object(cursor);
	else if (sees(cursor, "["))
		holds = array(cursor);
	else if (sees(cursor, "\""))
		holds = string(cursor);
	else
		holds = word(cursor, "true") || word(cursor, "false") || word(cursor, "null") ||
		    number(cursor);
	blanks(cursor);
	return holds;
}

static bool
object(struct cursor *cursor)
{
	if (!word(cursor, "{") || ++cursor->depth > DEPTH_MOST)
		return false;
	blanks(cursor);
	if (!sees(cursor, "}")) {
		if (!member(cursor))
			return false;
		while (word(cursor, ",")) {
			cursor->crowded = true;
			if (!member(cursor))
				return false;
		}
	}
	cursor->depth--;
	return word(cursor, "}");
}

static bool
member(struct cursor *cursor)
{
	blanks(cursor);
	if (!string(cursor))
		return false;
	blanks(cursor);
	return word(cursor, ":") && value(cursor);
}

static bool
array(struct cursor *cursor)
{
	if (!word(cursor, "[") || ++cursor->depth > DEPTH_MOST)
		return false;
	blanks(cursor);
	if (!sees(cursor, "]")) {
		do {
			if (!value(cursor))
				return false;
		} while (word(cursor, ","));
	}
	cursor->depth--;
	return word(cursor, "]");
}

static bool
string(struct cursor *cursor)
{
	if (!word(cursor, "\""))
		return false;
	while (!sees(cursor, "\"")) {
		if (!(word(cursor, "\\") ? escape(cursor) : character(cursor)))
			return false;
	}
	return word(cursor, "\"");
}

/* What stands behind a backslash; a high surrogate needs its low one, and NUL is not taken. */
static bool
escape(struct cursor *cursor)
{
	uint32_t	high, low;

	if (sees(cursor, "\"\\/bfnrt")) {
		cursor->at++;
		return true;
	}
	if (!unit(cursor, &high) || high == 0)
		return false;
	if (high < 0xd800 || high > 0xdfff)
		return true;
	return high < 0xdc00 && word(cursor, "\\") && unit(cursor, &low) && low >= 0xdc00 &&
	    low <= 0xdfff;
}

static bool
unit(struct cursor *cursor, uint32_t *value)
{
	static const char	hex[] = "00112233445566778899aAbBcCdDeEfF";

	if (!word(cursor, "u"))
		return false;
	*value = 0;
	for (int i = 0; i < 4; i++) {
		if (!sees(cursor, hex))
			return false;
		*value = *value << 4 | (uint32_t)(strchr(hex, *cursor->at++) - hex) / 2;
	}
	return true;
}

/* Decoded, then judged by its value: overlong is what would have had room in fewer bytes. */
static bool
character(struct cursor *cursor)
{
	static const uint32_t	least[] = { 0x20, 0x80, 0x800, 0x10000 };
	uint32_t		code;
	int			more;

	if (cursor->at == cursor->end)
		return false;
	code = (uint8_t)*cursor->at++;
	more = code < 0x80 ? 0 : code < 0xc0 ? -1 : code < 0xe0 ? 1 : code < 0xf0 ? 2 :
	    code < 0xf8 ? 3 : -1;
	if (more < 0 || cursor->end - cursor->at < more)
		return false;
	if (more > 0)
		code &= 0x3fU >> more;
	for (int i = 0; i < more; i++) {
		uint32_t	next = (uint8_t)*cursor->at++;

		if (next >> 6 != 2)
			return false;
		code = code << 6 | (next & 0x3f);
	}
	return code >= least[more] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

static bool
number(struct cursor *cursor)
{
	const char	*begin = cursor->at;

	(void)word(cursor, "-");	/* may be there */
	if (!word(cursor, "0") && !digits(cursor))
		return false;
	if (word(cursor, ".") && !digits(cursor))
		return false;
	if (word(cursor, "e") || word(cursor, "E")) {
		if (!word(cursor, "+"))
			(void)word(cursor, "-");	/* may be there */
		if (!digits(cursor))
			return false;
	}
	return cursor->at - begin <= NUMBER_MOST;
}

static bool
digits(struct cursor *cursor)
{
	const char	*begin = cursor->at;

	while (sees(cursor, "0123456789"))
		cursor->at++;
	return cursor->at > begin;
}

static bool
word(struct cursor *cursor, const char *text)
{
	size_t	len = strlen(text);

	if ((size_t)(cursor->end - cursor->at) < len || memcmp(cursor->at, text, len) != 0)
		return false;
	cursor->at += len;
	return true;
}

static void
blanks(struct cursor *cursor)
{
	while (sees(cursor, " \t\r\n"))
		cursor->at++;
}

/* Whether the next character is one of ${characters}. */
static bool
sees(const struct cursor *cursor, const char *characters)
{
	return cursor->at < cursor->end &&
	    memchr(characters, *cursor->at, strlen(characters)) != NULL;
}
