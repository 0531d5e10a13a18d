/*
 * The keys of the platform's webhooks, and which signature decides.  Used by web_webhook.c.
 */
#include "platform/webhook_signature.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/signature.h"

#define KEYS_MAX	2	/* the one in use, and the one before */

struct keys {
	struct signature_key	*at[KEYS_MAX];
	size_t			 count;
};

static struct keys	ed25519, rsa;

static void		 keys_add(struct keys *, enum signature_scheme, const char *);
static bool		 is_there(struct slice);
static bool		 holds(const struct keys *, struct slice, struct slice);

void
webhook_signature_start(const struct settings *settings)
{
	while (ed25519.count > 0)
		signature_key_free(ed25519.at[--ed25519.count]);
	while (rsa.count > 0)
		signature_key_free(rsa.at[--rsa.count]);
	keys_add(&ed25519, SIGNATURE_ED25519, settings->webhook_key);
	keys_add(&ed25519, SIGNATURE_ED25519, settings->webhook_key_old);
	keys_add(&rsa, SIGNATURE_RSA, settings->webhook_rsa_key);
	keys_add(&rsa, SIGNATURE_RSA, settings->webhook_rsa_key_old);
}

enum webhook_scheme
webhook_signature_judge(const struct webhook_signed *given)
{
	if (is_there(given->ed25519))
		return holds(&ed25519, given->ed25519, given->body) ? WEBHOOK_ED25519 : WEBHOOK_FORGED;
	if (is_there(given->rsa))
		return holds(&rsa, given->rsa, given->body) ? WEBHOOK_RSA : WEBHOOK_FORGED;
	return WEBHOOK_UNSIGNED;
}

const char *
webhook_signature_label(enum webhook_scheme scheme)
{
	static const char *const	labels[] = {
		[WEBHOOK_UNSIGNED] = "unsigned",
		[WEBHOOK_FORGED] = "forged",
		[WEBHOOK_ED25519] = "ed25519",
		[WEBHOOK_RSA] = "rsa",
	};

	return labels[scheme];
}

static void
keys_add(struct keys *keys, enum signature_scheme scheme, const char *text)
{
	if (text[0] == '\0' || strcmp(text, "none") == 0)
		return;
	keys->at[keys->count] = signature_key_new(scheme, slice_of(text));
	assert(keys->at[keys->count] != NULL);	/* settings_read() has tried it */
	keys->count++;
}

static bool
is_there(struct slice value)
{
	value = slice_trim(value);
	return value.len > 0 && !(value.len == 3 && strncasecmp(value.at, "N/A", 3) == 0);
}

static bool
holds(const struct keys *keys, struct slice value, struct slice body)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (signature_holds(keys->at[i], slice_trim(value), body))
			return true;
	}
	return false;
}
