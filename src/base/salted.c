/*
 * OpenSSL's own old format, which is why EVP_BytesToKey() knows its key derivation.
 */
#include "base/salted.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <string.h>

#include "base/base64.h"

#define MARK		"Salted__"
#define MARK_BYTES	8
#define SALT_BYTES	8
#define HEAD_BYTES	(MARK_BYTES + SALT_BYTES)
#define KEY_BYTES	32
#define BLOCK_BYTES	16
#define BOX_MAX		(HEAD_BYTES + SALTED_PLAIN_MAX + BLOCK_BYTES)

struct secret {
	uint8_t	key[KEY_BYTES];
	uint8_t	start[BLOCK_BYTES];	/* the IV */
};

static bool	secret_derive(struct slice, const uint8_t[SALT_BYTES], struct secret *);
static bool	box_close(const struct secret *, struct slice, uint8_t *, int *);

enum fault
salted_make(struct slice passphrase, struct slice plain, struct buf *text)
{
	uint8_t		box[BOX_MAX];
	struct secret	secret;
	int		len = 0;
	bool		good;

	if (plain.len > SALTED_PLAIN_MAX)
		return FAULT_INTERNAL;
	memcpy(box, MARK, MARK_BYTES);
	good = RAND_bytes(box + MARK_BYTES, SALT_BYTES) == 1 &&
	    secret_derive(passphrase, box + MARK_BYTES, &secret) &&
	    box_close(&secret, plain, box + HEAD_BYTES, &len);
	explicit_bzero(&secret, sizeof(secret));
	if (good)
		base64_put(text, (struct slice){ (const char *)box, HEAD_BYTES + (size_t)len });
	return good && buf_ok(text) ? FAULT_NONE : FAULT_INTERNAL;
}

static bool
secret_derive(struct slice passphrase, const uint8_t salt[SALT_BYTES], struct secret *secret)
{
	return passphrase.len > 0 && EVP_BytesToKey(EVP_aes_256_cbc(), EVP_md5(), salt,
	    (const uint8_t *)passphrase.at, (int)passphrase.len, 1, secret->key,
	    secret->start) == KEY_BYTES;
}

static bool
box_close(const struct secret *secret, struct slice plain, uint8_t *out, int *len)
{
	EVP_CIPHER_CTX	*context = EVP_CIPHER_CTX_new();
	int		 last = 0;
	bool		 good;

	good = context != NULL &&
	    EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL, secret->key, secret->start) == 1 &&
	    EVP_EncryptUpdate(context, out, len, (const uint8_t *)plain.at, (int)plain.len) == 1 &&
	    EVP_EncryptFinal_ex(context, out + *len, &last) == 1;
	*len += last;
	EVP_CIPHER_CTX_free(context);
	return good;
}
