/*
 * Signatures: RFC 8032's vector, and which files of keys are taken.  RSA's are judged by another program
 * in tests/api/27-simulator-webhook.test.mjs.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sign.h"

#define PEM(base64)	"-----BEGIN PRIVATE KEY-----\n" base64 "\n-----END PRIVATE KEY-----\n"

/* RFC 8032 §7.1, test 2: the secret as PKCS#8, the signature of 0x72, the public key as SPKI. */
#define SECRET		"MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7"
#define SIGNATURE	"kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA=="
#define PUBLIC		"MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="

static enum fault
load(const char *text, struct sign_keys *keys)
{
	char		path[] = "/tmp/sign_test.XXXXXX";
	int		fd = mkstemp(path);
	FILE		*file;
	enum fault	 fault;

	assert_int_not_equal(fd, -1);
	file = fdopen(fd, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	fault = sign_keys_load(path, keys);
	(void)unlink(path);	/* what is left in /tmp harms nobody */
	return fault;
}

static void
sign_put_ed25519_is_the_standards(void **state)
{
	struct sign_keys	keys;
	struct buf		text, public;

	(void)state;
	assert_int_equal(load("\n" PEM(SECRET) "\n\n", &keys), FAULT_NONE);
	buf_init(&text, 256);
	buf_init(&public, 256);
	assert_true(sign_put(&keys, SIGN_ED25519, slice_of("\x72"), &text));
	assert_string_equal(buf_text(&text), SIGNATURE);
	assert_true(sign_put_public(&keys, SIGN_ED25519, &public));
	assert_string_equal(buf_text(&public), PUBLIC);
	assert_false(sign_put(&keys, SIGN_RSA, slice_of("\x72"), &text));
	assert_false(sign_put_public(&keys, SIGN_RSA, &public));
	buf_release(&text);
	buf_release(&public);
	sign_keys_release(&keys);
}

static void
sign_keys_load_other_files_are_refused(void **state)
{
	static const char *const	cases[] = {
		"", "\n", "no key\n", PEM("AAAA"), PEM(SECRET) PEM(SECRET), PEM(SECRET) "trailing\n",
		/* X25519: for agreement, not for signatures */
		PEM("MC4CAQAwBQYDK2VuBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7"),
	};
	struct sign_keys		keys;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(load(cases[i], &keys), FAULT_SETTING_INVALID);
		assert_null(keys.at[SIGN_ED25519]);
	}
	assert_int_equal(sign_keys_load("/nowhere/at/all", &keys), FAULT_SETTING_INVALID);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(sign_put_ed25519_is_the_standards),
		cmocka_unit_test(sign_keys_load_other_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
