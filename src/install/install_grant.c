/*
 * Sealing a pair, and judging the want of one.
 */
#include "install/install_grant.h"

#include <string.h>

#include "base/log.h"
#include "store/store_installation.h"

enum fault
install_grant_seal(enum installation_kind kind, const struct platform_grant *grant,
    struct buf *access, struct buf *refresh)
{
	struct install_seal	seal = { kind, grant->company.text, "access" };
	enum fault		fault;

	if (kind == INSTALLATION_LOCATION)
		seal.reference = grant->location.text;
	buf_init(access, STORE_TOKEN_SIZE - 1);
	buf_init(refresh, STORE_TOKEN_SIZE - 1);
	fault = install_token_seal(&seal, slice_of(grant->access_token), access);
	seal.what = "refresh";
	if (fault == FAULT_NONE && grant->refresh_token[0] != '\0')
		fault = install_token_seal(&seal, slice_of(grant->refresh_token), refresh);
	if (fault != FAULT_NONE) {
		buf_release(access);
		buf_release(refresh);
	}
	return fault;
}

void
install_grant_lost(const struct platform_grant *grant, bool is_alive, struct install_lost *lost)
{
	*lost = (struct install_lost){ .fault = FAULT_PLATFORM_UNAVAILABLE };
	switch (grant->verdict) {
	case PLATFORM_RETRY:
		lost->is_unspent = true;
		break;
	case PLATFORM_PAUSED:
		lost->is_unspent = true;
		lost->state = "paused";
		lost->fault = FAULT_INSTALLATION_PAUSED;
		break;
	case PLATFORM_DEAD:
		lost->state = "dead";
		lost->fault = FAULT_INSTALLATION_DEAD;
		lost->may_mint = true;
		break;
	case PLATFORM_UNKNOWN:
		/* It may be spent.  The claim's mark stays, so that nobody sends it again. */
		if (!is_alive)
			lost->state = "dead";
		lost->may_mint = true;
		break;
	default:
		/* Our bug or the operator's (client id, secret): nothing was taken. */
		lost->is_unspent = true;
		lost->fault = FAULT_PLATFORM_REFUSED;
		break;
	}
}

bool
install_grant_is_for(enum installation_kind kind, const struct reference *reference,
    const struct platform_grant *grant)
{
	if (kind == INSTALLATION_COMPANY)
		return grant->user_type == PLATFORM_COMPANY &&
		    strcmp(grant->company.text, reference->text) == 0;
	return grant->user_type == PLATFORM_LOCATION &&
	    strcmp(grant->location.text, reference->text) == 0;
}

void
install_grant_log(const struct install_grant_log *what)
{
	struct log_entry	entry = { .level = LOG_LEVEL_INFO, .event = "token_renewed" };

	entry.account_id = what->installation_id;
	entry.rule = what->rule;
	if (what->fault != FAULT_NONE) {
		entry.level = what->is_final ? LOG_LEVEL_ALERT : LOG_LEVEL_WARNING;
		entry.event = "token_not_renewed";
		entry.fault = fault_info(what->fault)->code;
		entry.detail = what->detail;
	}
	log_write(&entry);
}
