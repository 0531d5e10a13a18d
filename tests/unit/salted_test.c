/*
 * Salted texts: what another program made opens, what we make opens, and nothing else does.
 */
#include "cmocka_all.h"

#include <string.h>

#include "base/salted.h"

#define PASSPHRASE	"00000000-0000-4000-8000-000000000000"

/* Made by hand and opened by "openssl enc -d -aes-256-cbc -md md5 -a"; contract.md §8. */
#define FOREIGN								\
	"U2FsdGVkX18AAQIDBAUGB5qpyZ/2qrEmATOtb7jLpqNMA7ZBGtfVS7+2ypd3gT/AHuWsMudmii3vwnyz"	\
	"vf8GBbOTp3bvRbaK5PJvOpS35EabDOUoG8/aSvTxILULSROHkZPZo7HCsWiAYBUooiRGPap0AM7IsGyb"	\
	"e1fZXapTS/D1UmGVbKSvcSMU8WkdZ2BSSu3hKMzW+wtDJ1ufzVcszw=="
#define FOREIGN_PLAIN								\
	"{\"userId\":\"U1\",\"companyId\":\"C1\",\"role\":\"admin\",\"type\":\"agency\","	\
	"\"activeLocation\":\"L1\",\"userName\":\"Ada Byron\",\"email\":\"ada@example.com\"}"

static enum fault
open_with(const char *passphrase, const char *text, struct buf *plain)
{
	buf_init(plain, SALTED_PLAIN_MAX);
	return salted_open(slice_of(passphrase), slice_of(text), plain);
}

static void
salted_open_foreign_text_opens(void **state)
{
	struct buf	plain;

	(void)state;
	assert_int_equal(open_with(PASSPHRASE, FOREIGN, &plain), FAULT_NONE);
	assert_string_equal(buf_text(&plain), FOREIGN_PLAIN);
	buf_wipe(&plain);
}

static void
salted_open_anything_else_is_one_fault(void **state)
{
	static const struct {
		const char	*passphrase, *text;
	} cases[] = {
		{ "another passphrase", FOREIGN },
		{ "", FOREIGN },
		{ PASSPHRASE, "" },
		{ PASSPHRASE, "U2FsdGVkX18AAQIDBAUGBw==" },	/* a salt and nothing behind it */
		{ PASSPHRASE, "U2FsdGVkX18AAQID" },		/* half a salt */
		{ PASSPHRASE, "U2FsdGVkX18AAQIDBAUGB5qpyZ/2qrEmATOtb7jL" },	/* half a block */
		{ PASSPHRASE, "UGVwcGVyZWQAAQIDBAUGB5qpyZ/2qrEmATOtb7jLpqM=" },	/* another mark */
		{ PASSPHRASE, "U2FsdGVkX18AAQIDBAUGB5qpyZ/2qrEmATOtb7jLpqM=" },	/* bad padding */
		{ PASSPHRASE, "no base64" },
		{ PASSPHRASE, FOREIGN "AAAA" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf	plain;

		assert_int_equal(open_with(cases[i].passphrase, cases[i].text, &plain),
		    FAULT_SEAL_INVALID);
		assert_int_equal(plain.len, 0);
		buf_wipe(&plain);
	}
}

static void
salted_make_every_length_opens_and_no_two_are_alike(void **state)
{
	static const size_t	lengths[] = { 0, 1, 15, 16, 17, 300, SALTED_PLAIN_MAX };
	static char		long_text[SALTED_PLAIN_MAX + 1];

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct slice	text = { long_text, lengths[i] };
		struct buf	first, second, plain;

		buf_init(&first, 2 * SALTED_PLAIN_MAX);
		buf_init(&second, 2 * SALTED_PLAIN_MAX);
		assert_int_equal(salted_make(slice_of(PASSPHRASE), text, &first), FAULT_NONE);
		assert_int_equal(salted_make(slice_of(PASSPHRASE), text, &second), FAULT_NONE);
		assert_string_not_equal(buf_text(&first), buf_text(&second));
		assert_int_equal(open_with(PASSPHRASE, buf_text(&first), &plain), FAULT_NONE);
		assert_true(slice_equal(buf_slice(&plain), text));
		buf_release(&first);
		buf_release(&second);
		buf_wipe(&plain);
	}
}

static void
salted_make_too_long_is_refused(void **state)
{
	static const char	zeros[SALTED_PLAIN_MAX + 1];
	struct buf		text;

	(void)state;
	buf_init(&text, 4 * SALTED_PLAIN_MAX);
	assert_int_equal(salted_make(slice_of(PASSPHRASE), (struct slice){ zeros, sizeof(zeros) },
	    &text), FAULT_INTERNAL);
	assert_int_equal(text.len, 0);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(salted_open_foreign_text_opens),
		cmocka_unit_test(salted_open_anything_else_is_one_fault),
		cmocka_unit_test(salted_make_every_length_opens_and_no_two_are_alike),
		cmocka_unit_test(salted_make_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
