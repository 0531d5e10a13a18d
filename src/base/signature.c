/*
 * Public keys and what they verify, by OpenSSL.  Used for the platform's webhooks.
 */
#include "base/signature.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"

#define KEY_BYTES_MAX	2048	/* of a SubjectPublicKeyInfo */
#define KEY_TEXT_MAX	4096
#define RSA_BITS_MIN	2048
#define RSA_BITS_MAX	8192
#define SIGNATURE_MAX	(RSA_BITS_MAX / 8)

#define PEM_BEGIN	"-----BEGIN PUBLIC KEY-----"
#define PEM_END		"-----END PUBLIC KEY-----"

struct signature_key {
	enum signature_scheme	 scheme;
	EVP_PKEY		*key;
};

static bool		 pem_strip(struct slice *);
static EVP_PKEY		*key_read(struct slice);
static bool		 key_fits(const EVP_PKEY *, enum signature_scheme);

struct signature_key *
signature_key_new(enum signature_scheme scheme, struct slice text)
{
	struct signature_key	*made = NULL;
	struct buf		 letters;
	EVP_PKEY		*key = NULL;

	buf_init(&letters, KEY_TEXT_MAX);
	if (pem_strip(&text)) {
		for (size_t i = 0; i < text.len; i++) {
			if (strchr(" \t\r\n", text.at[i]) == NULL)
				buf_putc(&letters, text.at[i]);
		}
		key = buf_ok(&letters) ? key_read(buf_slice(&letters)) : NULL;
	}
	if (key != NULL && key_fits(key, scheme)) {
		made = malloc(sizeof(*made));
		assert(made != NULL);
		made->scheme = scheme;
		made->key = key;
		key = NULL;
	}
	EVP_PKEY_free(key);
	buf_release(&letters);
	return made;
}

void
signature_key_free(struct signature_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	free(key);
}

void
signature_key_digest(const struct signature_key *key, char hex[DIGEST_HEX])
{
	unsigned char	*bytes = NULL;
	int		 len;

	len = i2d_PUBKEY(key->key, &bytes);
	assert(len > 0);
	digest_sha256_hex((struct slice){ (const char *)bytes, (size_t)len }, hex);
	OPENSSL_free(bytes);
}

bool
signature_holds(const struct signature_key *key, struct slice signature, struct slice bytes)
{
	uint8_t			 signed_bytes[SIGNATURE_MAX];
	struct base64url_bytes	 made = { signed_bytes, sizeof(signed_bytes), 0 };
	EVP_MD_CTX		*context;
	bool			 holds;

	if (!base64_read(signature, &made))
		return false;
	context = EVP_MD_CTX_new();
	holds = context != NULL &&
	    EVP_DigestVerifyInit(context, NULL, key->scheme == SIGNATURE_RSA ? EVP_sha256() : NULL, NULL,
	    key->key) == 1 &&
	    EVP_DigestVerify(context, made.at, made.len, (const unsigned char *)bytes.at, bytes.len) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();	/* libpq and curl look at the same queue */
	return holds;
}

/* Leave the letters between the lines of a PEM; false if it has but one of them. */
static bool
pem_strip(struct slice *text)
{
	size_t	begin = strlen(PEM_BEGIN), end = strlen(PEM_END);

	*text = slice_trim(*text);
	if (!slice_starts(*text, "-"))
		return true;
	if (!slice_starts(*text, PEM_BEGIN) || text->len < begin + end)
		return false;
	text->at += begin;
	text->len -= begin + end;
	return slice_is((struct slice){ text->at + text->len, end }, PEM_END);
}

static EVP_PKEY *
key_read(struct slice letters)
{
	uint8_t			 bytes[KEY_BYTES_MAX];
	struct base64url_bytes	 read = { bytes, sizeof(bytes), 0 };
	const unsigned char	*at = bytes;
	EVP_PKEY		*key;

	if (letters.len == 0 || !base64_read(letters, &read))
		return NULL;
	key = d2i_PUBKEY(NULL, &at, (long)read.len);
	ERR_clear_error();
	if (key != NULL && at != bytes + read.len) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

static bool
key_fits(const EVP_PKEY *key, enum signature_scheme scheme)
{
	if (scheme == SIGNATURE_ED25519)
		return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
	    EVP_PKEY_get_bits(key) >= RSA_BITS_MIN && EVP_PKEY_get_bits(key) <= RSA_BITS_MAX;
}
