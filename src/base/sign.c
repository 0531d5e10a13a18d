/*
 * Loading of private keys and signing with them.  Blocking and slow (RSA: milliseconds): for the
 * simulator, not for a server of payments.
 */
#include "base/sign.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

#define RSA_BITS_LEAST	2048
#define SIGNATURE_MAX	1024	/* bytes; RSA of 8192 bits */

static bool	key_take(EVP_PKEY *, struct sign_keys *);
static bool	text_is_at_end(FILE *);

enum fault
sign_keys_load(const char *path, struct sign_keys *keys)
{
	FILE		*file;
	EVP_PKEY	*key;
	bool		 good = true;

	memset(keys, 0, sizeof(*keys));
	file = fopen(path, "re");
	if (file == NULL)
		return FAULT_SETTING_INVALID;
	while (good && !text_is_at_end(file)) {
		key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		good = key != NULL && key_take(key, keys);
		if (!good)
			EVP_PKEY_free(key);
	}
	good = good && (keys->at[SIGN_ED25519] != NULL || keys->at[SIGN_RSA] != NULL);
	(void)fclose(file);	/* was only read */
	if (!good)
		sign_keys_release(keys);
	return good ? FAULT_NONE : FAULT_SETTING_INVALID;
}

void
sign_keys_release(struct sign_keys *keys)
{
	for (size_t i = 0; i < SIGN_SCHEME_COUNT; i++)
		EVP_PKEY_free(keys->at[i]);
	memset(keys, 0, sizeof(*keys));
}

bool
sign_put(const struct sign_keys *keys, enum sign_scheme scheme, struct slice bytes,
    struct buf *text)
{
	/* Ed25519 hashes by itself, and wants no digest to be named. */
	const EVP_MD	*digest = scheme == SIGN_RSA ? EVP_sha256() : NULL;
	unsigned char	 signature[SIGNATURE_MAX];
	size_t		 len = sizeof(signature);
	EVP_MD_CTX	*context;
	bool		 good;

	if (keys->at[scheme] == NULL)
		return false;
	context = EVP_MD_CTX_new();
	good = context != NULL &&
	    EVP_DigestSignInit(context, NULL, digest, NULL, keys->at[scheme]) == 1 &&
	    EVP_DigestSign(context, signature, &len, (const unsigned char *)bytes.at,
	    bytes.len) == 1;
	EVP_MD_CTX_free(context);
	assert(good);	/* the key was found good when it was loaded */
	base64_put(text, (struct slice){ (const char *)signature, len });
	return true;
}

bool
sign_put_public(const struct sign_keys *keys, enum sign_scheme scheme, struct buf *text)
{
	unsigned char	*der = NULL;
	int		 len;

	if (keys->at[scheme] == NULL)
		return false;
	len = i2d_PUBKEY(keys->at[scheme], &der);
	assert(len > 0);
	base64_put(text, (struct slice){ (const char *)der, (size_t)len });
	OPENSSL_free(der);
	return true;
}

static bool
key_take(EVP_PKEY *key, struct sign_keys *keys)
{
	EVP_PKEY	**place = NULL;

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519)
		place = &keys->at[SIGN_ED25519];
	else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
	    EVP_PKEY_get_bits(key) >= RSA_BITS_LEAST &&
	    EVP_PKEY_get_size(key) <= SIGNATURE_MAX)
		place = &keys->at[SIGN_RSA];
	if (place == NULL || *place != NULL)
		return false;
	*place = key;
	return true;
}

/* Blank lines between keys and behind the last one are nothing. */
static bool
text_is_at_end(FILE *file)
{
	int	c;

	do {
		c = fgetc(file);
	} while (c == '\n' || c == '\r' || c == ' ');
	return c == EOF || ungetc(c, file) == EOF;
}
