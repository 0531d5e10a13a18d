/*
 * Tickets, on digest.h.  Used by the pages of an installation and of the settings.
 */
#include "base/ticket.h"

#include <string.h>

#include "base/base64url.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/integer.h"

#define KEY_TEXT	"kassa ticket"	/* what makes a key for tickets of a master key */

static void	sign(const struct seal_key *, const char *, struct slice, char[DIGEST_HEX]);
static bool	is_signed(struct seal_keys, const char *, struct slice, struct slice);

enum fault
ticket_make(const struct seal_key *key, const struct ticket *ticket, struct slice text,
    struct buf *into)
{
	char		signature[DIGEST_HEX];
	struct integer	until;
	size_t		begin = into->len;

	if (text.len > TICKET_TEXT_MAX)
		return FAULT_INTERNAL;
	base64url_put(into, text);
	buf_printf(into, ".%s", integer_print(ticket->until_us, &until));
	if (!buf_ok(into))
		return FAULT_INTERNAL;
	sign(key, ticket->purpose, (struct slice){ into->at + begin, into->len - begin }, signature);
	buf_printf(into, ".%s", signature);
	return buf_ok(into) ? FAULT_NONE : FAULT_INTERNAL;
}

enum fault
ticket_read(struct seal_keys keys, struct ticket *ticket, struct slice carried, struct buf *text)
{
	uint8_t			 carried_bytes[TICKET_TEXT_MAX];
	struct base64url_bytes	 bytes = { carried_bytes, sizeof(carried_bytes), 0 };
	struct slice		 payload, until, signature, body;
	const char		*dot, *end;

	if (carried.len >= TICKET_SIZE)
		return FAULT_STATE_INVALID;
	dot = memchr(carried.at, '.', carried.len);
	if (dot == NULL)
		return FAULT_STATE_INVALID;
	payload = (struct slice){ carried.at, (size_t)(dot - carried.at) };
	until.at = dot + 1;
	until.len = carried.len - payload.len - 1;
	end = memchr(until.at, '.', until.len);
	if (end == NULL)
		return FAULT_STATE_INVALID;
	signature = (struct slice){ end + 1, until.len - (size_t)(end - until.at) - 1 };
	until.len = (size_t)(end - until.at);
	body = (struct slice){ carried.at, (size_t)(end - carried.at) };
	if (!is_signed(keys, ticket->purpose, body, signature) ||
	    !integer_read(until, &ticket->until_us) || ticket->until_us <= clock_now_us())
		return FAULT_STATE_INVALID;
	if (!base64url_read(payload, &bytes))
		return FAULT_STATE_INVALID;
	buf_put(text, (struct slice){ (const char *)bytes.at, bytes.len });
	return buf_ok(text) ? FAULT_NONE : FAULT_STATE_INVALID;
}

static void
sign(const struct seal_key *key, const char *purpose, struct slice body, char signature[DIGEST_HEX])
{
	struct slice	bytes = { (const char *)key->bytes, sizeof(key->bytes) };
	char		derived[DIGEST_HEX];
	struct buf	signed_text;

	digest_hmac_hex(bytes, slice_of(KEY_TEXT), derived);
	buf_init(&signed_text, TICKET_SIZE);
	buf_printf(&signed_text, "%s:", purpose);
	buf_put(&signed_text, body);
	digest_hmac_hex(slice_of(derived), buf_slice(&signed_text), signature);
	explicit_bzero(derived, sizeof(derived));
	buf_release(&signed_text);
}

/* By any of the master keys: a rotation ends no session. */
static bool
is_signed(struct seal_keys keys, const char *purpose, struct slice body, struct slice signature)
{
	char	own[DIGEST_HEX];
	bool	is_ours = false;

	for (size_t i = 0; i < keys.count; i++) {
		sign(&keys.at[i], purpose, body, own);
		is_ours |= digest_equal(slice_of(own), signature);
	}
	explicit_bzero(own, sizeof(own));
	return is_ours;
}
