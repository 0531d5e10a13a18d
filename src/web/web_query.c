/*
 * queryUrl: decode, authenticate by API key, dispatch, answer in the dialect that was asked in.
 * The platform reads bodies, not codes: answers about payments are 200 (contract §3.1).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "core/apikey.h"
#include "pay/pay_verify.h"
#include "platform/answer.h"
#include "platform/query.h"
#include "store/store_account.h"
#include "web/web.h"
#include "web/web_limit.h"

/* What is asked, while an answer is on its way. */
struct asking {
	struct flow		 flow;		/* first: steps get this */
	struct serve_request	*request;
	struct query		 query;
	char			 key_hash[DIGEST_HEX];
	uint64_t		 limit_key;
	struct store_call	 call;
	struct store_account	 account;
};

static void		ask_verify(struct asking *);
static void		ask_unsupported(struct asking *);
static void		verified(void *, const struct pay_verified *);
static enum flow_next	unsupported_authenticate(struct flow *);
static enum flow_next	unsupported_reply(struct flow *);
static enum fault	key_admit(struct asking *);
static bool		key_hash(struct asking *);
static void		asking_free(struct asking *);
static void		query_answer(struct serve_request *, const struct buf *);
static void		query_refuse(struct serve_request *, enum fault, const char *);

/* Who serves which operation.  Those that nobody serves are answered as unknown types are. */
static void	(*const operations[])(struct asking *) = {
	[QUERY_VERIFY] = ask_verify,
	[QUERY_LIST_METHODS] = ask_unsupported,
	[QUERY_CHARGE] = ask_unsupported,
	[QUERY_REFUND] = ask_unsupported,
	[QUERY_CREATE_SUBSCRIPTION] = ask_unsupported,
	[QUERY_CANCEL_SUBSCRIPTION] = ask_unsupported,
	[QUERY_UNKNOWN] = ask_unsupported,
};

static const struct flow_step	unsupported_steps[] = {
	STEP(unsupported_authenticate),	/* a key that is wrong is told so, whatever it asks    */
	STEP(unsupported_reply),	/* the only step that answers                          */
};

void
web_query(struct serve_request *request)
{
	struct asking	*asking;
	const char	*field;
	enum fault	 fault;

	asking = calloc(1, sizeof(*asking));
	assert(asking != NULL);
	asking->request = request;
	asking->call.flow = &asking->flow;
	fault = query_read(serve_body(request), &asking->query, &field);
	if (fault == FAULT_NONE)
		fault = key_admit(asking);
	serve_note(request)->operation = asking->query.name;
	serve_note(request)->dialect = dialect_label(asking->query.dialect);
	if (fault != FAULT_NONE) {
		query_refuse(request, fault, fault == FAULT_FIELD_INVALID ? field : NULL);
		asking_free(asking);
		return;
	}
	operations[asking->query.operation](asking);
}

void
web_query_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	(void)detail;
	query_refuse(request, fault, NULL);
}

static void
ask_verify(struct asking *asking)
{
	struct pay_verify_ask	ask;

	memcpy(ask.key_hash, asking->key_hash, sizeof(ask.key_hash));
	ask.charge = asking->query.charge;
	ask.transaction = asking->query.transaction;
	pay_verify(&ask, verified, asking);
}

static void
verified(void *arg, const struct pay_verified *result)
{
	struct asking		*asking = arg;
	struct log_entry	*note = serve_note(asking->request);
	struct buf		 body;

	note->account_id = result->account_id;
	note->charge_id = result->charge_id;
	note->transaction_id = result->transaction;
	note->rule = result->rule;
	note->sqlstate = result->sqlstate;
	web_limit_query_answered(asking->request, asking->limit_key, result->fault);
	if (result->fault != FAULT_NONE) {
		query_refuse(asking->request, result->fault, NULL);
	} else {
		buf_init(&body, WEB_ANSWER_MAX);
		answer_verify(asking->query.dialect, &result->verify, &body);
		query_answer(asking->request, &body);
		buf_release(&body);
	}
	asking_free(asking);
}

static void
ask_unsupported(struct asking *asking)
{
	FLOW_START(&asking->flow, unsupported_steps);
}

static enum flow_next
unsupported_authenticate(struct flow *flow)
{
	struct asking	*asking = (struct asking *)flow;

	store_account_by_api_key(&asking->call, asking->key_hash, &asking->account);
	return FLOW_WAIT;
}

static enum flow_next
unsupported_reply(struct flow *flow)
{
	struct asking	*asking = (struct asking *)flow;
	enum fault	 fault = asking->call.fault;
	struct buf	 body;

	if (fault == FAULT_NONE && asking->call.rows == 0)
		fault = FAULT_API_KEY_INVALID;
	serve_note(asking->request)->account_id = asking->account.account_id;
	serve_note(asking->request)->sqlstate = asking->call.sqlstate;
	web_limit_query_answered(asking->request, asking->limit_key, fault);
	if (fault != FAULT_NONE) {
		query_refuse(asking->request, fault, NULL);
	} else {
		serve_note(asking->request)->rule = "operation_unsupported";
		buf_init(&body, WEB_ANSWER_MAX);
		answer_unsupported(&body);
		query_answer(asking->request, &body);
		buf_release(&body);
	}
	asking_free(asking);
	return FLOW_END;
}

/* What has not the form of one of our API keys is not worth a question to the database; it is limited too. */
static enum fault
key_admit(struct asking *asking)
{
	bool		parses = key_hash(asking);
	enum fault	fault;

	asking->limit_key = web_limit_key(slice_of(asking->key_hash));
	fault = web_limit_query(asking->request, asking->limit_key);
	if (fault != FAULT_NONE || parses)
		return fault;
	web_limit_query_answered(asking->request, asking->limit_key, FAULT_API_KEY_INVALID);
	return FAULT_API_KEY_INVALID;
}

/* Whatever was sent gets a digest; returns whether it has the form of an API key. */
static bool
key_hash(struct asking *asking)
{
	struct apikey	key;
	bool		parses;

	parses = apikey_parse(slice_of(asking->query.api_key), &key) && key.kind == APIKEY_SECRET;
	digest_sha256_hex(slice_of(asking->query.api_key), asking->key_hash);
	explicit_bzero(&key, sizeof(key));
	explicit_bzero(asking->query.api_key, sizeof(asking->query.api_key));
	return parses;
}

static void
asking_free(struct asking *asking)
{
	explicit_bzero(asking->query.api_key, sizeof(asking->query.api_key));
	free(asking);
}

static void
query_answer(struct serve_request *request, const struct buf *body)
{
	serve_json(request, 200, body);
}

static void
query_refuse(struct serve_request *request, enum fault fault, const char *field)
{
	const struct fault_info	*info = fault_info(fault);
	struct answer_refusal	 refusal;
	struct serve_answer	 answer = { .type = "application/json" };
	struct buf		 body;

	refusal.code = info->code;
	refusal.message = info->message;
	refusal.field = field;
	refusal.request_id = serve_request_id(request);
	buf_init(&body, WEB_ANSWER_MAX);
	answer_refused(&refusal, &body);
	serve_note(request)->fault = info->code;
	answer.status = info->status;
	answer.body = buf_slice(&body);
	serve_answer(request, &answer);
	buf_release(&body);
}
