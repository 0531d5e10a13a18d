/*
 * Which addresses a tenant's URL may lead to; the edges of each range.
 */
#include "cmocka_all.h"

#include <stdbool.h>

#include "io/fetch_guard.h"

static void
fetch_guard_allows_only_public_addresses(void **state)
{
	static const struct {
		const char	*address;
		bool		 allowed;
	} cases[] = {
		{ "0.0.0.0", false }, { "1.1.1.1", true }, { "9.255.255.255", true },
		{ "10.0.0.1", false }, { "11.0.0.0", true }, { "100.63.255.255", true },
		{ "100.64.0.1", false }, { "100.127.255.255", false }, { "100.128.0.0", true },
		{ "127.0.0.1", false }, { "127.255.255.254", false }, { "169.253.1.1", true },
		{ "169.254.169.254", false }, { "172.15.255.255", true }, { "172.16.0.1", false },
		{ "172.31.255.255", false }, { "172.32.0.0", true }, { "192.0.0.1", false },
		{ "192.0.2.1", false }, { "192.88.99.1", false }, { "192.167.1.1", true },
		{ "192.168.1.1", false }, { "198.17.1.1", true }, { "198.18.0.1", false },
		{ "198.19.255.255", false }, { "198.51.100.7", false }, { "203.0.113.7", false },
		{ "223.255.255.255", true }, { "224.0.0.1", false }, { "239.1.1.1", false },
		{ "240.0.0.1", false }, { "255.255.255.255", false },
		{ "::", false }, { "::1", false }, { "::ffff:127.0.0.1", false },
		{ "::ffff:10.0.0.1", false }, { "::ffff:1.1.1.1", false }, { "::7f00:1", false },
		{ "64:ff9b::7f00:1", false }, { "100::1", false }, { "2001::1", false },
		{ "2001:db8::1", false }, { "2001:db9::1", true }, { "2002:7f00:1::", false },
		{ "2606:4700:4700::1111", true }, { "3fff::1", false }, { "3ffe::1", true },
		{ "4000::1", false }, { "fc00::1", false }, { "fd12:3456::1", false },
		{ "fe80::1", false }, { "fec0::1", false }, { "ff02::1", false },
		{ "", false }, { "localhost", false }, { "1.1.1", false }, { "/tmp/socket", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (fetch_guard_allows_text(cases[i].address) != cases[i].allowed)
			fail_msg("%s", cases[i].address);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(fetch_guard_allows_only_public_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
