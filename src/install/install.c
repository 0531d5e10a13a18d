/*
 * Settings and seals of the room.  Used by its other files.
 */
#include "install/install.h"

#include "base/seal.h"

#define AAD_MAX	160	/* bytes */

static const struct settings	*settings;

static void		aad_of_token(const struct install_seal *, struct buf *);
static void		aad_of_key(const struct install_key_seal *, struct buf *);
static enum fault	seal(struct buf *, struct slice, struct buf *);
static enum fault	open(struct buf *, struct slice, struct buf *);

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
	return seal(&aad, token, sealed);
}

enum fault
install_token_open(const struct install_seal *of, struct slice sealed, struct buf *token)
{
	struct buf	aad;

	aad_of_token(of, &aad);
	return open(&aad, sealed, token);
}

enum fault
install_key_seal(const struct install_key_seal *of, struct slice key, struct buf *sealed)
{
	struct buf	aad;

	aad_of_key(of, &aad);
	return seal(&aad, key, sealed);
}

enum fault
install_key_open(const struct install_key_seal *of, struct slice sealed, struct buf *key)
{
	struct buf	aad;

	aad_of_key(of, &aad);
	return open(&aad, sealed, key);
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
seal(struct buf *aad, struct slice plain, struct buf *sealed)
{
	enum fault	fault;

	fault = seal_make(&settings->master_keys[0], buf_slice(aad), plain, sealed);
	if (fault == FAULT_NONE && !buf_ok(sealed))
		fault = FAULT_INTERNAL;
	buf_release(aad);
	return fault;
}

static enum fault
open(struct buf *aad, struct slice sealed, struct buf *plain)
{
	struct seal_keys	keys = { settings->master_keys, settings->master_key_count };
	enum fault		fault;

	fault = seal_open(keys, buf_slice(aad), sealed, plain);
	buf_release(aad);
	return fault;
}
