/*
 * How the pool reaches its servers: the operator's conninfo, and the limits that it does not name.
 * Used by pool.c and pool_connection.c.
 */
#include "io/pool_conninfo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_S	3

static bool		 conninfo_limit(struct pool_conninfo *, unsigned);
static bool		 conninfo_add(struct pool_conninfo *, const char *, const char *);
static const char	*conninfo_value(const struct pool_conninfo *, const char *);
static void		 list_turn(char *);

/* Used when neither the conninfo nor libpq's environment says otherwise. */
static const char *const fallbacks[][2] = {
	{ "fallback_application_name", "kassa" },
	{ "client_encoding", "UTF8" },
	{ "keepalives_idle", "10" },
	{ "keepalives_interval", "5" },
	{ "keepalives_count", "3" },
};

bool
pool_conninfo_init(struct pool_conninfo *conninfo, const char *text, unsigned statement_ms)
{
	const char	*attributes;
	size_t		 count;

	memset(conninfo, 0, sizeof(*conninfo));
	conninfo->parsed = PQconninfoParse(text, NULL);
	if (conninfo->parsed == NULL)
		return false;
	count = 0;
	for (const PQconninfoOption *option = conninfo->parsed; option->keyword != NULL; option++) {
		if (count == POOL_KEYWORDS_MAX)
			return false;
		conninfo->keywords[count] = option->keyword;
		conninfo->values[count++] = option->val;
	}
	for (size_t i = 0; i < sizeof(fallbacks) / sizeof(fallbacks[0]); i++)
		if (!conninfo_add(conninfo, fallbacks[i][0], fallbacks[i][1]))
			return false;
	attributes = conninfo_value(conninfo, "target_session_attrs");
	conninfo->writes = attributes != NULL &&
	    (strcmp(attributes, "read-write") == 0 || strcmp(attributes, "primary") == 0);
	return conninfo_limit(conninfo, statement_ms);
}

void
pool_conninfo_release(struct pool_conninfo *conninfo)
{
	PQconninfoFree(conninfo->parsed);
	memset(conninfo, 0, sizeof(*conninfo));
}

PGconn *
pool_conninfo_connect(const struct pool_conninfo *conninfo)
{
	return PQconnectStartParams(conninfo->keywords, conninfo->values, 0);
}

void
pool_conninfo_turn(struct pool_conninfo *conninfo, unsigned order)
{
	/* Connections time out together; only the first of them may turn the list. */
	if (order != conninfo->order)
		return;
	conninfo->order++;
	for (PQconninfoOption *option = conninfo->parsed; option->keyword != NULL; option++) {
		if (option->val == NULL)
			continue;
		if (strcmp(option->keyword, "host") == 0 || strcmp(option->keyword, "port") == 0 ||
		    strcmp(option->keyword, "hostaddr") == 0)
			list_turn(option->val);
	}
}

/* The time limits: of a statement in the server, of unanswered bytes, of connecting. */
static bool
conninfo_limit(struct pool_conninfo *conninfo, unsigned statement_ms)
{
	const char	*given;
	int		 len;

	given = conninfo_value(conninfo, "options");
	if (given == NULL)
		given = getenv("PGOPTIONS");
	len = snprintf(conninfo->server_options, sizeof(conninfo->server_options),
	    "-c statement_timeout=%u %s", statement_ms, given != NULL ? given : "");
	if (len < 0 || (size_t)len >= sizeof(conninfo->server_options))
		return false;
	for (size_t i = 0; conninfo->keywords[i] != NULL; i++)
		if (strcmp(conninfo->keywords[i], "options") == 0)
			conninfo->values[i] = conninfo->server_options;

	len = snprintf(conninfo->user_timeout_ms, sizeof(conninfo->user_timeout_ms), "%u",
	    statement_ms);
	if (len < 0 || (size_t)len >= sizeof(conninfo->user_timeout_ms))
		return false;
	/* libpq minds connect_timeout only in its blocking calls; the pool minds it itself. */
	given = conninfo_value(conninfo, "connect_timeout");
	conninfo->connect_us = given != NULL ? strtoimax(given, NULL, 10) * 1000000 : 0;
	if (conninfo->connect_us <= 0)
		conninfo->connect_us = CONNECT_S * 1000000;
	return conninfo_add(conninfo, "tcp_user_timeout", conninfo->user_timeout_ms);
}

/* Set ${keyword} unless the conninfo has it.  False if this libpq does not know it. */
static bool
conninfo_add(struct pool_conninfo *conninfo, const char *keyword, const char *value)
{
	for (size_t i = 0; conninfo->keywords[i] != NULL; i++)
		if (strcmp(conninfo->keywords[i], keyword) == 0) {
			if (conninfo->values[i] == NULL)
				conninfo->values[i] = value;
			return true;
		}
	return false;
}

static const char *
conninfo_value(const struct pool_conninfo *conninfo, const char *keyword)
{
	for (size_t i = 0; conninfo->keywords[i] != NULL; i++)
		if (strcmp(conninfo->keywords[i], keyword) == 0)
			return conninfo->values[i];
	return NULL;
}

/* "a,b,c" becomes "b,c,a", in place: first each part backwards, then the whole. */
static void
list_turn(char *list)
{
	size_t	len, head;
	char	swap;

	len = strlen(list);
	head = strcspn(list, ",");
	if (head == len)
		return;
	const size_t	parts[][2] = { { 0, head }, { head + 1, len }, { 0, len } };

	for (size_t part = 0; part < 3; part++)
		for (size_t from = parts[part][0], to = parts[part][1]; from + 1 < to; from++) {
			swap = list[from];
			list[from] = list[--to];
			list[to] = swap;
		}
}
