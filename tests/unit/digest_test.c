/*
 * Digests.  Vectors: FIPS 180-2 appendix B and NIST's example values; openssl dgst says the same.
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

#define TEXT(text)	{ text, sizeof(text) - 1 }
#define MILLION		1000000

static void
digest_sha256_published_vectors_agree(void **state)
{
	static const struct {
		struct slice	 bytes;
		const char	*hex;
	} cases[] = {
		{ TEXT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ { NULL, 0 }, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ TEXT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ TEXT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char	hex[DIGEST_HEX];

		digest_sha256_hex(cases[i].bytes, hex);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void
digest_sha256_million_letters_agree(void **state)
{
	char	*bytes = malloc(MILLION);
	char	 hex[DIGEST_HEX];

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'a', MILLION);
	digest_sha256_hex((struct slice){ bytes, MILLION }, hex);
	assert_string_equal(hex,
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(bytes);
}

/* RFC 4231, test cases 1, 2 and 6; openssl dgst -hmac says the same. */
static void
digest_hmac_published_vectors_agree(void **state)
{
	char	key[131], hex[DIGEST_HEX];

	(void)state;
	memset(key, 0x0b, 20);
	digest_hmac_hex((struct slice){ key, 20 }, slice_of("Hi There"), hex);
	assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	digest_hmac_hex(slice_of("Jefe"), slice_of("what do ya want for nothing?"), hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	digest_hmac_hex((struct slice){ key, sizeof(key) },
	    slice_of("Test Using Larger Than Block-Size Key - Hash Key First"), hex);
	assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
digest_hex_writes_two_lower_case_digits_a_byte(void **state)
{
	static const uint8_t	bytes[] = { 0x00, 0x0f, 0xa0, 0xff };
	char			hex[2 * sizeof(bytes) + 1];

	(void)state;
	digest_hex(bytes, sizeof(bytes), hex);
	assert_string_equal(hex, "000fa0ff");
	digest_hex(bytes, 0, hex);
	assert_string_equal(hex, "");
}

static void
digest_equal_only_the_same_bytes(void **state)
{
	static const struct {
		struct slice	a, b;
		bool		expected;
	} cases[] = {
		{ TEXT(""), TEXT(""), true },
		{ TEXT("a\0b"), TEXT("a\0b"), true },
		{ TEXT("a\0b"), TEXT("a\0c"), false },
		{ TEXT("abc"), TEXT("Abc"), false },
		{ TEXT("abc"), TEXT("abd"), false },
		{ TEXT("abc"), TEXT("ab"), false },
		{ TEXT(""), TEXT("a"), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(digest_equal(cases[i].a, cases[i].b), cases[i].expected);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(digest_sha256_published_vectors_agree),
		cmocka_unit_test(digest_sha256_million_letters_agree),
		cmocka_unit_test(digest_hmac_published_vectors_agree),
		cmocka_unit_test(digest_hex_writes_two_lower_case_digits_a_byte),
		cmocka_unit_test(digest_equal_only_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
