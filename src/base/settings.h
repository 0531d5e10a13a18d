/*
 * Kassa's settings: what the environment may say, checked once, before the workers are forked.
 * The README's table is printed from the same rows.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "base/address.h"
#include "base/log.h"
#include "base/seal.h"
#include "base/setting.h"

#define SETTINGS_PROXIES_MAX		16
#define SETTINGS_MASTER_KEYS_MAX	2	/* the one that seals, and the one being rotated out */

struct settings {
	char		address[SETTING_TEXT_SIZE];
	long		port;
	long		workers;
	char		user[SETTING_TEXT_SIZE];	/* to become when started as root */
	long		drain_ms;
	char		metrics_address[SETTING_TEXT_SIZE];
	long		metrics_port;	/* 0: nobody is told */
	char		log_level[SETTING_TEXT_SIZE];

	char		database[SETTING_TEXT_SIZE];	/* libpq conninfo */
	char		owner_database[SETTING_TEXT_SIZE];	/* kassactl's, never used by the server */
	long		database_connections;		/* a worker */
	long		database_queue;
	long		database_timeout_ms;

	char		public_url[SETTING_TEXT_SIZE];
	char		platform_url[SETTING_TEXT_SIZE];
	long		platform_timeout_ms;
	long		platform_rate;			/* calls in ten seconds */
	char		client_id[SETTING_TEXT_SIZE];
	char		client_secret[SETTING_TEXT_SIZE];
	char		authorize_url[SETTING_TEXT_SIZE];
	char		scopes[SETTING_TEXT_SIZE];
	char		webhook_key[SETTING_TEXT_SIZE];		/* Ed25519 */
	char		webhook_key_old[SETTING_TEXT_SIZE];
	char		webhook_rsa_key[SETTING_TEXT_SIZE];	/* "none": the older scheme is refused */
	char		webhook_rsa_key_old[SETTING_TEXT_SIZE];
	char		sso_key[SETTING_TEXT_SIZE];
	char		sso_key_old[SETTING_TEXT_SIZE];
	long		token_ahead_ms;
	char		brand_name[SETTING_TEXT_SIZE];
	char		brand_description[SETTING_TEXT_SIZE];
	char		brand_logo_url[SETTING_TEXT_SIZE];
	char		brand_support[SETTING_TEXT_SIZE];
	char		currency[SETTING_TEXT_SIZE];
	char		billing_amount[SETTING_TEXT_SIZE];	/* "": no billing page; pay/pay_billing.h reads them */
	char		billing_currency[SETTING_TEXT_SIZE];
	char		billing_type[SETTING_TEXT_SIZE];
	char		billing_account[SETTING_TEXT_SIZE];
	char		billing_name[SETTING_TEXT_SIZE];
	char		frame_ancestors[SETTING_TEXT_SIZE];

	long		limit_key_per_s;		/* 0: no limit */
	long		limit_address_per_s;		/* 0: no limit */
	long		limit_wrong_key_cost;
	char		trusted_proxies[SETTING_TEXT_SIZE];
	struct address_range	proxies[SETTINGS_PROXIES_MAX];	/* from trusted_proxies */
	size_t		proxy_count;

	char		master_key[SETTING_TEXT_SIZE];
	char		master_key_old[SETTING_TEXT_SIZE];
	struct seal_key	master_keys[SETTINGS_MASTER_KEYS_MAX];	/* from the two texts above */
	size_t		master_key_count;

	long		processor_timeout_ms;
	long		resolve_after_ms;
	long		resolve_minute_ms;
	long		jobs_poll_ms;
	long		repeat_window_ms;
	long		attempt_window_ms;
	long		attempt_contact;
	long		attempt_address;
	long		attempt_account;
	long		attempt_ratio_least;
	long		attempt_ratio_percent;
	long		sandbox_pend_ms;

	char		var[SETTING_TEXT_SIZE];		/* for make run; the server only allows the name */
	enum log_level	log_least;			/* from log_level */
};

/**
 * settings_read(environment, settings, complaints):
 * Fill ${settings}; see setting_read().  Also refuses what no single row can see: a log level or a
 * master key of the wrong form, frame ancestors with characters that would end the header, proxies that are
 * no addresses, public keys that are none.
 */
enum fault			 settings_read(char *const *, struct settings *, struct buf *);

/** settings_table(): The rows, for --help and for kassactl. */
const struct setting_table	*settings_table(void);

#endif /* !SETTINGS_H */
