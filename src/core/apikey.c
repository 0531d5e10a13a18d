/*
 * Writing and reading keys.  Used by kassactl, which mints them, and by whoever is shown one.
 */
#include "core/apikey.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

#define APIKEY_RANDOM_LEN	((size_t)2 * APIKEY_RANDOM_BYTES)	/* as hexadecimal text */

static bool	tail_take(struct slice *, const char *);
static bool	random_is_good(struct slice);

static const char	secret_prefix[] = "kassa_sk_";
static const char	publishable_prefix[] = "kassa_pk_";

void
apikey_make(enum apikey_kind kind, enum mode mode, const uint8_t random[APIKEY_RANDOM_BYTES],
    struct apikey *key)
{
	int	len;

	key->kind = kind;
	key->mode = mode;
	len = snprintf(key->text, sizeof(key->text), "%s%s_",
	    kind == APIKEY_SECRET ? secret_prefix : publishable_prefix, mode_label(mode));
	assert(len > 0 && (size_t)len + APIKEY_RANDOM_LEN < sizeof(key->text));
	digest_hex(random, APIKEY_RANDOM_BYTES, key->text + len);
}

bool
apikey_parse(struct slice text, struct apikey *key)
{
	struct slice	rest = text;
	struct apikey	read = { .kind = APIKEY_SECRET, .mode = MODE_TEST };

	if (tail_take(&rest, publishable_prefix))
		read.kind = APIKEY_PUBLISHABLE;
	else if (!tail_take(&rest, secret_prefix))
		return false;
	if (tail_take(&rest, "live_"))
		read.mode = MODE_LIVE;
	else if (!tail_take(&rest, "test_"))
		return false;
	if (!random_is_good(rest) || !slice_copy(text, read.text, sizeof(read.text)))
		return false;
	*key = read;
	return true;
}

/* If ${rest} begins with ${head}, leave what is behind it. */
static bool
tail_take(struct slice *rest, const char *head)
{
	size_t	len = strlen(head);

	if (!slice_starts(*rest, head))
		return false;
	rest->at += len;
	rest->len -= len;
	return true;
}

/* Lower case only: a key is looked up by the digest of its text, so it has only one. */
static bool
random_is_good(struct slice random)
{
	for (size_t i = 0; i < random.len; i++) {
		char	c = random.at[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return random.len == APIKEY_RANDOM_LEN;
}
