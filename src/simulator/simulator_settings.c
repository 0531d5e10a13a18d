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
	    "the location of all orders that name no other"),
	ROW("SIMULATOR_API_KEY", SETTING_SECRET, api_key, NULL,
	    "the API key that the provider gave for this location, sent with every query"),
	ROW("SIMULATOR_PUBLISHABLE_KEY", SETTING_TEXT, publishable_key, NULL,
	    "the publishable key that the provider gave for this location"),
	ROW("SIMULATOR_TOKEN", SETTING_SECRET, token, NULL,
	    "bearer token, good for read-back calls of that location"),
	ROW("SIMULATOR_CLIENT_ID", SETTING_TEXT, client_id, "65f0b217a05c774da7f1efa5-demo",
	    "the provider's client id as a marketplace app; its app id stands before the dash"),
	ROW("SIMULATOR_CLIENT_SECRET", SETTING_SECRET, client_secret, "",
	    "the client secret that belongs to it; without one nobody is that app"),
	{ "SIMULATOR_RATE", SETTING_COUNT, offsetof(struct simulator_settings, rate), 1, 100000, "100",
	    "calls of the platform's API in ten seconds of a location or company" },
	{ "SIMULATOR_LIST_DELAY_MS", SETTING_MS, offsetof(struct simulator_settings, list_delay_ms), 0,
	    60000, "300", "how long the list of installed locations lags behind a bulk installation" },
	ROW("SIMULATOR_REDIRECT_URL", SETTING_URL, redirect_url,
	    "http://127.0.0.1:8080/oauth/callback", "where an install sends the browser with its code"),
	ROW("SIMULATOR_SETTINGS_URL", SETTING_URL, settings_url, "http://127.0.0.1:8080/settings",
	    "the provider's settings page, shown in a frame"),
	ROW("SIMULATOR_BILLING_URL", SETTING_URL, billing_url, "http://127.0.0.1:8080/billing",
	    "the provider's billing page, to which a paid app's installer is sent"),
	ROW("SIMULATOR_SSO_KEY", SETTING_SECRET, sso_key, "",
	    "the key under which user data goes to the settings page; without one none does"),
	ROW("SIMULATOR_WEBHOOK_URL", SETTING_URL, webhook_url, "http://127.0.0.1:8080/webhooks",
	    "where webhooks are sent"),
	ROW("SIMULATOR_WEBHOOK_KEYS", SETTING_TEXT, webhook_keys_path, "",
	    "file with the private keys that sign webhooks, Ed25519 and RSA in PEM; without it none is"),
	{ "SIMULATOR_RETRY_MS", SETTING_MS, offsetof(struct simulator_settings, retry_ms), 1, 3600000,
	    "1000", "wait before a webhook's first retry; doubles with each of them" },
};

static const struct setting_table table = { rows, sizeof(rows) / sizeof(rows[0]), "SIMULATOR_" };

static bool	origin_take(const char *, char[SETTING_TEXT_SIZE]);
static bool	app_take(struct simulator_settings *);
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
	if (!origin_take(settings->payments_url, settings->payments_origin)) {
		buf_puts(complaints, "SIMULATOR_PAYMENTS_URL should be an address like "
		    "http://127.0.0.1:8080/checkout\n");
		fault = FAULT_SETTING_INVALID;
	}
	if (!origin_take(settings->settings_url, settings->settings_origin)) {
		buf_puts(complaints, "SIMULATOR_SETTINGS_URL should be an address like "
		    "http://127.0.0.1:8080/settings\n");
		fault = FAULT_SETTING_INVALID;
	}
	if (!app_take(settings)) {
		buf_puts(complaints, "SIMULATOR_CLIENT_ID should be an app's id, a dash and more, like "
		    "65f0b217a05c774da7f1efa5-demo\n");
		fault = FAULT_SETTING_INVALID;
	}
	if (settings->webhook_keys_path[0] != '\0' &&
	    sign_keys_load(settings->webhook_keys_path, &settings->webhook_keys) != FAULT_NONE) {
		buf_puts(complaints, "SIMULATOR_WEBHOOK_KEYS should name a file with a private key in PEM, "
		    "Ed25519 or RSA of 2048 bits or more, or one of each\n");
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

/*
 * "http://127.0.0.1:8080/checkout" gives "http://127.0.0.1:8080".  False: it could not go into a header,
 * where a blank or a semicolon would say something else.
 */
static bool
origin_take(const char *url, char origin[SETTING_TEXT_SIZE])
{
	const char	*host;
	struct slice	 text;

	host = strstr(url, "://");
	host = host == NULL ? url : host + strlen("://");
	text.at = url;
	text.len = (size_t)(host - url) + strcspn(host, "/?#");
	return slice_copy(text, origin, SETTING_TEXT_SIZE) && text_is_plain(origin);
}

static bool
app_take(struct simulator_settings *settings)
{
	struct reference	reference;
	struct slice		app = slice_of(settings->client_id);

	app.len = strcspn(app.at, "-");
	return reference_read(slice_of(settings->client_id), &reference) && app.len > 0 &&
	    app.at[app.len] == '-' && slice_copy(app, settings->app_id, sizeof(settings->app_id));
}

static bool
text_is_plain(const char *text)
{
	static const char	allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789:/.-[]";

	return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}
