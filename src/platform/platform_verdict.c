/*
 * The table of what the platform says.  Strings are the ones that were seen (contract §5, §6.3, §6.4, §6.6); what is
 * not among them is judged by its status.
 */
#include "platform/platform_verdict.h"

#include <string.h>
#include <strings.h>

static bool	holds(struct slice, const char *);

static const struct {
	const char		*words;		/* somewhere in the message, whatever the case */
	enum platform_verdict	 verdict;
	const char		*detail;
} sayings[] = {
	{ "version header", PLATFORM_BUG, "platform does not take our version header" },
	{ "Invalid JWT", PLATFORM_EXPIRED, "access token has expired or was revoked" },
	{ "access token is invalid", PLATFORM_EXPIRED, "access token has expired or was revoked" },
	{ "not authorized for this scope", PLATFORM_REFUSED, "app lacks a scope: it has to be installed again" },
	{ "authClass type is not allowed", PLATFORM_REFUSED, "token is of the wrong class for this call" },
	{ "user type mismatch", PLATFORM_REFUSED, "token is of the wrong class for this call" },
	{ "user type is not yet supported", PLATFORM_REFUSED, "token is of the wrong class for this call" },
	{ "does not have access to this location", PLATFORM_REFUSED, "token is of another location" },
	{ "is not active", PLATFORM_PAUSED, "location is not active" },
	{ "Invalid grant", PLATFORM_DEAD, "code or refresh token is not good any more" },
	{ "invalid_grant", PLATFORM_DEAD, "code or refresh token is not good any more" },
	{ "Invalid client", PLATFORM_REFUSED, "client id or secret is not the app's" },
	{ "invalid_client", PLATFORM_REFUSED, "client id or secret is not the app's" },
	{ "Location not found", PLATFORM_ABSENT, "app is not installed for this location" },
	{ "No such config", PLATFORM_ABSENT, "provider is not registered for this location" },
	{ "config not found", PLATFORM_ABSENT, "provider is not registered for this location" },
	{ "not connected yet", PLATFORM_ABSENT, "provider is not connected for this location" },
	{ "Missing parameter", PLATFORM_BUG, "platform misses a parameter" },
	{ "Invalid parameter", PLATFORM_BUG, "platform does not take a parameter" },
};

enum platform_verdict
platform_judge(long status, const struct platform_words *words, const char **detail)
{
	*detail = "";
	if (status >= 200 && status < 300)
		return PLATFORM_DONE;
	if (status == 408 || status == 429 || status >= 500) {
		*detail = "platform answered that it cannot serve now";
		return PLATFORM_RETRY;
	}
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++) {
		if (holds(words->message, sayings[i].words) ||
		    holds(words->error, sayings[i].words)) {
			*detail = sayings[i].detail;
			return sayings[i].verdict;
		}
	}
	switch (status) {
	case 401:
		*detail = "platform does not take our token";
		return PLATFORM_REFUSED;
	case 403:
		*detail = "platform does not allow it";
		return PLATFORM_REFUSED;
	case 404:
		*detail = "platform does not know it";
		return PLATFORM_ABSENT;
	default:
		*detail = "platform does not take our request";
		return PLATFORM_BUG;
	}
}

enum fault
platform_verdict_fault(enum platform_verdict verdict)
{
	switch (verdict) {
	case PLATFORM_DONE:
		return FAULT_NONE;
	case PLATFORM_RETRY:
	case PLATFORM_UNKNOWN:
	case PLATFORM_EXPIRED:
		return FAULT_PLATFORM_UNAVAILABLE;
	case PLATFORM_PAUSED:
		return FAULT_INSTALLATION_PAUSED;
	case PLATFORM_DEAD:
		return FAULT_INSTALLATION_DEAD;
	default:
		return FAULT_PLATFORM_REFUSED;
	}
}

static bool
holds(struct slice text, const char *words)
{
	size_t	len = strlen(words);

	for (size_t i = 0; i + len <= text.len; i++) {
		if (strncasecmp(text.at + i, words, len) == 0)
			return true;
	}
	return false;
}
