/*
 * Keys: their text, and that nothing but exactly such a text is one.
 */
#include "cmocka_all.h"

#include <string.h>

#include "core/apikey.h"

#define RANDOM_HEX	"000102030405060708090a0b0c0d0e0f101112ff"

static const uint8_t	bytes[APIKEY_RANDOM_BYTES] = {
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
	0x0f, 0x10, 0x11, 0x12, 0xff,
};

static const struct {
	enum apikey_kind	 kind;
	enum mode		 mode;
	const char		*text;
} pairs[] = {
	{ APIKEY_SECRET, MODE_TEST, "kassa_sk_test_" RANDOM_HEX },
	{ APIKEY_SECRET, MODE_LIVE, "kassa_sk_live_" RANDOM_HEX },
	{ APIKEY_PUBLISHABLE, MODE_TEST, "kassa_pk_test_" RANDOM_HEX },
	{ APIKEY_PUBLISHABLE, MODE_LIVE, "kassa_pk_live_" RANDOM_HEX },
};

static void
apikey_make_each_kind_and_mode_has_its_text_and_parses_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct apikey	made, read;

		apikey_make(pairs[i].kind, pairs[i].mode, bytes, &made);
		assert_int_equal(made.kind, pairs[i].kind);
		assert_int_equal(made.mode, pairs[i].mode);
		assert_string_equal(made.text, pairs[i].text);
		assert_true(apikey_parse(slice_of(made.text), &read));
		assert_int_equal(read.kind, pairs[i].kind);
		assert_int_equal(read.mode, pairs[i].mode);
		assert_string_equal(read.text, pairs[i].text);
	}
}

static void
apikey_parse_other_text_is_no_key_and_leaves_it(void **state)
{
#define TEXT(text)	{ text, sizeof(text) - 1 }
	static const struct slice	cases[] = {
		TEXT(""), { NULL, 0 }, TEXT("kassa"), TEXT("kassa_sk_"), TEXT("kassa_sk_test"),
		TEXT("kassa_sk_test_"),
		TEXT("kassa_sk_test_" RANDOM_HEX "0"),
		TEXT("kassa_sk_test_" RANDOM_HEX "\0"),
		TEXT("kassa_sk_test_" RANDOM_HEX " "),
		TEXT("kassa_sk_test_" RANDOM_HEX "\n"),
		TEXT(" kassa_sk_test_" RANDOM_HEX),
		TEXT("kassa_sk_test_000102030405060708090a0b0c0d0e0f101112f"),	/* one short */
		TEXT("kassa_sk_test_000102030405060708090A0B0C0D0E0F101112FF"),	/* upper case */
		TEXT("kassa_sk_test_000102030405060708090a0b0c0d0e0f101112fg"),
		TEXT("kassa_sk_test_000102030405060708090a0b0c0d0e0f101112f/"),
		TEXT("kassa_sk_test_000102030405060708090a0b0c0d0e0f101112f:"),
		TEXT("kassa_sk_test_000102030405060708090a0b0c0d0e0f101112f`"),
		TEXT("kassa_sk_test_000102030405060708090a0b0c0d0e0f101112f\0"),
		TEXT("kassa_xk_test_" RANDOM_HEX), TEXT("KASSA_sk_test_" RANDOM_HEX),
		TEXT("kassa_sk_prod_" RANDOM_HEX), TEXT("kassa_sk_TEST_" RANDOM_HEX),
		TEXT("kassa_sk_" RANDOM_HEX), TEXT("sk_test_" RANDOM_HEX), TEXT(RANDOM_HEX),
		TEXT("kassa_sk_test_live_" RANDOM_HEX),
	};
#undef TEXT

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct apikey	key;

		memset(&key, 0x5a, sizeof(key));
		assert_false(apikey_parse(cases[i], &key));
		assert_int_equal(key.text[0], 0x5a);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(apikey_make_each_kind_and_mode_has_its_text_and_parses_back),
		cmocka_unit_test(apikey_parse_other_text_is_no_key_and_leaves_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
