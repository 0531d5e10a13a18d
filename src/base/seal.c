/*
 * Sealing and opening of secrets, by OpenSSL.  Used for what the books keep and must not show.
 */
#include "base/seal.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "base/base64url.h"

#define SEAL_VERSION		"1."
#define SEAL_NONCE_BYTES	12
#define SEAL_TAG_BYTES		16
#define SEAL_BOX_EXTRA		(SEAL_NONCE_BYTES + SEAL_TAG_BYTES)
#define SEAL_BOX_MAX		(SEAL_PLAIN_MAX + SEAL_BOX_EXTRA)
#define SEAL_HEAD_SIZE		(SEAL_KEY_ID_MAX + 4)

/*
 * A box is nonce, ciphertext, tag: the output of one encryption.  Its AAD has two parts; what the
 * key's box is bound to begins with the version and the key's id, so that none can be exchanged.
 */
struct seal_aad {
	struct slice	head;
	struct slice	tail;
};

struct seal_parts {
	struct slice	head;		/* "1.ID." */
	struct slice	key_id;
	struct slice	key_box;	/* as base64url */
	struct slice	plain_box;
};

static bool				 id_is_good(struct slice);
static bool				 hex_read(struct slice, uint8_t[SEAL_KEY_BYTES]);
static bool				 envelope_split(struct slice, struct seal_parts *);
static bool				 part_take(struct slice *, struct slice *);
static const struct seal_key		*key_find(struct seal_keys, struct slice);
static bool				 key_put(const struct seal_key *, struct slice,
					     const uint8_t *, struct buf *);
static bool				 key_open(struct seal_keys, struct slice,
					     const struct seal_parts *, uint8_t *);
static bool				 box_put(const uint8_t *, struct seal_aad, struct slice,
					     struct buf *);
static bool				 box_encrypt(const uint8_t *, struct seal_aad, struct slice,
					     uint8_t *);
static bool				 box_read(const uint8_t *, struct seal_aad, struct slice,
					     struct base64url_bytes *);
static bool				 box_decrypt(const uint8_t *, struct seal_aad, struct slice,
					     struct base64url_bytes *);
static bool				 part_feed(EVP_CIPHER_CTX *, uint8_t *, struct slice);

enum fault
seal_key_parse(struct slice text, struct seal_key *key)
{
	const char	*colon = text.len > 0 ? memchr(text.at, ':', text.len) : NULL;
	struct slice	 id, hex;

	explicit_bzero(key, sizeof(*key));
	if (colon == NULL)
		return FAULT_SETTING_INVALID;
	id = (struct slice){ text.at, (size_t)(colon - text.at) };
	hex = (struct slice){ colon + 1, text.len - id.len - 1 };
	if (!id_is_good(id) || !hex_read(hex, key->bytes) ||
	    !slice_copy(id, key->id, sizeof(key->id))) {
		explicit_bzero(key, sizeof(*key));
		return FAULT_SETTING_INVALID;
	}
	return FAULT_NONE;
}

enum fault
seal_make(const struct seal_key *key, struct slice aad, struct slice plain, struct buf *sealed)
{
	uint8_t	data_key[SEAL_KEY_BYTES];
	bool	good;

	if (plain.len > SEAL_PLAIN_MAX)
		return FAULT_INTERNAL;
	good = RAND_bytes(data_key, sizeof(data_key)) == 1 && key_put(key, aad, data_key, sealed) &&
	    box_put(data_key, (struct seal_aad){ slice_of(""), aad }, plain, sealed);
	explicit_bzero(data_key, sizeof(data_key));
	return good && buf_ok(sealed) ? FAULT_NONE : FAULT_INTERNAL;
}

enum fault
seal_open(struct seal_keys keys, struct slice aad, struct slice sealed, struct buf *plain)
{
	uint8_t			data_key[SEAL_KEY_BYTES], plain_bytes[SEAL_PLAIN_MAX];
	struct base64url_bytes	text = { plain_bytes, sizeof(plain_bytes), 0 };
	struct seal_parts	parts;
	enum fault		fault = FAULT_SEAL_INVALID;

	if (!envelope_split(sealed, &parts))
		return FAULT_SEAL_INVALID;
	if (key_open(keys, aad, &parts, data_key) &&
	    box_read(data_key, (struct seal_aad){ slice_of(""), aad }, parts.plain_box, &text)) {
		buf_put(plain, (struct slice){ (const char *)plain_bytes, text.len });
		fault = buf_ok(plain) ? FAULT_NONE : FAULT_INTERNAL;
	}
	explicit_bzero(data_key, sizeof(data_key));
	explicit_bzero(plain_bytes, text.len);
	return fault;
}

enum fault
seal_rewrap(struct seal_keys keys, struct slice aad, struct slice sealed, struct buf *into)
{
	uint8_t			data_key[SEAL_KEY_BYTES];
	struct seal_parts	parts;
	bool			good;

	if (!envelope_split(sealed, &parts) || !key_open(keys, aad, &parts, data_key))
		return FAULT_SEAL_INVALID;
	good = key_put(&keys.at[0], aad, data_key, into);
	explicit_bzero(data_key, sizeof(data_key));
	buf_put(into, parts.plain_box);
	return good && buf_ok(into) ? FAULT_NONE : FAULT_INTERNAL;
}

static bool
id_is_good(struct slice id)
{
	for (size_t i = 0; i < id.len; i++) {
		unsigned char	c = (unsigned char)id.at[i];

		if (!isalnum(c) && c != '-' && c != '_')
			return false;
	}
	return id.len > 0 && id.len < SEAL_KEY_ID_MAX;
}

static bool
hex_read(struct slice hex, uint8_t bytes[SEAL_KEY_BYTES])
{
	if (hex.len != 2 * SEAL_KEY_BYTES)
		return false;
	for (size_t i = 0; i < hex.len; i++) {
		unsigned char	c = (unsigned char)hex.at[i];

		if (!isxdigit(c))
			return false;
		bytes[i / 2] = (uint8_t)(bytes[i / 2] << 4 |
		    (isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10));
	}
	return true;
}

/* The boxes' own letters are checked when they are read. */
static bool
envelope_split(struct slice sealed, struct seal_parts *parts)
{
	struct slice	rest = sealed;

	if (!slice_starts(rest, SEAL_VERSION))
		return false;
	rest.at += strlen(SEAL_VERSION);
	rest.len -= strlen(SEAL_VERSION);
	if (!part_take(&rest, &parts->key_id))
		return false;
	parts->head = (struct slice){ sealed.at, (size_t)(rest.at - sealed.at) };
	if (!part_take(&rest, &parts->key_box))
		return false;
	parts->plain_box = rest;
	return true;
}

/* Take what stands before the next '.' out of ${rest}. */
static bool
part_take(struct slice *rest, struct slice *part)
{
	const char	*end = rest->len > 0 ? memchr(rest->at, '.', rest->len) : NULL;

	if (end == NULL)
		return false;
	*part = (struct slice){ rest->at, (size_t)(end - rest->at) };
	rest->at = end + 1;
	rest->len -= part->len + 1;
	return true;
}

static const struct seal_key *
key_find(struct seal_keys keys, struct slice id)
{
	for (size_t i = 0; i < keys.count; i++) {
		if (slice_is(id, keys.at[i].id))
			return &keys.at[i];
	}
	return NULL;
}

/* The beginning of an envelope: "1.ID.", the data key's box, ".". */
static bool
key_put(const struct seal_key *key, struct slice aad, const uint8_t *data_key, struct buf *sealed)
{
	char	head[SEAL_HEAD_SIZE];
	int	len;
	bool	good;

	len = snprintf(head, sizeof(head), SEAL_VERSION "%s.", key->id);
	assert(len > 0 && (size_t)len < sizeof(head));
	buf_puts(sealed, head);
	good = box_put(key->bytes, (struct seal_aad){ slice_of(head), aad },
	    (struct slice){ (const char *)data_key, SEAL_KEY_BYTES }, sealed);
	buf_putc(sealed, '.');
	return good;
}

/* False, with nothing in ${data_key}, when no key has the envelope's id or its box does not open. */
static bool
key_open(struct seal_keys keys, struct slice aad, const struct seal_parts *parts, uint8_t *data_key)
{
	struct base64url_bytes	 bytes = { data_key, SEAL_KEY_BYTES, 0 };
	const struct seal_key	*key = key_find(keys, parts->key_id);
	bool			 good;

	good = key != NULL &&
	    box_read(key->bytes, (struct seal_aad){ parts->head, aad }, parts->key_box, &bytes) &&
	    bytes.len == SEAL_KEY_BYTES;
	if (!good)
		explicit_bzero(data_key, SEAL_KEY_BYTES);
	return good;
}

static bool
box_put(const uint8_t *key, struct seal_aad aad, struct slice plain, struct buf *sealed)
{
	uint8_t	box[SEAL_BOX_MAX];

	if (!box_encrypt(key, aad, plain, box))
		return false;
	base64url_put(sealed, (struct slice){ (const char *)box, plain.len + SEAL_BOX_EXTRA });
	return true;
}

/* GCM is a stream: the ciphertext is as long as the plain text and the final step adds nothing. */
static bool
box_encrypt(const uint8_t *key, struct seal_aad aad, struct slice plain, uint8_t *box)
{
	EVP_CIPHER_CTX	*context = EVP_CIPHER_CTX_new();
	uint8_t		*text = box + SEAL_NONCE_BYTES;
	int		 len;
	bool		 good;

	good = context != NULL && RAND_bytes(box, SEAL_NONCE_BYTES) == 1 &&
	    EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, box) == 1 &&
	    part_feed(context, NULL, aad.head) && part_feed(context, NULL, aad.tail) &&
	    part_feed(context, text, plain) &&
	    EVP_EncryptFinal_ex(context, text + plain.len, &len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_BYTES,
	    text + plain.len) == 1;
	EVP_CIPHER_CTX_free(context);
	return good;
}

static bool
box_read(const uint8_t *key, struct seal_aad aad, struct slice text, struct base64url_bytes *plain)
{
	uint8_t			bytes[SEAL_BOX_MAX];
	struct base64url_bytes	box = { bytes, sizeof(bytes), 0 };

	return base64url_read(text, &box) && box.len >= SEAL_BOX_EXTRA &&
	    box.len - SEAL_BOX_EXTRA <= plain->size &&
	    box_decrypt(key, aad, (struct slice){ (const char *)bytes, box.len }, plain);
}

/* What was decrypted counts only once the tag was found right. */
static bool
box_decrypt(const uint8_t *key, struct seal_aad aad, struct slice box,
    struct base64url_bytes *plain)
{
	EVP_CIPHER_CTX	*context = EVP_CIPHER_CTX_new();
	const uint8_t	*nonce = (const uint8_t *)box.at;
	struct slice	 text = { box.at + SEAL_NONCE_BYTES, box.len - SEAL_BOX_EXTRA };
	uint8_t		 tag[SEAL_TAG_BYTES];
	int		 len;
	bool		 good;

	memcpy(tag, text.at + text.len, sizeof(tag));
	good = context != NULL &&
	    EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
	    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, sizeof(tag), tag) == 1 &&
	    part_feed(context, NULL, aad.head) && part_feed(context, NULL, aad.tail) &&
	    part_feed(context, plain->at, text) &&
	    EVP_DecryptFinal_ex(context, tag, &len) == 1;
	EVP_CIPHER_CTX_free(context);
	if (good)
		plain->len = text.len;
	else
		explicit_bzero(plain->at, text.len);
	return good;
}

/* Give ${part} to the cipher; without ${out} it is additional data. */
static bool
part_feed(EVP_CIPHER_CTX *context, uint8_t *out, struct slice part)
{
	int	len;

	return part.len <= INT_MAX &&
	    EVP_CipherUpdate(context, out, &len, (const uint8_t *)part.at, (int)part.len) == 1;
}
