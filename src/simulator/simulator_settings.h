/*
 * The simulator's settings: what the environment may say, checked once, before the workers are
 * forked.
 */
#ifndef SIMULATOR_SETTINGS_H
#define SIMULATOR_SETTINGS_H

#include "base/setting.h"

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
};

/** simulator_settings_read(environment, settings, complaints): See setting_read(). */
enum fault			 simulator_settings_read(char *const *, struct simulator_settings *,
				    struct buf *);

/** simulator_settings_table(): The rows, for --help. */
const struct setting_table	*simulator_settings_table(void);

#endif /* !SIMULATOR_SETTINGS_H */
