/*
 * Seals: what was sealed opens, and nothing else does.
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/seal.h"

#define HEX_KEY	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define AAD	"account:acct_1"

/*
 * Made by Node's crypto module (createCipheriv "aes-256-gcm"): master key HEX_KEY as "k1", nonces
 * cafebabefacedbaddecaf888 and 101112131415161718191a1b, the data key of NIST SP 800-38A F.1.5.
 */
#define HEAD	"1.k1."
#define KEY_BOX	"yv66vvrO263eyviI6p5LNr-wPqVtePMt_mD-vhIV7FbkeGKjY0cU0redugszn8oz" \
		"Ewo6b9Wu0fxVsRVt"
#define BOX	"EBESExQVFhcYGRob6h56yiFavO5vz3Knzz2Pb8aN7ptxiPws"

static const char	foreign[] = HEAD KEY_BOX "." BOX;

static struct seal_key
key_of(const char *text)
{
	struct seal_key	key;

	assert_int_equal(seal_key_parse(slice_of(text), &key), FAULT_NONE);
	return key;
}

/* Open ${sealed} with ${key}; the fault, after comparing the text if there is none. */
static enum fault
open_with(const struct seal_key *key, const char *aad, struct slice sealed, struct slice expected)
{
	struct buf	plain;
	enum fault	fault;

	buf_init(&plain, SEAL_PLAIN_MAX);
	fault = seal_open((struct seal_keys){ key, 1 }, slice_of(aad), sealed, &plain);
	if (fault == FAULT_NONE)
		assert_true(slice_equal(buf_slice(&plain), expected));
	else
		assert_int_equal(plain.len, 0);
	buf_wipe(&plain);
	return fault;
}

static void
seal_key_parse_only_id_and_64_digits(void **state)
{
	static const struct {
		const char	*text;
		enum fault	 expected;
	} cases[] = {
		{ "k1:" HEX_KEY, FAULT_NONE },
		{ "2026-11_b:" HEX_KEY, FAULT_NONE },
		{ "fifteen-letters:" HEX_KEY, FAULT_NONE },
		{ "k1:000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
		    FAULT_NONE },
		{ "", FAULT_SETTING_INVALID },
		{ ":", FAULT_SETTING_INVALID },
		{ "k1", FAULT_SETTING_INVALID },
		{ HEX_KEY, FAULT_SETTING_INVALID },
		{ ":" HEX_KEY, FAULT_SETTING_INVALID },
		{ "sixteen--letters:" HEX_KEY, FAULT_SETTING_INVALID },
		{ "k.1:" HEX_KEY, FAULT_SETTING_INVALID },
		{ "k 1:" HEX_KEY, FAULT_SETTING_INVALID },
		{ "k1::" HEX_KEY, FAULT_SETTING_INVALID },
		{ "k1:" HEX_KEY "0", FAULT_SETTING_INVALID },
		{ "k1:" HEX_KEY "\n", FAULT_SETTING_INVALID },
		{ "k1:00", FAULT_SETTING_INVALID },
		{ "k1:g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		    FAULT_SETTING_INVALID },
	};
	static const struct seal_key	zero;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seal_key	key;

		memset(&key, 0xee, sizeof(key));
		assert_int_equal(seal_key_parse(slice_of(cases[i].text), &key), cases[i].expected);
		if (cases[i].expected == FAULT_NONE) {
			for (size_t b = 0; b < SEAL_KEY_BYTES; b++)
				assert_int_equal(key.bytes[b], b);
		} else {
			assert_memory_equal(&key, &zero, sizeof(key));
		}
	}
}

static void
seal_open_envelope_of_another_program_opens(void **state)
{
	struct seal_key	key = key_of("k1:" HEX_KEY);

	(void)state;
	assert_int_equal(open_with(&key, AAD, slice_of(foreign), slice_of("a secret")), FAULT_NONE);
	assert_int_equal(open_with(&key, "account:acct_2", slice_of(foreign), slice_of("")),
	    FAULT_SEAL_INVALID);
}

static void
seal_make_any_length_opens_again(void **state)
{
	static const size_t	lengths[] = { 0, 1, 2, 3, 15, 16, 17, 1000, SEAL_PLAIN_MAX };
	struct seal_key		key = key_of("k1:" HEX_KEY);
	char			bytes[SEAL_PLAIN_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct slice	plain = { bytes, lengths[i] };
		struct buf	sealed;

		buf_init(&sealed, (size_t)2 * SEAL_PLAIN_MAX);
		assert_int_equal(seal_make(&key, slice_of(AAD), plain, &sealed), FAULT_NONE);
		assert_int_equal(strspn(buf_text(&sealed), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz0123456789-_."), sealed.len);
		assert_int_equal(open_with(&key, AAD, buf_slice(&sealed), plain), FAULT_NONE);
		buf_release(&sealed);
	}
}

static void
seal_make_twice_gives_different_envelopes(void **state)
{
	struct seal_key	key = key_of("k1:" HEX_KEY);
	struct buf	a, b;
	const char	*last_a, *last_b;

	(void)state;
	buf_init(&a, 1024);
	buf_init(&b, 1024);
	assert_int_equal(seal_make(&key, slice_of(AAD), slice_of("same"), &a), FAULT_NONE);
	assert_int_equal(seal_make(&key, slice_of(AAD), slice_of("same"), &b), FAULT_NONE);
	assert_true(slice_starts(buf_slice(&a), "1.k1."));
	assert_memory_not_equal(a.at + 5, b.at + 5, 16);	/* the nonce of the key */
	last_a = strrchr(buf_text(&a), '.');
	last_b = strrchr(buf_text(&b), '.');
	assert_memory_not_equal(last_a + 1, last_b + 1, 16);	/* the nonce of the text */
	buf_release(&a);
	buf_release(&b);
}

static void
seal_make_what_does_not_fit_is_a_fault(void **state)
{
	static const char	zeros[SEAL_PLAIN_MAX + 1];
	struct seal_key		key = key_of("k1:" HEX_KEY);
	struct buf		sealed;

	(void)state;
	buf_init(&sealed, (size_t)2 * SEAL_PLAIN_MAX);
	assert_int_equal(seal_make(&key, slice_of(AAD), (struct slice){ zeros, sizeof(zeros) },
	    &sealed),
	    FAULT_INTERNAL);
	assert_int_equal(sealed.len, 0);
	buf_release(&sealed);
	buf_init(&sealed, 100);
	assert_int_equal(seal_make(&key, slice_of(AAD), slice_of("secret"), &sealed),
	    FAULT_INTERNAL);
	buf_release(&sealed);
}

/* Each bit of each character of the envelope is turned round once. */
static void
seal_open_one_changed_bit_is_refused(void **state)
{
	struct seal_key	key = key_of("k1:" HEX_KEY);
	struct buf	sealed;

	(void)state;
	buf_init(&sealed, 1024);
	assert_int_equal(seal_make(&key, slice_of(AAD), slice_of("ab"), &sealed), FAULT_NONE);
	for (size_t i = 0; i < sealed.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			sealed.at[i] = (char)(sealed.at[i] ^ 1 << bit);
			assert_int_equal(open_with(&key, AAD, buf_slice(&sealed), slice_of("")),
			    FAULT_SEAL_INVALID);
			sealed.at[i] = (char)(sealed.at[i] ^ 1 << bit);
		}
	}
	assert_int_equal(open_with(&key, AAD, buf_slice(&sealed), slice_of("ab")), FAULT_NONE);
	buf_release(&sealed);
}

static void
seal_open_cut_or_longer_envelopes_are_refused(void **state)
{
	struct seal_key	key = key_of("k1:" HEX_KEY);
	struct buf	longer;

	(void)state;
	for (size_t len = 0; len < sizeof(foreign) - 1; len++)
		assert_int_equal(open_with(&key, AAD, (struct slice){ foreign, len }, slice_of("")),
		    FAULT_SEAL_INVALID);
	for (const char *tail = "A._-=\n "; *tail != '\0'; tail++) {
		buf_init(&longer, 1024);
		buf_puts(&longer, foreign);
		buf_putc(&longer, *tail);
		assert_int_equal(open_with(&key, AAD, buf_slice(&longer), slice_of("")),
		    FAULT_SEAL_INVALID);
		buf_release(&longer);
	}
}

static void
seal_open_other_forms_are_refused(void **state)
{
	static const char *const	cases[] = {
		"1.", "1.k1", "1.k1.", "1.k1..", "1..", "...", "2.k1.A.A", "1.k1.AAAA.AAAA",
		HEAD KEY_BOX, HEAD KEY_BOX ".", HEAD "." BOX, HEAD BOX "." BOX,
		HEAD BOX "." KEY_BOX,
	};
	struct seal_key			key = key_of("k1:" HEX_KEY);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(open_with(&key, AAD, slice_of(cases[i]), slice_of("")),
		    FAULT_SEAL_INVALID);
}

static void
seal_open_text_of_another_envelope_is_refused(void **state)
{
	struct seal_key	key = key_of("k1:" HEX_KEY);
	struct buf	sealed, mixed;
	const char	*dot;

	(void)state;
	buf_init(&sealed, 1024);
	buf_init(&mixed, 1024);
	assert_int_equal(seal_make(&key, slice_of(AAD), slice_of("another"), &sealed), FAULT_NONE);
	dot = strrchr(foreign, '.');
	buf_put(&mixed, (struct slice){ foreign, (size_t)(dot - foreign) });
	buf_puts(&mixed, strrchr(buf_text(&sealed), '.'));
	assert_int_equal(open_with(&key, AAD, buf_slice(&mixed), slice_of("")), FAULT_SEAL_INVALID);
	buf_release(&sealed);
	buf_release(&mixed);
}

static void
seal_open_chooses_the_key_by_its_id(void **state)
{
	struct seal_key	keys[2] = {
		key_of("k2:ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
		key_of("k1:" HEX_KEY),
	};
	struct seal_key	renamed = key_of("k3:" HEX_KEY);
	struct buf	plain;

	(void)state;
	buf_init(&plain, 64);
	assert_int_equal(seal_open((struct seal_keys){ keys, 2 }, slice_of(AAD), slice_of(foreign),
	    &plain),
	    FAULT_NONE);
	assert_string_equal(buf_text(&plain), "a secret");
	buf_wipe(&plain);
	assert_int_equal(seal_open((struct seal_keys){ NULL, 0 }, slice_of(AAD), slice_of(foreign),
	    &plain),
	    FAULT_SEAL_INVALID);
	assert_int_equal(open_with(&keys[0], AAD, slice_of(foreign), slice_of("")),
	    FAULT_SEAL_INVALID);
	assert_int_equal(open_with(&renamed, AAD, slice_of(foreign), slice_of("")),
	    FAULT_SEAL_INVALID);
	buf_release(&plain);
}

/* The same bytes under another name: the id is part of what the key's box is bound to. */
static void
seal_open_envelope_with_an_exchanged_id_is_refused(void **state)
{
	struct seal_key	renamed = key_of("k3:" HEX_KEY);
	char		text[sizeof(foreign)];

	(void)state;
	memcpy(text, foreign, sizeof(text));
	text[3] = '3';
	assert_int_equal(open_with(&renamed, AAD, slice_of(text), slice_of("")),
	    FAULT_SEAL_INVALID);
}

static void
seal_open_without_room_is_a_fault(void **state)
{
	struct seal_key	key = key_of("k1:" HEX_KEY);
	struct buf	plain;

	(void)state;
	buf_init(&plain, 7);
	assert_int_equal(seal_open((struct seal_keys){ &key, 1 }, slice_of(AAD), slice_of(foreign),
	    &plain),
	    FAULT_INTERNAL);
	buf_wipe(&plain);
}

#define HEX_NEW	"ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* After a rotation: the new key first. */
static void
seal_rewrap_opens_with_the_new_key_alone(void **state)
{
	struct seal_key	keys[2] = { key_of("k2:" HEX_NEW), key_of("k1:" HEX_KEY) };
	struct buf	into, again;

	(void)state;
	buf_init(&into, 1024);
	buf_init(&again, 1024);
	assert_int_equal(seal_rewrap((struct seal_keys){ keys, 2 }, slice_of(AAD),
	    slice_of(foreign), &into), FAULT_NONE);
	assert_true(slice_starts(buf_slice(&into), "1.k2."));
	assert_string_equal(strrchr(buf_text(&into), '.'), "." BOX);	/* the secret was not touched */
	assert_int_equal(open_with(&keys[0], AAD, buf_slice(&into), slice_of("a secret")), FAULT_NONE);
	assert_int_equal(open_with(&keys[1], AAD, buf_slice(&into), slice_of("")), FAULT_SEAL_INVALID);
	assert_int_equal(open_with(&keys[0], "account:acct_2", buf_slice(&into), slice_of("")),
	    FAULT_SEAL_INVALID);
	/* And once more, with the old key gone. */
	assert_int_equal(seal_rewrap((struct seal_keys){ keys, 1 }, slice_of(AAD), buf_slice(&into),
	    &again), FAULT_NONE);
	assert_int_equal(open_with(&keys[0], AAD, buf_slice(&again), slice_of("a secret")), FAULT_NONE);
	buf_release(&into);
	buf_release(&again);
}

static void
seal_rewrap_what_does_not_open_is_refused(void **state)
{
	static const struct {
		const char	*aad;
		const char	*sealed;
		size_t		 keys;
		size_t		 room;
		enum fault	 expected;
	} cases[] = {
		{ AAD, foreign, 2, 1024, FAULT_NONE },
		{ "account:acct_2", foreign, 2, 1024, FAULT_SEAL_INVALID },	/* of another row */
		{ AAD, foreign, 1, 1024, FAULT_SEAL_INVALID },		/* its key was dropped too early */
		{ AAD, "1.k2." KEY_BOX "." BOX, 2, 1024, FAULT_SEAL_INVALID },
		{ AAD, "1.k1." BOX "." BOX, 2, 1024, FAULT_SEAL_INVALID },
		{ AAD, "1.k1." KEY_BOX, 2, 1024, FAULT_SEAL_INVALID },
		{ AAD, "", 2, 1024, FAULT_SEAL_INVALID },
		{ AAD, foreign, 2, 100, FAULT_INTERNAL },
	};
	struct seal_key	keys[2] = { key_of("k2:" HEX_NEW), key_of("k1:" HEX_KEY) };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf	into;

		buf_init(&into, cases[i].room);
		assert_int_equal(seal_rewrap((struct seal_keys){ keys, cases[i].keys },
		    slice_of(cases[i].aad), slice_of(cases[i].sealed), &into), cases[i].expected);
		if (cases[i].expected == FAULT_SEAL_INVALID)
			assert_int_equal(into.len, 0);
		buf_release(&into);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(seal_key_parse_only_id_and_64_digits),
		cmocka_unit_test(seal_open_envelope_of_another_program_opens),
		cmocka_unit_test(seal_make_any_length_opens_again),
		cmocka_unit_test(seal_make_twice_gives_different_envelopes),
		cmocka_unit_test(seal_make_what_does_not_fit_is_a_fault),
		cmocka_unit_test(seal_open_one_changed_bit_is_refused),
		cmocka_unit_test(seal_open_cut_or_longer_envelopes_are_refused),
		cmocka_unit_test(seal_open_other_forms_are_refused),
		cmocka_unit_test(seal_open_text_of_another_envelope_is_refused),
		cmocka_unit_test(seal_open_chooses_the_key_by_its_id),
		cmocka_unit_test(seal_open_envelope_with_an_exchanged_id_is_refused),
		cmocka_unit_test(seal_open_without_room_is_a_fault),
		cmocka_unit_test(seal_rewrap_opens_with_the_new_key_alone),
		cmocka_unit_test(seal_rewrap_what_does_not_open_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
