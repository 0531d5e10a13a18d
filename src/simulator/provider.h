/*
 * How orders reach the provider: as it registered and connected itself for their location, else as the
 * settings say.
 */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <libpq-fe.h>

#include "base/setting.h"

/* All empty: nobody has registered and connected for this location. */
struct provider {
	char	payments_url[SETTING_TEXT_SIZE];
	char	query_url[SETTING_TEXT_SIZE];
	char	api_key[SETTING_TEXT_SIZE];
	char	publishable_key[SETTING_TEXT_SIZE];
};

/** provider_take(rows, row, column, provider): Read simulator.provider_of(), which begins at ${column}. */
void	provider_take(const PGresult *, int, int, struct provider *);

/**
 * provider_fall_back(provider):
 * Make it the settings' provider unless all of it is there: a mode that is not connected has none of its own.
 */
void	provider_fall_back(struct provider *);

#endif /* !PROVIDER_H */
