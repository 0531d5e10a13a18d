/*
 * Options and the standing of a session.  Used by the flows of this folder and by web_session.c.
 */
#include "pay/pay.h"

#include <assert.h>

static const struct settings	*settings;

void
pay_start(const struct settings *started)
{
	settings = started;
}

const struct settings *
pay_settings(void)
{
	assert(settings != NULL);
	return settings;
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
