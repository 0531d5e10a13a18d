/*
 * Checks of settings, a kind at a time, and what a complaint says about each.
 */
#include "base/setting_shape.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "base/integer.h"

#define PORT_MAX	65535

static bool	count_is_good(const struct setting *, struct slice);
static bool	text_is_clean(struct slice);
static bool	url_is_good(struct slice);
static size_t	host_len(struct slice);
static bool	port_is_good(struct slice);
static bool	address_is_good(struct slice);

bool
setting_shape_holds(const struct setting *row, struct slice value)
{
	switch (row->kind) {
	case SETTING_URL:
		return url_is_good(value);
	case SETTING_ADDRESS:
		return address_is_good(value);
	case SETTING_PORT:
		return port_is_good(value);
	case SETTING_COUNT:
	case SETTING_MS:
		return count_is_good(row, value);
	case SETTING_SWITCH:
		return slice_is(value, "on") || slice_is(value, "off");
	default:
		return text_is_clean(value);
	}
}

void
setting_shape_describe(const struct setting *row, struct buf *text)
{
	switch (row->kind) {
	case SETTING_URL:
		buf_puts(text, "an http or https URL without a '/' at its end");
		break;
	case SETTING_ADDRESS:
		buf_puts(text, "an IP address");
		break;
	case SETTING_PORT:
		buf_printf(text, "a port from 1 to %d", PORT_MAX);
		break;
	case SETTING_COUNT:
		buf_printf(text, "a number from %ld to %ld", row->low, row->high);
		break;
	case SETTING_MS:
		buf_printf(text, "milliseconds from %ld to %ld", row->low, row->high);
		break;
	case SETTING_SWITCH:
		buf_puts(text, "on or off");
		break;
	default:
		buf_puts(text, "one line of text");
	}
}

static bool
count_is_good(const struct setting *row, struct slice text)
{
	int64_t	number;

	return integer_read(text, &number) && number >= row->low && number <= row->high;
}

/* A line break would let one setting look like two wherever it is printed. */
static bool
text_is_clean(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (iscntrl((unsigned char)text.at[i]))
			return false;
	}
	return true;
}

/* Scheme, host, port and path; no user, query or fragment, for paths of ours are put behind it. */
static bool
url_is_good(struct slice url)
{
	static const char	allowed[] = "-._~%/";
	size_t			len;

	if (slice_starts(url, "http://"))
		len = strlen("http://");
	else if (slice_starts(url, "https://"))
		len = strlen("https://");
	else
		return false;
	url = (struct slice){ url.at + len, url.len - len };
	len = host_len(url);
	if (len == 0 || url.at[url.len - 1] == '/')
		return false;
	url = (struct slice){ url.at + len, url.len - len };
	if (slice_starts(url, ":")) {
		for (len = 1; len < url.len && url.at[len] != '/';)
			len++;
		if (!port_is_good((struct slice){ url.at + 1, len - 1 }))
			return false;
		url = (struct slice){ url.at + len, url.len - len };
	}
	for (size_t i = 0; i < url.len; i++) {
		if (!isalnum((unsigned char)url.at[i]) && strchr(allowed, url.at[i]) == NULL)
			return false;
	}
	return url.len == 0 || url.at[0] == '/';
}

/* The length of a host's name or of an IPv6 address in brackets; 0 for none. */
static size_t
host_len(struct slice text)
{
	const char	*end;
	size_t		 len = 0;

	if (slice_starts(text, "[")) {
		end = memchr(text.at, ']', text.len);
		if (end == NULL)
			return 0;
		len = (size_t)(end - text.at) + 1;
		return address_is_good((struct slice){ text.at + 1, len - 2 }) ? len : 0;
	}
	while (len < text.len && (isalnum((unsigned char)text.at[len]) || text.at[len] == '-' ||
	    (text.at[len] == '.' && len > 0)))
		len++;
	return len;
}

static bool
port_is_good(struct slice text)
{
	int64_t	port;

	return integer_read(text, &port) && port >= 1 && port <= PORT_MAX;
}

static bool
address_is_good(struct slice text)
{
	unsigned char	bytes[sizeof(struct in6_addr)];
	char		copy[INET6_ADDRSTRLEN];

	return slice_copy(text, copy, sizeof(copy)) &&
	    (inet_pton(AF_INET, copy, bytes) == 1 || inet_pton(AF_INET6, copy, bytes) == 1);
}
