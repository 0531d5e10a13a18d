/*
 * SSO payloads.  The vector is contract.md §8's, made with openssl enc -aes-256-cbc -md md5; the others were made
 * by crypto-js 4.2.0, which is what the platform uses: CryptoJS.AES.encrypt(text, OTHER_SECRET).
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/sso.h"

#define SECRET	"00000000-0000-4000-8000-000000000000"
#define PAYLOAD "U2FsdGVkX18AAQIDBAUGB5qpyZ/2qrEmATOtb7jLpqNMA7ZBGtfVS7+2ypd3gT/AHuWsMudmii3v" \
	    "wnyzvf8GBbOTp3bvRbaK5PJvOpS35EabDOUoG8/aSvTxILULSROHkZPZo7HCsWiAYBUooiRGPap0" \
	    "AM7IsGybe1fZXapTS/D1UmGVbKSvcSMU8WkdZ2BSSu3hKMzW+wtDJ1ufzVcszw=="

#define OTHER_SECRET	"b2f7c0de-1111-4222-8333-444455556666"

#define KEYS(a, b)	&(struct sso_keys){ slice_of(a), slice_of(b) }

static void
sso_read_vector_of_the_contract_opens(void **state)
{
	static const struct {
		const char	*name;
		const char	*value;
	} members[] = {
		{ "userId", "U1" }, { "companyId", "C1" }, { "role", "admin" }, { "type", "agency" },
		{ "activeLocation", "L1" }, { "userName", "Ada Byron" }, { "email", "ada@example.com" },
	};
	struct json	*json = sso_read(KEYS(SECRET, ""), slice_of(PAYLOAD));
	char		 text[32];

	(void)state;
	assert_non_null(json);
	assert_int_equal(json_count(json_root(json)), sizeof(members) / sizeof(members[0]));
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		assert_true(json_member_copy(json_root(json), members[i].name, text, sizeof(text)));
		assert_string_equal(text, members[i].value);
	}
	json_free(json);
}

static void
sso_read_payloads_of_crypto_js_open_if_they_hold_an_object(void **state)
{
	static const struct {
		const char	*payload;
		bool		 expected;
	} cases[] = {
		{ "U2FsdGVkX1+nCkG3WIpetiE2cW+Cc+SvBQQPg5sGgxtaj94BntEBAlP+L83hZbDZmKEWWQ"
		    "UQ+RppjcjyVQ2psNfv9c2MVa3BkMNmsI2EoI11Km1s8lODj0zajw0eey7m4pdqvxmS89dl"
		    "HskXamRcHqJ/+MfMGmtu0MbwH2XGe5WVxEepuvCpYdl/OXqNAIvX",
		    true },	/* somebody, not in ASCII */
		{ "U2FsdGVkX1/vgEMIRPtMy8VWjcqcOuka7hsGLL3hEG8=",
		    true },	/* {} */
		{ "U2FsdGVkX1+0NOVRy+I5ixMsPGNMOpCorxFopGr0WjwwtcFw7j72Wra2RZV5wsL2srQzvL"
		    "LAD2N7Y8GtZp0JnMqrvbQtq99pbnomhbac1y4T0dxbZh78mmIRxho3eAy59o/ZEYvs1clK"
		    "G6E7n/w5/qxB2KJ4VQtVoU+LrH7V6WzAwE+1Nm/wBKZiFpiLXSj+CsSYYjG2slGFbRMCxr"
		    "7sQ91t1gv0EJeYFlEZGlK+HbkKSx4egT6kEFULzs6SzWLRHOLvd3fjuiqksfY4cTjPQkWK"
		    "YHiGfYwJay+iexlSDp9ba2/vvFMkCU8Nowqa2aZOo8/Q+1GUVlAxl0QYb0fTTVO4HEDTNq"
		    "hcZxpc30CkY96ovHNQ86FBTnlpT72N0nEG3/9bTRGwDE11Oqb9exczEFCC1Nn00V4x8msx"
		    "jRb7+Ucvlq2MEikcKoUwM8sbet81",
		    true },	/* long */
		{ "U2FsdGVkX19XX4ndCcN6YBfTHs0AIQ74MoqIobJTw84=",
		    false },	/* [] */
		{ "U2FsdGVkX18BW1sDq9pIP0s8YPYCNRt4c2bMsfMtq9U=",
		    false },	/* "text" */
		{ "U2FsdGVkX19ejHa2qzwovTSLTSMdQ8TbtvnbFUDEbsE=",
		    false },	/* not json */
		{ "U2FsdGVkX1+dvjgKTv6KbJCSakhJ1oHYhTbLCGUODg0=",
		    false },	/* {"a":1}{} */
		{ "U2FsdGVkX18CQY0eSlh4wi0d0JQssGt68jxQibW5DiU=",
		    false },	/* {"a":1,"a":2} */
		{ "U2FsdGVkX1/3119Lt9wm+ScrQnyBffWYnolXaWaOHXs=",
		    false },	/* nothing */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json	*json = sso_read(KEYS(OTHER_SECRET, SECRET), slice_of(cases[i].payload));

		if ((json != NULL) != cases[i].expected)
			print_error("case %zu\n", i);
		assert_int_equal(json != NULL, cases[i].expected);
		json_free(json);
		assert_null(sso_read(KEYS(SECRET, ""), slice_of(cases[i].payload)));
	}
}

static void
sso_read_tries_the_key_before_as_well(void **state)
{
	static const struct {
		const char	*now, *before;
		bool		 expected;
	} cases[] = {
		{ SECRET, "", true },
		{ "another", SECRET, true },
		{ SECRET, SECRET, true },
		{ "", SECRET, true },
		{ "another", "", false },
		{ "another", "one more", false },
		{ "", "", false },
		{ SECRET "0", "", false },
		{ "00000000-0000-4000-8000-00000000000", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json	*json = sso_read(KEYS(cases[i].now, cases[i].before), slice_of(PAYLOAD));

		assert_int_equal(json != NULL, cases[i].expected);
		json_free(json);
	}
}

/* Any letter for any other, also in the salt: there is no MAC, but what comes out is no JSON any more. */
static void
sso_read_changed_at_each_position_is_refused(void **state)
{
	static const char	others[] = "ABQgw+/=-_ 9";
	char			text[] = PAYLOAD;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		for (const char *other = others; *other != '\0'; other++) {
			char	was = text[i];

			text[i] = *other;
			if (was != *other)
				assert_null(sso_read(KEYS(SECRET, ""), slice_of(text)));
			text[i] = was;
		}
	}
}

static void
sso_read_cut_or_longer_is_refused(void **state)
{
	char	text[] = PAYLOAD PAYLOAD;
	size_t	len = strlen(PAYLOAD);

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		if (i != len)
			assert_null(sso_read(KEYS(SECRET, ""), (struct slice){ text, i }));
	}
	assert_null(sso_read(KEYS(SECRET, ""), slice_of(NULL)));
	assert_null(sso_read(KEYS(SECRET, ""), slice_of("U2FsdGVkX18=")));
	assert_null(sso_read(KEYS(SECRET, ""), slice_of("U2FsdGVkX18AAQIDBAUGBw==")));
}

static void
sso_read_huge_is_refused(void **state)
{
	static char	text[4 * SSO_PAYLOAD_MAX];

	(void)state;
	memset(text, 'A', sizeof(text));
	memcpy(text, PAYLOAD, 24);
	assert_null(sso_read(KEYS(SECRET, ""), (struct slice){ text, sizeof(text) }));
	assert_null(sso_read(KEYS(SECRET, ""), (struct slice){ text, SSO_PAYLOAD_MAX + 4 }));
	assert_null(sso_read(KEYS(SECRET, ""), (struct slice){ text, SSO_PAYLOAD_MAX }));
}

static void
sso_name_is_that_of_the_salt(void **state)
{
	char	text[] = PAYLOAD, name[DIGEST_HEX], other[DIGEST_HEX];

	(void)state;
	assert_true(sso_name(slice_of(PAYLOAD), name));
	assert_true(sso_name((struct slice){ PAYLOAD, 24 }, other));
	assert_string_equal(name, other);
	text[40] = text[40] == 'A' ? 'B' : 'A';		/* of the ciphertext */
	assert_true(sso_name(slice_of(text), other));
	assert_string_equal(name, other);
	text[16] = text[16] == 'A' ? 'B' : 'A';		/* of the salt */
	assert_true(sso_name(slice_of(text), other));
	assert_string_not_equal(name, other);
}

static void
sso_name_of_what_has_no_salt_is_none(void **state)
{
	static char	huge[4 * SSO_PAYLOAD_MAX];
	char		name[DIGEST_HEX];

	(void)state;
	memset(huge, 'A', sizeof(huge));
	assert_false(sso_name(slice_of(NULL), name));
	assert_false(sso_name(slice_of("U2FsdGVkX18="), name));
	assert_false(sso_name(slice_of("U2FsdGVkX18AAQIDBAUGBw=\n"), name));
	assert_false(sso_name((struct slice){ huge, sizeof(huge) }, name));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(sso_read_vector_of_the_contract_opens),
		cmocka_unit_test(sso_read_payloads_of_crypto_js_open_if_they_hold_an_object),
		cmocka_unit_test(sso_read_tries_the_key_before_as_well),
		cmocka_unit_test(sso_read_changed_at_each_position_is_refused),
		cmocka_unit_test(sso_read_cut_or_longer_is_refused),
		cmocka_unit_test(sso_read_huge_is_refused),
		cmocka_unit_test(sso_name_is_that_of_the_salt),
		cmocka_unit_test(sso_name_of_what_has_no_salt_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
