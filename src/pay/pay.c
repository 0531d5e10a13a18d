/*
 * Options and the standing of a session.  Used by the flows of this folder and by web_session.c.
 */
#include "pay/pay.h"

#include <assert.h>

#include "base/digest.h"

#define CLIENT_TEXT_MAX	256

static const struct settings	*settings;
static char			 limits_text[STORE_LIMITS_SIZE];

void
pay_start(const struct settings *started)
{
	struct store_limits	limits;

	settings = started;
	limits.window_ms = started->attempt_window_ms;
	limits.contact = started->attempt_contact;
	limits.client = started->attempt_address;
	limits.account = started->attempt_account;
	limits.ratio_least = started->attempt_ratio_least;
	limits.ratio_percent = started->attempt_ratio_percent;
	store_limits_text(&limits, limits_text);
}

const struct settings *
pay_settings(void)
{
	assert(settings != NULL);
	return settings;
}

const char *
pay_limits(void)
{
	return limits_text;
}

int64_t
pay_resolve_after_ms(void)
{
	return pay_settings()->processor_timeout_ms + pay_settings()->resolve_after_ms;
}

void
pay_client_digest(struct slice address, char digest[PAY_CLIENT_SIZE])
{
	const struct seal_key	*key = &pay_settings()->master_keys[0];
	struct buf		 text;
	char			 hex[DIGEST_HEX];

	digest[0] = '\0';
	if (address.len == 0)
		return;
	/* The key has other uses; what stands in front keeps them apart. */
	buf_init(&text, CLIENT_TEXT_MAX);
	buf_puts(&text, "client address ");
	buf_put(&text, address);
	digest_hmac_hex((struct slice){ (const char *)key->bytes, sizeof(key->bytes) },
	    buf_slice(&text), hex);
	(void)slice_copy((struct slice){ hex, PAY_CLIENT_SIZE - 1 }, digest, PAY_CLIENT_SIZE);
	buf_release(&text);
}

enum pay_standing
pay_session_standing(const struct store_session *session)
{
	if (!session->has_charge)
		return PAY_OPEN;
	switch (session->status) {
	case CHARGE_SUCCEEDED:
		return PAY_SUCCEEDED;
	case CHARGE_PENDING:
		return session->action[0] != '\0' ? PAY_ACTION : PAY_PENDING;
	case CHARGE_SENDING:
	case CHARGE_UNKNOWN:
		return PAY_PROCESSING;
	case CHARGE_FAILED:
	case CHARGE_STATUS_COUNT:
		break;
	}
	return session->failed_count >= STORE_SESSION_ATTEMPTS_MAX ? PAY_FAILED : PAY_OPEN;
}

const char *
pay_standing_label(enum pay_standing standing)
{
	switch (standing) {
	case PAY_OPEN:
		return "open";
	case PAY_ACTION:
		return "action";
	case PAY_PROCESSING:
		return "processing";
	case PAY_PENDING:
		return "pending";
	case PAY_SUCCEEDED:
		return "succeeded";
	case PAY_FAILED:
		return "failed";
	}
	return "processing";
}
