/*
 * Public keys and signatures.  Vectors: RFC 8032 §7.1 (tests 1 to 3), and a key and signatures over "abc" that the
 * command line of OpenSSL made (openssl genpkey, openssl dgst -sha256 -sign); what the last lines refuse was made by
 * it too.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/settings.h"
#include "base/signature.h"

#define RSA_PUBLIC "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsj8hN0sm66uSg4p6d+DmusXPpS2c86mv" \
	    "/XnqDFbIdG8ydhoEW9WIIQdeRp9mUKpO0ci26Roy/vN1fiPf558mTmyfCi2Lin2cAzWkJR+wjgwY" \
	    "wWSlhzTC+GiTrTPDjcY4zd8nna/EcHIUEkbN+i08DVsWMISj2bXZIEIvo65GIQQ980fMZDxlvCDI" \
	    "bPVMDNFA2Ij+wvEmdrxCbIHqZs1BNQ6H6pnllKBjiyunvrn3kGmshN4eH2T0Gu6SeXSLEMV4Shv7" \
	    "uV9v/5dhvwlbUM+/sBm2KpQTdXJ8+N1c5vlJAgpjUCke5v+Nnl3RxpFovllwWrhAlwPHwlD7mqwE" \
	    "J8HEUwIDAQAB"
#define RSA_OF_ABC "VUPWtCDAZQxDcxkby7LrDceatHUTYp3cMHikZUZ7hYg28X3jU4FaQup6alpwlLiEee4UPQl88jJr" \
	    "wTiFOFiJ8dIp7MQ6WN5EaSWMz8CSqMHQKDBVcqbey6q0BvK0mGeTzuiTCJEuydIP5IzKO3Golxjo" \
	    "eJM4SWewaOqJVNVwahqh27+2lDuNt562W/DGI4JBa+tN7PyMAiPtNjR4d/jUTb3aj+h1F8U2I01t" \
	    "uhSno4hMwtLnL05Ec7a7/mJMTHuo8KAZAOmB1zj+/fiLdm3RUduuVfCft4r2dc47NpLtci6Jdm4N" \
	    "o+TwBSus4ASYMerfu2R3JcneCzvEnQ0AK3mqRQ=="
#define RSA_SHA512_OF_ABC "U262CRTKzziQGscL83FK1FJXTuIDBpcMwkJ01SDeLNlZq39/4imLsoRBYDDriMO6t3+j5bqGE22z" \
	    "+IztbbsKrExKybn8+JANq6fKb8iUzhi1SvpcJa7MbXINGaHgj2V32Z48qWE05XZFolhuikzRBTTD" \
	    "bwFHjEESzOcYw0TI/2FD20wrwG312xodzEQfdmGgtcGRUvaYCil8wHEjb13j+O22zI1D7iwlHzQo" \
	    "niofRKYmEVxFLw8wZiAtlYtoOl9Rz5lAOjJvp+WvKU594O0WIxWaF68HkfjcrMdQMJkoiVvtgfPT" \
	    "smXmXrMOj/xYdTTZGcHJVBPvV1sm6Nj7a189Zw=="
#define RSA_PSS_OF_ABC "hHMr3WIh9gfaYuWp2Hc0udx8wIrcCzuXB2kPyh7L0cOPpTccZWZ0/Qu8XZxf/wHkaDdSBgHNr0hY" \
	    "Vt+J92soiX7q8AuWWbZvhF21CgjL2USTCf3nEQS4y7pdOZJUPB2eRg90OCOOOLlNGDs0Hghzcioj" \
	    "RVpU8Ozl/P7kuTDc5YHlf/Yvl0MegCpBNe42euSU8UQGAV+GB9OfggMXvUVYwl4cCj47knklPtfr" \
	    "yrQqfeC8gBCt/PUQlWtI9yARI/76nzsMKYgqP99Z3p+HY0740Y5F3PQ81y/52/9NuYoj/N6j5IJ7" \
	    "NJhZtybEc5YZlaaIe8nt8rQO0z9jDfaIZRosDw=="
#define RSA_1024 "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCeLYW/7rgbACujYrqX3Nu15+oAC8ExzUtVtwXO" \
	    "FEm6gHExTzEB2wWViQj2iyg6f/JaX5c+o4VDR4aTb8lFGP2i9zHU52x+2zKQchcWd9TkdMI9MeO7" \
	    "t8TjCHalFW5nwe1f68689Di5ZJ1fsYF8+jGS5/9G9PCubDgHPiRVRdADLQIDAQAB"
#define EC_PUBLIC "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYjNTAEfPjq+xSQpDXlBjq8eYTpj0XVYBLFjAQARq" \
	    "DcKhYjjABV3BPLFEitS0iiMXiW6tYoL6Ei64oibnXfZERA=="
#define ED_PUBLIC "MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU="

static void
signature_ed25519_published_vectors_hold(void **state)
{
	static const struct {
		const char	*key;
		struct slice	 bytes;
		const char	*signature;
	} cases[] = {
		{ "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
		    { "", 0 },
		    "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18F"
		    "lbviRlUUFDjnoQCw==" },
		{ "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",
		    { "\x72", 1 },
		    "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurr"
		    "QwKu6wDSkWErsMAA==" },
		{ "MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=",
		    { "\xaf\x82", 2 },
		    "YpHWV97sJAJIJ+acOr4BowzlSKKEdDpEXjaA19taw6wY/5tTjRbykK5n92CYTcZZSnwV6X"
		    "Fu0o3AJ77O6h7ECg==" },
	};
	struct signature_key	*key;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		key = signature_key_new(SIGNATURE_ED25519, slice_of(cases[i].key));
		assert_non_null(key);
		assert_true(signature_holds(key, slice_of(cases[i].signature), cases[i].bytes));
		assert_false(signature_holds(key, slice_of(cases[i].signature), slice_of("other")));
		assert_false(signature_holds(key, slice_of(cases[(i + 1) % 3].signature), cases[i].bytes));
		signature_key_free(key);
	}
}

static void
signature_rsa_of_openssl_holds_and_no_other(void **state)
{
	static const struct {
		const char	*signature;
		const char	*bytes;
		bool		 expected;
	} cases[] = {
		{ RSA_OF_ABC, "abc", true },
		{ RSA_OF_ABC, "abd", false },
		{ RSA_OF_ABC, "abc\n", false },
		{ RSA_OF_ABC, "", false },
		{ RSA_OF_ABC " ", "abc", false },
		{ " " RSA_OF_ABC, "abc", false },
		{ RSA_OF_ABC "AAAA", "abc", false },
		{ RSA_SHA512_OF_ABC, "abc", false },	/* another digest */
		{ RSA_PSS_OF_ABC, "abc", false },	/* another padding */
		{ "", "abc", false },
		{ "AAAA", "abc", false },
		{ "N/A", "abc", false },
	};
	struct signature_key	*key = signature_key_new(SIGNATURE_RSA, slice_of(RSA_PUBLIC));

	(void)state;
	assert_non_null(key);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(signature_holds(key, slice_of(cases[i].signature),
		    slice_of(cases[i].bytes)), cases[i].expected);
	signature_key_free(key);
}

/* Strict base64: none of the other texts that a lenient reader takes for the same bytes. */
static void
signature_each_changed_character_is_refused(void **state)
{
	struct signature_key	*key = signature_key_new(SIGNATURE_RSA, slice_of(RSA_PUBLIC));
	char			 text[] = RSA_OF_ABC;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		static const char	others[] = "A+/=-_ \n";

		for (const char *other = others; *other != '\0'; other++) {
			char	was = text[i];

			text[i] = *other;
			if (was != *other)
				assert_false(signature_holds(key, slice_of(text), slice_of("abc")));
			text[i] = was;
		}
	}
	assert_true(signature_holds(key, slice_of(text), slice_of("abc")));
	signature_key_free(key);
}

static void
signature_key_takes_one_form_of_its_scheme(void **state)
{
	static const struct {
		enum signature_scheme	 scheme;
		const char		*text;
		bool			 expected;
	} cases[] = {
		{ SIGNATURE_RSA, RSA_PUBLIC, true },
		{ SIGNATURE_RSA, "-----BEGIN PUBLIC KEY----- " RSA_PUBLIC " -----END PUBLIC KEY-----", true },
		{ SIGNATURE_RSA, "  " RSA_PUBLIC "  ", true },
		{ SIGNATURE_ED25519, ED_PUBLIC, true },
		{ SIGNATURE_ED25519, "-----BEGIN PUBLIC KEY-----\n" ED_PUBLIC "\n-----END PUBLIC KEY-----", true },
		{ SIGNATURE_ED25519, RSA_PUBLIC, false },
		{ SIGNATURE_RSA, ED_PUBLIC, false },
		{ SIGNATURE_RSA, RSA_1024, false },
		{ SIGNATURE_RSA, EC_PUBLIC, false },
		{ SIGNATURE_ED25519, EC_PUBLIC, false },
		{ SIGNATURE_ED25519, "", false },
		{ SIGNATURE_ED25519, "-", false },
		{ SIGNATURE_ED25519, "-----BEGIN PUBLIC KEY-----", false },
		{ SIGNATURE_ED25519, "-----BEGIN PUBLIC KEY----- -----END PUBLIC KEY-----", false },
		{ SIGNATURE_ED25519, "-----BEGIN PUBLIC KEY-----" ED_PUBLIC, false },
		{ SIGNATURE_ED25519, "-----BEGIN PRIVATE KEY-----" ED_PUBLIC "-----END PRIVATE KEY-----", false },
		{ SIGNATURE_ED25519, ED_PUBLIC "AAAA", false },	/* something behind it */
		{ SIGNATURE_ED25519, "MCowBQYDK2VwAyEA", false },
		{ SIGNATURE_ED25519, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", false },	/* the bare key */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct signature_key	*key = signature_key_new(cases[i].scheme, slice_of(cases[i].text));

		if ((key != NULL) != cases[i].expected)
			print_error("case %zu\n", i);
		assert_int_equal(key != NULL, cases[i].expected);
		signature_key_free(key);
	}
}

/* contract.md §7.2 names both keys by these digests. */
static void
signature_keys_of_the_platform_are_the_defaults(void **state)
{
	static const struct {
		const char		*name;
		enum signature_scheme	 scheme;
		const char		*digest;
	} cases[] = {
		{ "KASSA_WEBHOOK_KEY", SIGNATURE_ED25519,
		    "5a2c1b2749d3efcc233fb27d4ab43d56b8d20818c42cd226f6c9a3ff20d3097c" },
		{ "KASSA_WEBHOOK_RSA_KEY", SIGNATURE_RSA,
		    "2f62045d413b1b7747e26770ce7f57840cbf86288cd20ceb90d299a62501fd25" },
	};
	const struct setting_table	*table = settings_table();
	size_t				 found = 0;

	(void)state;
	for (size_t i = 0; i < 2 * table->count; i++) {
		const struct setting	*row = &table->at[i / 2];
		struct signature_key	*key;
		char			 hex[DIGEST_HEX];

		if (strcmp(row->name, cases[i % 2].name) != 0)
			continue;
		key = signature_key_new(cases[i % 2].scheme, slice_of(row->fallback));
		assert_non_null(key);
		signature_key_digest(key, hex);
		assert_string_equal(hex, cases[i % 2].digest);
		signature_key_free(key);
		found++;
	}
	assert_int_equal(found, 2);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(signature_ed25519_published_vectors_hold),
		cmocka_unit_test(signature_rsa_of_openssl_holds_and_no_other),
		cmocka_unit_test(signature_each_changed_character_is_refused),
		cmocka_unit_test(signature_key_takes_one_form_of_its_scheme),
		cmocka_unit_test(signature_keys_of_the_platform_are_the_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
