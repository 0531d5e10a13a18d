/*
 * Addresses and ranges: what reads, what does not, what is in which range, what is one customer.
 */
#include "cmocka_all.h"

#include <string.h>

#include "base/address.h"

#define CASES(list)	(sizeof(list) / sizeof((list)[0]))

static void
address_read_takes_addresses_alone(void **state)
{
	static const struct {
		const char	*text;
		bool		 reads;
	} cases[] = {
		{ "192.0.2.1", true },
		{ "2001:db8::1", true },
		{ "::", true },
		{ "::ffff:192.0.2.1", true },
		{ "", false },
		{ "192.0.2", false },
		{ "192.0.2.256", false },
		{ "192.0.2.1 ", false },
		{ "192.0.2.1:80", false },
		{ "192.0.2.1, 192.0.2.2", false },
		{ "192.0.2.1/32", false },
		{ "[2001:db8::1]", false },
		{ "fe80::1%eth0", false },
		{ "2001:db8::1::", false },
		{ "localhost", false },
		{ "unix:", false },
		{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", false },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct address	address = { { 7 } };

		assert_int_equal(address_read(slice_of(cases[i].text), &address), cases[i].reads);
		if (!cases[i].reads)
			assert_int_equal(address.bytes[0], 7);	/* left as it was */
	}
	assert_false(address_read((struct slice){ "::1\0", 4 }, &(struct address){ { 0 } }));
}

static void
address_block_one_customer_is_one(void **state)
{
	static const struct {
		const char	*a, *b;
		bool		 same;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "::ffff:192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.2", false },
		{ "2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true },
		{ "2001:db8:0:1::1", "2001:db8:0:2::1", false },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct address	a, b;

		assert_true(address_read(slice_of(cases[i].a), &a));
		assert_true(address_read(slice_of(cases[i].b), &b));
		address_block(&a);
		address_block(&b);
		assert_int_equal(memcmp(&a, &b, sizeof(a)) == 0, cases[i].same);
	}
}

static void
address_range_holds_what_is_in_it(void **state)
{
	static const struct {
		const char	*range, *address;
		bool		 holds;
	} cases[] = {
		{ "127.0.0.1", "127.0.0.1", true },
		{ "127.0.0.1", "127.0.0.2", false },
		{ "127.0.0.1/32", "::ffff:127.0.0.1", true },
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.1.2.3/8", "10.9.9.9", true },	/* bits that do not count */
		{ "192.0.2.128/25", "192.0.2.128", true },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "192.0.2.0/31", "192.0.2.1", true },
		{ "192.0.2.0/31", "192.0.2.2", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "203.0.113.9", true },
		{ "2001:db8::/33", "2001:db8:7fff::", true },
		{ "2001:db8::/33", "2001:db8:8000::", false },
		{ "::1/128", "::1", true },
		{ "::1", "::2", false },
	};

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++) {
		struct address_range	range;
		struct address		address;

		assert_true(address_range_read(slice_of(cases[i].range), &range));
		assert_true(address_read(slice_of(cases[i].address), &address));
		if (address_range_holds(&range, &address) != cases[i].holds)
			fail_msg("%s and %s", cases[i].range, cases[i].address);
	}
}

static void
address_range_read_other_text_is_refused(void **state)
{
	static const char *const	cases[] = {
		"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-0", "10.0.0.0/-1", "10.0.0.0/ 8",
		"10.0.0.0/8/8", "10.0.0/8", "::/129", "::/x", "localhost", "10.0.0.0-10.0.0.9",
	};
	struct address_range		range;

	(void)state;
	for (size_t i = 0; i < CASES(cases); i++)
		assert_false(address_range_read(slice_of(cases[i]), &range));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(address_read_takes_addresses_alone),
		cmocka_unit_test(address_block_one_customer_is_one),
		cmocka_unit_test(address_range_holds_what_is_in_it),
		cmocka_unit_test(address_range_read_other_text_is_refused),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
