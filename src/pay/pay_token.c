/*
 * Opening the seal of a platform token.  Used by the flows that ask the platform.
 */
#include "pay/pay_token.h"

#include "base/seal.h"
#include "pay/pay.h"

#define AAD_MAX	128	/* bytes */

enum fault
pay_token_open(const struct store_account *account, struct buf *token)
{
	const struct settings	*settings = pay_settings();
	struct seal_keys	 keys;
	struct buf		 aad;
	enum fault		 fault;

	keys.at = settings->master_keys;
	keys.count = settings->master_key_count;
	buf_init(&aad, AAD_MAX);
	buf_printf(&aad, "platform_token:%s", account->account_id);
	fault = seal_open(keys, buf_slice(&aad), slice_of(account->platform_token), token);
	buf_release(&aad);
	return fault;
}
