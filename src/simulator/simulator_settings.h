/*
 * The simulator's settings: what the environment may say, checked once, before the workers are
 * forked.
 */
#ifndef SIMULATOR_SETTINGS_H
#define SIMULATOR_SETTINGS_H

#include "base/setting.h"
#include "base/sign.h"

struct simulator_settings {
	char	address[SETTING_TEXT_SIZE];
	long	port;
	long	workers;
	char	user[SETTING_TEXT_SIZE];
	char	database[SETTING_TEXT_SIZE];	/* libpq conninfo */
	char	public_url[SETTING_TEXT_SIZE];

	/* The provider that is being tried, as it would be registered with the platform. */
	char	payments_url[SETTING_TEXT_SIZE];
	char	payments_origin[SETTING_TEXT_SIZE];	/* of payments_url; for the page's policy */
	char	query_url[SETTING_TEXT_SIZE];
	char	location_id[SETTING_TEXT_SIZE];
	char	api_key[SETTING_TEXT_SIZE];
	char	publishable_key[SETTING_TEXT_SIZE];

	char	token[SETTING_TEXT_SIZE];	/* bearer token of the provider's read-back calls */

	/* The marketplace app that the provider is. */
	char	client_id[SETTING_TEXT_SIZE];
	char	client_secret[SETTING_TEXT_SIZE];	/* "": nobody has it */
	char	app_id[SETTING_TEXT_SIZE];	/* of client_id, what stands before its '-' */
	long	rate;				/* calls in ten seconds */
	long	list_delay_ms;
	char	redirect_url[SETTING_TEXT_SIZE];
	char	settings_url[SETTING_TEXT_SIZE];
	char	settings_origin[SETTING_TEXT_SIZE];	/* of settings_url */
	char	billing_url[SETTING_TEXT_SIZE];
	char	sso_key[SETTING_TEXT_SIZE];	/* "": user data cannot be sent to the settings page */

	/* Webhooks to the provider. */
	char			webhook_url[SETTING_TEXT_SIZE];
	char			webhook_keys_path[SETTING_TEXT_SIZE];
	struct sign_keys	webhook_keys;	/* none: webhooks are not signed */
	long			retry_ms;
};

/** simulator_settings_read(environment, settings, complaints): See setting_read(). */
enum fault			 simulator_settings_read(char *const *, struct simulator_settings *,
				    struct buf *);

/** simulator_settings_table(): The rows, for --help. */
const struct setting_table	*simulator_settings_table(void);

#endif /* !SIMULATOR_SETTINGS_H */
