/*
 * Settings and seals of the room.  Used by its other files.
 */
#include "install/install.h"

#include "base/seal.h"

#define AAD_MAX	160	/* bytes */

static const struct settings	*settings;

static void		aad_of_token(const struct install_seal *, struct buf *);
static void		aad_of_key(const struct install_key_seal *, struct buf *);
static enum fault	aad_seal(struct buf *, struct slice, struct buf *);
static enum fault	aad_open(struct buf *, struct slice, struct buf *);

void
install_start(const struct settings *started)
{
	settings = started;
}

const struct settings *
install_settings(void)
{
	return settings;
}

enum fault
install_token_seal(const struct install_seal *of, struct slice token, struct buf *sealed)
{
	struct buf	aad;

	aad_of_token(of, &aad);
	return aad_seal(&aad, token, sealed);
}

enum fault
install_token_open(const struct install_seal *of, struct slice sealed, struct buf *token)
{
	struct buf	aad;

	aad_of_token(of, &aad);
	return aad_open(&aad, sealed, token);
}

enum fault
install_key_seal(const struct install_key_seal *of, struct slice key, struct buf *sealed)
{
	struct buf	aad;

	aad_of_key(of, &aad);
	return aad_seal(&aad, key, sealed);
}

enum fault
install_key_open(const struct install_key_seal *of, struct slice sealed, struct buf *key)
{
	struct buf	aad;

	aad_of_key(of, &aad);
	return aad_open(&aad, sealed, key);
}

enum fault
install_processor_seal(const char *account_id, struct slice credentials, struct buf *sealed)
{
	struct buf	aad;

	buf_init(&aad, AAD_MAX);
	buf_printf(&aad, "processor_setup:%s", account_id);
	return aad_seal(&aad, credentials, sealed);
}

void
install_payments_url(const char *location, struct buf *url)
{
	buf_printf(url, "%s/checkout?location=%s", settings->public_url, location);
}

void
install_query_url(const char *segment, struct buf *url)
{
	buf_printf(url, "%s/query/%s", settings->public_url, segment);
}

void
install_brand_complete(struct store_brand *brand)
{
	const struct {
		char		*text;
		const char	*operators;
	} parts[] = {
		{ brand->name, settings->brand_name },
		{ brand->description, settings->brand_description },
		{ brand->logo_url, settings->brand_logo_url },
		{ brand->support, settings->brand_support },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].text[0] == '\0')
			(void)slice_copy(slice_of(parts[i].operators), parts[i].text,
			    STORE_BRAND_TEXT_SIZE);
	}
}

static void
aad_of_token(const struct install_seal *of, struct buf *aad)
{
	buf_init(aad, AAD_MAX);
	buf_printf(aad, "installation:%s:%s:%s", installation_kind_label(of->kind), of->reference,
	    of->what);
}

static void
aad_of_key(const struct install_key_seal *of, struct buf *aad)
{
	buf_init(aad, AAD_MAX);
	buf_printf(aad, "account_key:%s:%s", of->location, mode_label(of->mode));
}

/* Both take over ${aad}. */
static enum fault
aad_seal(struct buf *aad, struct slice plain, struct buf *sealed)
{
	enum fault	fault;

	fault = seal_make(&settings->master_keys[0], buf_slice(aad), plain, sealed);
	if (fault == FAULT_NONE && !buf_ok(sealed))
		fault = FAULT_INTERNAL;
	buf_release(aad);
	return fault;
}

static enum fault
aad_open(struct buf *aad, struct slice sealed, struct buf *plain)
{
	struct seal_keys	keys = { settings->master_keys, settings->master_key_count };
	enum fault		fault;

	fault = seal_open(keys, buf_slice(aad), sealed, plain);
	buf_release(aad);
	return fault;
}
