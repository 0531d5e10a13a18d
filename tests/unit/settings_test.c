/*
 * Kassa's settings as a whole: what starts, what does not, and that the complaint names the variable.
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/settings.h"

#define KEY	"KASSA_MASTER_KEY=k1:" \
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define REST	"KASSA_DATABASE=host=/run/pg dbname=kassa", "KASSA_PUBLIC_URL=https://pay.example.com", \
		"KASSA_PLATFORM_URL=https://platform.example.com"

static enum fault
settings_from(const char *const *environment, struct settings *settings, struct buf *complaints)
{
	char	*copies[16] = { NULL };

	for (size_t i = 0; environment[i] != NULL; i++)
		copies[i] = strdup(environment[i]);
	buf_init(complaints, 8192);
	enum fault fault = settings_read(copies, settings, complaints);
	for (size_t i = 0; copies[i] != NULL; i++)
		free(copies[i]);
	return fault;
}

static void
settings_read_required_ones_set_fills_the_defaults(void **state)
{
	static const char *const environment[] = { KEY, REST, "PATH=/bin", NULL };
	struct settings		 settings;
	struct buf		 complaints;

	(void)state;
	assert_int_equal(settings_from(environment, &settings, &complaints), FAULT_NONE);
	assert_string_equal(buf_text(&complaints), "");
	assert_int_equal(settings.port, 8080);
	assert_string_equal(settings.address, "127.0.0.1");
	assert_int_equal(settings.master_key_count, 1);
	assert_string_equal(settings.master_keys[0].id, "k1");
	assert_int_equal(settings.log_least, LOG_LEVEL_INFO);
	assert_int_equal(settings.limit_key_per_s, 100);
	assert_int_equal(settings.proxy_count, 2);
	assert_int_equal(settings.proxies[1].bits, 128);
	buf_release(&complaints);
}

static void
settings_read_each_wrong_one_is_named(void **state)
{
	static const struct {
		const char	*environment[8];
		const char	*name;
	} cases[] = {
		{ { REST, NULL }, "KASSA_MASTER_KEY" },
		{ { REST, "KASSA_MASTER_KEY=short", NULL }, "KASSA_MASTER_KEY" },
		{ { KEY, REST, "KASSA_MASTER_KEY_OLD=k0:zz", NULL }, "KASSA_MASTER_KEY_OLD" },
		{ { KEY, REST, "KASSA_LOG_LEVEL=loud", NULL }, "KASSA_LOG_LEVEL" },
		{ { KEY, REST, "KASSA_FRAME_ANCESTORS=https:; script-src *", NULL }, "KASSA_FRAME_ANCESTORS" },
		{ { KEY, REST, "KASSA_TRUSTED_PROXIES=10.0.0.0/8 nginx", NULL }, "KASSA_TRUSTED_PROXIES" },
		{ { KEY, REST, "KASSA_TRUSTED_PROXIES=none ::1", NULL }, "KASSA_TRUSTED_PROXIES" },
		{ { KEY, REST, "KASSA_TRUSTED_PROXIES=1.1.1.1,1.1.1.2", NULL }, "KASSA_TRUSTED_PROXIES" },
		{ { KEY, REST, "KASSA_TRUSTED_PROXIES=::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 "
		    "::1 ::1 ::1 ::1", NULL }, "KASSA_TRUSTED_PROXIES" },
		{ { KEY, REST, "KASSA_LIMIT_KEY_PER_S=1000001", NULL }, "KASSA_LIMIT_KEY_PER_S" },
		{ { KEY, REST, "KASSA_LIMIT_WRONG_KEY_COST=0", NULL }, "KASSA_LIMIT_WRONG_KEY_COST" },
		{ { KEY, REST, "KASSA_PORT=80800", NULL }, "KASSA_PORT" },
		{ { KEY, REST, "KASSA_PROT=8080", NULL }, "KASSA_PROT" },
		{ { KEY, "KASSA_DATABASE=x", "KASSA_PLATFORM_URL=https://a", NULL }, "KASSA_PUBLIC_URL" },
		{ { KEY, "KASSA_DATABASE=x", "KASSA_PLATFORM_URL=ftp://a",
		    "KASSA_PUBLIC_URL=https://b", NULL }, "KASSA_PLATFORM_URL" },
		{ { KEY, REST, "KASSA_WEBHOOK_KEY=MCowBQYDK2VwAyEA", NULL }, "KASSA_WEBHOOK_KEY" },
		{ { KEY, REST, "KASSA_WEBHOOK_KEY=none", NULL }, "KASSA_WEBHOOK_KEY" },
		{ { KEY, REST, "KASSA_WEBHOOK_KEY_OLD=x", NULL }, "KASSA_WEBHOOK_KEY_OLD" },
		{ { KEY, REST, "KASSA_WEBHOOK_RSA_KEY=MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=",
		    NULL }, "KASSA_WEBHOOK_RSA_KEY" },
		{ { KEY, REST, "KASSA_WEBHOOK_RSA_KEY_OLD=x", NULL }, "KASSA_WEBHOOK_RSA_KEY_OLD" },
	};
	struct settings		settings;
	struct buf		complaints;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(settings_from(cases[i].environment, &settings, &complaints),
		    FAULT_SETTING_INVALID);
		if (strstr(buf_text(&complaints), cases[i].name) == NULL)
			print_error("case %zu: %s\n", i, buf_text(&complaints));
		assert_non_null(strstr(buf_text(&complaints), cases[i].name));
		assert_null(strstr(buf_text(&complaints), "script-src"));
		buf_release(&complaints);
	}
}

static void
settings_read_trusted_proxies_gives_ranges(void **state)
{
	static const struct {
		const char	*text;
		size_t		 count;
	} cases[] = {
		{ "KASSA_TRUSTED_PROXIES=none", 0 },
		{ "KASSA_TRUSTED_PROXIES=10.0.0.0/8", 1 },
		{ "KASSA_TRUSTED_PROXIES= 10.0.0.0/8   2001:db8::/32 192.0.2.1 ", 3 },
	};
	struct settings	settings;
	struct buf	complaints;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const	environment[] = { KEY, REST, cases[i].text, NULL };

		assert_int_equal(settings_from(environment, &settings, &complaints), FAULT_NONE);
		assert_int_equal(settings.proxy_count, cases[i].count);
		buf_release(&complaints);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(settings_read_required_ones_set_fills_the_defaults),
		cmocka_unit_test(settings_read_each_wrong_one_is_named),
		cmocka_unit_test(settings_read_trusted_proxies_gives_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
