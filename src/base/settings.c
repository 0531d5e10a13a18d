/*
 * The table of Kassa's settings and the checks that need more than one row.  Read by main.c and ctl/.
 */
#include "base/settings.h"

#include <stddef.h>
#include <string.h>

#include "base/signature.h"

#define TEXT(name, field, fallback, help) \
	{ name, SETTING_TEXT, offsetof(struct settings, field), 0, 0, fallback, help }
#define URL(name, field, fallback, help) \
	{ name, SETTING_URL, offsetof(struct settings, field), 0, 0, fallback, help }
#define SECRET(name, field, fallback, help) \
	{ name, SETTING_SECRET, offsetof(struct settings, field), 0, 0, fallback, help }
#define COUNT(name, field, low, high, fallback, help) \
	{ name, SETTING_COUNT, offsetof(struct settings, field), low, high, fallback, help }
#define MS(name, field, low, high, fallback, help) \
	{ name, SETTING_MS, offsetof(struct settings, field), low, high, fallback, help }

/* Published by the platform; contract.md §7.2 has their digests. */
#define PLATFORM_ED25519_KEY	"MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg="
#define PLATFORM_RSA_KEY \
	    "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSCFrm602qYV0MaAiNn" \
	    "X9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po" \
	    "6D6JHBpbi989mmzMryUnQJezlYJ3DVfBcsedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC" \
	    "9/GepgLT9SM4nCpvuxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF" \
	    "3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKUJ062fRtN+rLYZUV+" \
	    "BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXpIocmaiFeAO6fUtNjDeFVkhf5LNb59vEC" \
	    "yrHD2SQIrhgXpO4Q3dVNA5rw576PwTzNh/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yD" \
	    "iOXCCs9FkHibELhCHULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ" \
	    "PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAykT1hhTiaCeIY/Owww" \
	    "NUY2yvcCAwEAAQ=="

static const struct setting rows[] = {
	{ "KASSA_ADDRESS", SETTING_ADDRESS, offsetof(struct settings, address), 0, 0, "127.0.0.1",
	    "address to listen on; nginx stands in front of it" },
	{ "KASSA_PORT", SETTING_PORT, offsetof(struct settings, port), 1, 65535, "8080",
	    "port to listen on" },
	COUNT("KASSA_WORKERS", workers, 1, 64, "2", "worker processes; one a core"),
	TEXT("KASSA_USER", user, "nobody", "user to become when started as root"),
	MS("KASSA_DRAIN_MS", drain_ms, 0, 60000, "10000",
	    "how long SIGTERM waits for requests under way"),
	{ "KASSA_METRICS_ADDRESS", SETTING_ADDRESS, offsetof(struct settings, metrics_address), 0, 0,
	    "127.0.0.1", "address on which GET /metrics is answered: for monitoring, never for the internet" },
	COUNT("KASSA_METRICS_PORT", metrics_port, 0, 65535, "0", "its port, like 9464; 0: nobody is told"),
	TEXT("KASSA_LOG_LEVEL", log_level, "info", "least level logged: debug, info, warning, error"),
	SECRET("KASSA_DATABASE", database, NULL,
	    "PostgreSQL connection of the server's role, as libpq takes it; several hosts are fine"),
	SECRET("KASSA_OWNER_DATABASE", owner_database, "",
	    "connection of the owning role, for kassactl alone; the server does not use it"),
	COUNT("KASSA_DATABASE_CONNECTIONS", database_connections, 1, 16, "8",
	    "connections of each worker: how many may commit at once; reading needs one"),
	COUNT("KASSA_DATABASE_QUEUE", database_queue, 1, 100000, "1000",
	    "statements that may wait in a worker; beyond it the answer is 503"),
	MS("KASSA_DATABASE_TIMEOUT_MS", database_timeout_ms, 100, 60000, "5000",
	    "time limit of one statement"),
	URL("KASSA_PUBLIC_URL", public_url, NULL, "where browsers and the platform reach this server"),
	URL("KASSA_PLATFORM_URL", platform_url, NULL, "the platform's API; make run uses the simulator"),
	MS("KASSA_PLATFORM_TIMEOUT_MS", platform_timeout_ms, 100, 60000, "5000",
	    "time limit of a call to the platform"),
	COUNT("KASSA_PLATFORM_RATE", platform_rate, 1, 10000, "100",
	    "calls to the platform in ten seconds for one location or company, divided between the workers"),
	TEXT("KASSA_CLIENT_ID", client_id, "",
	    "client id of the marketplace app; without it nobody can install"),
	SECRET("KASSA_CLIENT_SECRET", client_secret, "", "client secret of the marketplace app"),
	URL("KASSA_AUTHORIZE_URL", authorize_url, "",
	    "the platform's page on which a location is chosen; make run uses the simulator's"),
	TEXT("KASSA_SCOPES", scopes,
	    "payments/orders.readonly payments/orders.write payments/subscriptions.readonly "
	    "payments/transactions.readonly payments/custom-provider.readonly "
	    "payments/custom-provider.write products.readonly products/prices.readonly "
	    "oauth.readonly oauth.write", "what the app asks leave for, with blanks between"),
	TEXT("KASSA_WEBHOOK_KEY", webhook_key, PLATFORM_ED25519_KEY,
	    "the platform's Ed25519 key, which its webhooks are signed with: base64 of its SPKI, or PEM in one line"),
	TEXT("KASSA_WEBHOOK_KEY_OLD", webhook_key_old, "", "the key before, while the platform changes it"),
	TEXT("KASSA_WEBHOOK_RSA_KEY", webhook_rsa_key, PLATFORM_RSA_KEY,
	    "its RSA key, for webhooks of the older scheme; none: they are refused"),
	TEXT("KASSA_WEBHOOK_RSA_KEY_OLD", webhook_rsa_key_old, "", "the RSA key before"),
	SECRET("KASSA_SSO_KEY", sso_key, "",
	    "the app's shared secret; without it nobody can open the settings page"),
	SECRET("KASSA_SSO_KEY_OLD", sso_key_old, "", "the shared secret before, while it is changed"),
	MS("KASSA_TOKEN_AHEAD_MS", token_ahead_ms, 0, 82800000, "14400000",
	    "how long before its end a token of the platform is renewed"),
	TEXT("KASSA_BRAND_NAME", brand_name, "Kassa", "name of the payment method, until a company sets its own"),
	TEXT("KASSA_BRAND_DESCRIPTION", brand_description, "Card payments", "a line about it"),
	URL("KASSA_BRAND_LOGO_URL", brand_logo_url, "", "its picture; empty: one of ours"),
	TEXT("KASSA_BRAND_SUPPORT", brand_support, "", "where merchants ask for help: an address or a URL"),
	TEXT("KASSA_CURRENCY", currency, "USD", "currency of accounts that an installation makes"),
	TEXT("KASSA_BILLING_AMOUNT", billing_amount, "",
	    "what the app costs for each company or location, like 12.50; empty: it is not billed here"),
	TEXT("KASSA_BILLING_CURRENCY", billing_currency, "USD", "the currency of that"),
	TEXT("KASSA_BILLING_TYPE", billing_type, "one_time",
	    "one_time or recurring: how the platform is told of it; the page takes the first payment"),
	TEXT("KASSA_BILLING_ACCOUNT", billing_account, "",
	    "account_id of the operator's own account, to which it is paid"),
	TEXT("KASSA_BILLING_NAME", billing_name, "Payments app", "what the billing page calls it"),
	TEXT("KASSA_FRAME_ANCESTORS", frame_ancestors, "https:",
	    "which pages may embed the checkout, as a CSP source list"),
	COUNT("KASSA_LIMIT_KEY_PER_S", limit_key_per_s, 0, 1000000, "100",
	    "requests a second with one key, divided between the workers; 4 seconds' worth at once; 0: no limit"),
	COUNT("KASSA_LIMIT_ADDRESS_PER_S", limit_address_per_s, 0, 1000000, "50",
	    "the same for payers of one address (IPv6: one /64)"),
	COUNT("KASSA_LIMIT_WRONG_KEY_COST", limit_wrong_key_cost, 1, 1000, "20",
	    "how many requests of its address a wrong API key counts as"),
	TEXT("KASSA_TRUSTED_PROXIES", trusted_proxies, "127.0.0.1 ::1",
	    "addresses or ranges like 10.0.0.0/8 whose X-Real-IP is believed, with blanks between; or none"),
	SECRET("KASSA_MASTER_KEY", master_key, NULL,
	    "seals secrets at rest: an id, a colon, 64 hexadecimal digits (openssl rand -hex 32)"),
	SECRET("KASSA_MASTER_KEY_OLD", master_key_old, "",
	    "the key before, while secrets are sealed anew"),
	MS("KASSA_PROCESSOR_TIMEOUT_MS", processor_timeout_ms, 100, 120000, "10000",
	    "how long a processor may take; then the outcome is unknown"),
	MS("KASSA_RESOLVE_AFTER_MS", resolve_after_ms, 100, 86400000, "15000",
	    "how long after the processor's time limit an intent whose process died is asked about"),
	MS("KASSA_RESOLVE_MINUTE_MS", resolve_minute_ms, 10, 60000, "60000",
	    "length of a minute of the janitor's schedule; shorter in tests only"),
	MS("KASSA_JOBS_POLL_MS", jobs_poll_ms, 50, 3600000, "1000",
	    "how often each worker looks for jobs that are due, beside being told"),
	MS("KASSA_REPEAT_WINDOW_MS", repeat_window_ms, 0, 86400000, "120000",
	    "how long an equal refund (the platform being away) or charge (brief dialect) counts as a retry"),
	MS("KASSA_ATTEMPT_WINDOW_MS", attempt_window_ms, 1000, 86400000, "600000",
	    "how far back declined cards are counted by the limits below; 0 in one of them: no limit"),
	COUNT("KASSA_ATTEMPT_CONTACT", attempt_contact, 0, 100000, "10",
	    "declined cards of one contact"),
	COUNT("KASSA_ATTEMPT_ADDRESS", attempt_address, 0, 100000, "20",
	    "declined cards from one address"),
	COUNT("KASSA_ATTEMPT_ACCOUNT", attempt_account, 0, 1000000, "200",
	    "declined cards of one account"),
	COUNT("KASSA_ATTEMPT_RATIO_LEAST", attempt_ratio_least, 0, 1000000, "50",
	    "charges of one account from which on the share of declined ones counts"),
	COUNT("KASSA_ATTEMPT_RATIO_PERCENT", attempt_ratio_percent, 1, 100, "80",
	    "share of declined ones at which the account's checkouts pause"),
	MS("KASSA_SANDBOX_PEND_MS", sandbox_pend_ms, 0, 86400000, "15000",
	    "how long the sandbox's pending card stays pending"),
	TEXT("KASSA_VAR", var, "", "where make run keeps its data; not used by the server"),
};

static const struct setting_table table = { rows, sizeof(rows) / sizeof(rows[0]), "KASSA_" };

static void	level_check(struct settings *, struct buf *);
static void	ancestors_check(const struct settings *, struct buf *);
static void	proxies_check(struct settings *, struct buf *);
static void	keys_check(struct settings *, struct buf *);
static void	client_check(const struct settings *, struct buf *);
static bool	currency_is_malformed(const char *);
static void	webhook_keys_check(const struct settings *, struct buf *);

enum fault
settings_read(char *const *environment, struct settings *settings, struct buf *complaints)
{
	enum fault	fault;
	size_t		before;

	memset(settings, 0, sizeof(*settings));
	fault = setting_read(&table, environment, settings, complaints);
	before = complaints->len;
	if (settings->log_level[0] != '\0')
		level_check(settings, complaints);
	ancestors_check(settings, complaints);
	proxies_check(settings, complaints);
	keys_check(settings, complaints);
	client_check(settings, complaints);
	webhook_keys_check(settings, complaints);
	if (fault == FAULT_NONE && complaints->len != before)
		fault = FAULT_SETTING_INVALID;
	return fault;
}

const struct setting_table *
settings_table(void)
{
	return &table;
}

static void
level_check(struct settings *settings, struct buf *complaints)
{
	static const char *const	names[] = { "debug", "info", "warning", "error" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(settings->log_level, names[i]) == 0) {
			settings->log_least = (enum log_level)i;
			return;
		}
	}
	buf_puts(complaints, "KASSA_LOG_LEVEL should be debug, info, warning or error\n");
}

/* The list goes into a header: a semicolon would begin another directive. */
static void
ancestors_check(const struct settings *settings, struct buf *complaints)
{
	static const char	allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789:/.*-' ";

	if (settings->frame_ancestors[strspn(settings->frame_ancestors, allowed)] != '\0')
		buf_puts(complaints, "KASSA_FRAME_ANCESTORS should be a list of CSP sources, "
		    "like https: or https://app.example.com\n");
}

static void
proxies_check(struct settings *settings, struct buf *complaints)
{
	const char	*at = settings->trusted_proxies;
	struct slice	 word;

	if (strcmp(at, "none") == 0)
		return;
	for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
		word = (struct slice){ at, strcspn(at, " ") };
		if (settings->proxy_count == SETTINGS_PROXIES_MAX ||
		    !address_range_read(word, &settings->proxies[settings->proxy_count])) {
			buf_printf(complaints, "KASSA_TRUSTED_PROXIES should be at most %d addresses or "
			    "ranges like 10.0.0.0/8 with blanks between, or none\n", SETTINGS_PROXIES_MAX);
			return;
		}
		settings->proxy_count++;
		at += word.len;
	}
}

static void
keys_check(struct settings *settings, struct buf *complaints)
{
	const char	*texts[SETTINGS_MASTER_KEYS_MAX];
	const char	*names[SETTINGS_MASTER_KEYS_MAX];

	texts[0] = settings->master_key;
	texts[1] = settings->master_key_old;
	names[0] = "KASSA_MASTER_KEY";
	names[1] = "KASSA_MASTER_KEY_OLD";
	for (size_t i = 0; i < SETTINGS_MASTER_KEYS_MAX; i++) {
		if (texts[i][0] == '\0')
			continue;
		if (seal_key_parse(slice_of(texts[i]),
		    &settings->master_keys[settings->master_key_count]) == FAULT_NONE)
			settings->master_key_count++;
		else
			buf_printf(complaints, "%s should be an id, a colon and 64 hexadecimal "
			    "digits (openssl rand -hex 32)\n", names[i]);
	}
}

static void
client_check(const struct settings *settings, struct buf *complaints)
{
	if (settings->client_id[0] == '\0')
		return;
	if (settings->client_secret[0] == '\0')
		buf_puts(complaints, "KASSA_CLIENT_SECRET is needed with KASSA_CLIENT_ID\n");
	if (settings->authorize_url[0] == '\0')
		buf_puts(complaints, "KASSA_AUTHORIZE_URL is needed with KASSA_CLIENT_ID\n");
	if (currency_is_malformed(settings->currency))
		buf_puts(complaints, "KASSA_CURRENCY should be an ISO 4217 code, like USD\n");
}

/* Base knows no currencies; whether it can be charged is asked where an account is made. */
static bool
currency_is_malformed(const char *code)
{
	return strlen(code) != 3 || code[strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0';
}

static void
webhook_keys_check(const struct settings *settings, struct buf *complaints)
{
	const struct {
		const char		*name;
		const char		*text;
		enum signature_scheme	 scheme;
	} keys[] = {
		{ "KASSA_WEBHOOK_KEY", settings->webhook_key, SIGNATURE_ED25519 },
		{ "KASSA_WEBHOOK_KEY_OLD", settings->webhook_key_old, SIGNATURE_ED25519 },
		{ "KASSA_WEBHOOK_RSA_KEY", settings->webhook_rsa_key, SIGNATURE_RSA },
		{ "KASSA_WEBHOOK_RSA_KEY_OLD", settings->webhook_rsa_key_old, SIGNATURE_RSA },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		bool			 is_rsa = keys[i].scheme == SIGNATURE_RSA;
		struct signature_key	*key;

		if (keys[i].text[0] == '\0' || (is_rsa && strcmp(keys[i].text, "none") == 0))
			continue;
		key = signature_key_new(keys[i].scheme, slice_of(keys[i].text));
		if (key == NULL)
			buf_printf(complaints, "%s should be %s public key: base64 of its SPKI, or PEM\n",
			    keys[i].name, is_rsa ? "an RSA" : "an Ed25519");
		signature_key_free(key);
	}
}
