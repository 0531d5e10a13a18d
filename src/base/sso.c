/*
 * Decrypting an SSO payload, by OpenSSL.  Used by the settings page.
 */
#include "base/sso.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/base64.h"

#define MAGIC		"Salted__"
#define MAGIC_BYTES	8
#define SALT_BYTES	8
#define HEAD_BYTES	(MAGIC_BYTES + SALT_BYTES)
#define BLOCK_BYTES	16
#define BOX_MAX		(SSO_PAYLOAD_MAX / 4 * 3)

static struct json	*box_open(struct slice, struct slice);
static bool		 box_decrypt(struct slice, struct slice, uint8_t[BOX_MAX], size_t *);

struct json *
sso_read(const struct sso_keys *keys, struct slice payload)
{
	uint8_t			 bytes[BOX_MAX];
	struct base64url_bytes	 box = { bytes, sizeof(bytes), 0 };
	struct slice		 boxed;
	struct json		*json;

	if (payload.len > SSO_PAYLOAD_MAX || !base64_read(payload, &box) ||
	    box.len < HEAD_BYTES + BLOCK_BYTES || (box.len - HEAD_BYTES) % BLOCK_BYTES != 0 ||
	    memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
		return NULL;
	boxed = (struct slice){ (const char *)bytes, box.len };
	json = box_open(keys->now, boxed);
	if (json == NULL)
		json = box_open(keys->before, boxed);
	return json;
}

bool
sso_name(struct slice payload, char name[DIGEST_HEX])
{
	uint8_t			 bytes[BOX_MAX];
	struct base64url_bytes	 box = { bytes, sizeof(bytes), 0 };

	if (payload.len > SSO_PAYLOAD_MAX || !base64_read(payload, &box) || box.len < HEAD_BYTES)
		return false;
	digest_sha256_hex((struct slice){ (const char *)bytes, HEAD_BYTES }, name);
	return true;
}

/* One object in JSON is the only sign that the key was right: there is no MAC. */
static struct json *
box_open(struct slice secret, struct slice box)
{
	uint8_t		 plain[BOX_MAX];
	struct json	*json = NULL;
	size_t		 len = 0;

	if (secret.len == 0)
		return NULL;
	if (box_decrypt(secret, box, plain, &len) &&
	    json_parse((struct slice){ (const char *)plain, len }, &json) == FAULT_NONE &&
	    json_kind(json_root(json)) != JSON_OBJECT) {
		json_free(json);
		json = NULL;
	}
	explicit_bzero(plain, sizeof(plain));
	return json;
}

static bool
box_decrypt(struct slice secret, struct slice box, uint8_t plain[BOX_MAX], size_t *len)
{
	const unsigned char	*bytes = (const unsigned char *)box.at;
	unsigned char		 key[EVP_MAX_KEY_LENGTH], iv[EVP_MAX_IV_LENGTH];
	EVP_CIPHER_CTX		*context = EVP_CIPHER_CTX_new();
	int			 head = 0, tail = 0;
	bool			 good;

	good = context != NULL &&
	    EVP_BytesToKey(EVP_aes_256_cbc(), EVP_md5(), bytes + MAGIC_BYTES,
	    (const unsigned char *)secret.at, (int)secret.len, 1, key, iv) > 0 &&
	    EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv) == 1 &&
	    EVP_DecryptUpdate(context, plain, &head, bytes + HEAD_BYTES,
	    (int)(box.len - HEAD_BYTES)) == 1 &&
	    EVP_DecryptFinal_ex(context, plain + head, &tail) == 1;
	EVP_CIPHER_CTX_free(context);
	ERR_clear_error();	/* libpq and curl look at the same queue */
	explicit_bzero(key, sizeof(key));
	explicit_bzero(iv, sizeof(iv));
	*len = (size_t)head + (size_t)tail;
	return good;
}
