/*
 * The table of the simulator's settings.  Read by main.c before anything else.
 */
#include "simulator/simulator_settings.h"

#include <stddef.h>
#include <string.h>

#include "core/reference.h"

#define ROW(name, kind, field, fallback, help) \
	{ name, kind, offsetof(struct simulator_settings, field), 0, 0, fallback, help }

static const struct setting rows[] = {
	ROW("SIMULATOR_ADDRESS", SETTING_ADDRESS, address, "127.0.0.1", "address to listen on"),
	ROW("SIMULATOR_PORT", SETTING_PORT, port, "8090", "port to listen on"),
	{ "SIMULATOR_WORKERS", SETTING_COUNT, offsetof(struct simulator_settings, workers), 1, 16,
	    "1", "worker processes" },
	ROW("SIMULATOR_USER", SETTING_TEXT, user, "nobody", "user to become when started as root"),
	ROW("SIMULATOR_DATABASE", SETTING_SECRET, database, NULL,
	    "PostgreSQL connection of the simulator's own database, as libpq takes it"),
	ROW("SIMULATOR_PUBLIC_URL", SETTING_URL, public_url, "http://127.0.0.1:8090",
	    "where browsers reach the simulator"),
	ROW("SIMULATOR_PAYMENTS_URL", SETTING_URL, payments_url, "http://127.0.0.1:8080/checkout",
	    "the provider's paymentsUrl, shown in the order page's frame"),
	ROW("SIMULATOR_QUERY_URL", SETTING_URL, query_url, "http://127.0.0.1:8080/query",
	    "the provider's queryUrl"),
	ROW("SIMULATOR_LOCATION_ID", SETTING_TEXT, location_id, NULL,
	    "the location that all orders belong to"),
	ROW("SIMULATOR_API_KEY", SETTING_SECRET, api_key, NULL,
	    "the API key that the provider gave for this location, sent with every query"),
	ROW("SIMULATOR_PUBLISHABLE_KEY", SETTING_TEXT, publishable_key, NULL,
	    "the publishable key that the provider gave for this location"),
	ROW("SIMULATOR_TOKEN", SETTING_SECRET, token, NULL,
	    "bearer token that read-back calls must carry"),
};

static const struct setting_table table = { rows, sizeof(rows) / sizeof(rows[0]), "SIMULATOR_" };

static void	origin_take(struct simulator_settings *);
static bool	text_is_plain(const char *);

enum fault
simulator_settings_read(char *const *environment, struct simulator_settings *settings,
    struct buf *complaints)
{
	struct reference	location;
	enum fault		fault;

	memset(settings, 0, sizeof(*settings));
	fault = setting_read(&table, environment, settings, complaints);
	if (fault != FAULT_NONE)
		return fault;
	origin_take(settings);
	/* The origin goes into a header, where a blank or a semicolon would say something else. */
	if (!text_is_plain(settings->payments_origin)) {
		buf_puts(complaints, "SIMULATOR_PAYMENTS_URL should be an address like "
		    "http://127.0.0.1:8080/checkout\n");
		fault = FAULT_SETTING_INVALID;
	}
	if (!reference_read(slice_of(settings->location_id), &location)) {
		buf_puts(complaints, "SIMULATOR_LOCATION_ID should be letters, digits and _-.:, "
		    "like demo-location\n");
		fault = FAULT_SETTING_INVALID;
	}
	return fault;
}

const struct setting_table *
simulator_settings_table(void)
{
	return &table;
}

/* "http://127.0.0.1:8080/checkout" gives "http://127.0.0.1:8080". */
static void
origin_take(struct simulator_settings *settings)
{
	const char	*host;
	struct slice	 origin;

	host = strstr(settings->payments_url, "://");
	host = host == NULL ? settings->payments_url : host + strlen("://");
	origin.at = settings->payments_url;
	origin.len = (size_t)(host - settings->payments_url) + strcspn(host, "/?#");
	(void)slice_copy(origin, settings->payments_origin, sizeof(settings->payments_origin));
}

static bool
text_is_plain(const char *text)
{
	static const char	allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789:/.-[]";

	return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}
