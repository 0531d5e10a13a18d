/*
 * Digests, by OpenSSL.  Used for API keys, request fingerprints and whoever compares a secret.
 */
#include "base/digest.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static EVP_MD		*algorithm;	/* fetched once: that costs more than a digest */
static EVP_MD_CTX	*context;

void
digest_sha256(struct slice bytes, uint8_t digest[DIGEST_BYTES])
{
	unsigned	len = 0;
	int		good;

	if (context == NULL) {
		algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
		context = EVP_MD_CTX_new();
		assert(algorithm != NULL && context != NULL);
	}
	good = EVP_DigestInit_ex(context, algorithm, NULL) == 1 &&
	    EVP_DigestUpdate(context, bytes.at, bytes.len) == 1 &&
	    EVP_DigestFinal_ex(context, digest, &len) == 1;
	assert(good && len == DIGEST_BYTES);
}

void
digest_sha256_hex(struct slice bytes, char hex[DIGEST_HEX])
{
	uint8_t	digest[DIGEST_BYTES];

	digest_sha256(bytes, digest);
	digest_hex(digest, sizeof(digest), hex);
}

void
digest_hmac_hex(struct slice key, struct slice bytes, char hex[DIGEST_HEX])
{
	uint8_t		 digest[DIGEST_BYTES];
	unsigned	 len = 0;
	const uint8_t	*made;

	made = HMAC(EVP_sha256(), key.at, (int)key.len, (const uint8_t *)bytes.at, bytes.len, digest,
	    &len);
	assert(made != NULL && len == DIGEST_BYTES);
	digest_hex(digest, sizeof(digest), hex);
}

void
digest_hex(const uint8_t *bytes, size_t len, char *hex)
{
	static const char	digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 0x0f];
	}
	hex[2 * len] = '\0';
}

bool
digest_equal(struct slice a, struct slice b)
{
	return a.len == b.len && CRYPTO_memcmp(a.at, b.at, a.len) == 0;
}
