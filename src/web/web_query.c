/*
 * queryUrl: decode, authenticate by API key, dispatch.  Answers are in the dialect that was asked in.
 * The platform reads bodies, not codes: answers about payments are 200 (contract §3.1).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "install/install_asked.h"
#include "platform/answer.h"
#include "web/web_asking.h"
#include "web/web_limit.h"

static void	query_refuse(struct serve_request *, enum fault, const char *);

/* Those that nobody serves are answered as unknown types are. */
static void	(*const operations[])(struct web_asking *) = {
	[QUERY_VERIFY] = web_asking_verify,
	[QUERY_LIST_METHODS] = web_asking_methods,
	[QUERY_CHARGE] = web_asking_charge,
	[QUERY_REFUND] = web_asking_refund,
	[QUERY_CREATE_SUBSCRIPTION] = web_asking_unsupported,
	[QUERY_CANCEL_SUBSCRIPTION] = web_asking_unsupported,
	[QUERY_UNKNOWN] = web_asking_unsupported,
};

void
web_query(struct serve_request *request)
{
	struct web_asking	*asking;
	const char		*field;
	enum fault		 fault;

	asking = calloc(1, sizeof(*asking));
	assert(asking != NULL);
	asking->request = request;
	/* A path that is too long is nobody's. */
	if (!slice_copy(serve_capture(request, 0), asking->key.segment, sizeof(asking->key.segment)))
		asking->key.segment[0] = '-';
	fault = query_read(serve_body(request), &asking->query, &field);
	if (fault == FAULT_NONE)
		fault = web_limit_api_key(request, slice_of(asking->query.api_key), asking->key.hash,
		    &asking->limit_key);
	explicit_bzero(asking->query.api_key, sizeof(asking->query.api_key));
	serve_note(request)->operation = asking->query.name;
	serve_note(request)->dialect = dialect_label(asking->query.dialect);
	if (fault == FAULT_NONE) {
		operations[asking->query.operation](asking);
		return;
	}
	query_refuse(request, fault, fault == FAULT_FIELD_INVALID ? field : NULL);
	free(asking);
}

void
web_query_refuse(struct serve_request *request, enum fault fault, const char *detail)
{
	(void)detail;
	query_refuse(request, fault, NULL);
}

void
web_asking_answer(struct web_asking *asking, const struct buf *body)
{
	web_limit_query_answered(asking->request, asking->limit_key, FAULT_NONE);
	install_asked(slice_of(asking->key.hash));
	serve_json(asking->request, 200, body);
	free(asking);
}

void
web_asking_refuse(struct web_asking *asking, enum fault fault, const char *field)
{
	web_limit_query_answered(asking->request, asking->limit_key, fault);
	query_refuse(asking->request, fault, field);
	free(asking);
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
