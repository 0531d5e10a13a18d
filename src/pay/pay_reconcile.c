/*
 * The flow behind kassactl reconcile, for one account.  A page of the processor's list is judged and booked
 * in one transaction with the cursor behind it, so that it may stop anywhere and be done again.
 */
#include "pay/pay_reconcile.h"

#include <assert.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/log.h"
#include "pay/pay.h"
#include "processor/processor.h"
#include "store/store_reconciliation.h"

#define OPERATION_BYTES_MAX	1024	/* as JSON: less than the sum of its texts */

struct reconciling {
	struct flow			 flow;		/* first: steps get this */
	struct store_job		 job;
	pay_reconcile_done		 done;
	void				*arg;
	struct store_call		 call;
	struct store_reconciliation	 reconciliation;
	const struct processor		*processor;	/* NULL: none serves this mode */
	struct processor_page		 page;
	struct store_reconciled		 reconciled;
	bool				 goes_on;	/* there may be another page */
};

static enum flow_next	reconcile_read(struct flow *);
static enum flow_next	reconcile_list(struct flow *);
static enum flow_next	reconcile_listed(struct flow *);
static enum flow_next	reconcile_end(struct flow *);
static enum flow_next	reconcile_ended(struct flow *);
static enum flow_next	reconcile_reply(struct flow *);
static void		operations_write(const struct processor_page *, struct buf *);
static void		operation_write(const struct processor_operation *, struct json_write *);
static void		text_member(struct json_write *, const char *, const char *);
static struct store_reconciliation_ask	 reconciliation_ask(const struct reconciling *);

static const struct flow_step	reconcile_steps[] = {
	STEP(reconcile_read),		/* asks the books since when, and how far it came      */
	STEP(reconcile_list),		/* asks the processor for a page                       */
	STEP(reconcile_listed),		/* asks the books to judge and book it                 */
	STEP(reconcile_end),		/* the next page; behind the last: what is only here   */
	STEP(reconcile_ended),		/* logs it                                             */
	STEP(reconcile_reply),		/* tells the job                                       */
};

void
pay_reconcile(const struct store_job *job, pay_reconcile_done done, void *arg)
{
	struct reconciling	*reconciling;

	reconciling = calloc(1, sizeof(*reconciling));
	assert(reconciling != NULL);
	reconciling->job = *job;
	reconciling->done = done;
	reconciling->arg = arg;
	reconciling->call.flow = &reconciling->flow;
	reconciling->page.result.flow = &reconciling->flow;
	FLOW_START(&reconciling->flow, reconcile_steps);
}

/* From the second page on, too: the cursor is the books'. */
static enum flow_next
reconcile_read(struct flow *flow)
{
	struct reconciling	*reconciling = (struct reconciling *)flow;

	store_reconciliation_read(&reconciling->call, reconciling->job.account_id,
	    reconciling->job.subject, &reconciling->reconciliation);
	return FLOW_WAIT;
}

static enum flow_next
reconcile_list(struct flow *flow)
{
	struct reconciling	*reconciling = (struct reconciling *)flow;
	struct processor_list	 list;

	if (reconciling->call.fault != FAULT_NONE)
		return flow_fail(flow, reconciling->call.fault, NULL);
	if (reconciling->call.rows == 0 || reconciling->reconciliation.has_ended)
		return FLOW_END;	/* its account is gone, or an earlier try has done it all */
	reconciling->processor = processor_for(reconciling->reconciliation.mode);
	if (reconciling->processor == NULL)
		return FLOW_ON;
	list.account_id = reconciling->job.account_id;
	list.since = reconciling->reconciliation.since;
	list.after = reconciling->reconciliation.cursor;
	reconciling->processor->list(&list, &reconciling->page);
	return FLOW_WAIT;
}

static enum flow_next
reconcile_listed(struct flow *flow)
{
	struct reconciling		*reconciling = (struct reconciling *)flow;
	const struct processor_page	*page = &reconciling->page;
	struct store_reconciliation_ask	 ask = reconciliation_ask(reconciling);
	struct buf			 operations;

	if (reconciling->processor == NULL)
		return FLOW_ON;
	if (page->result.outcome != OUTCOME_SUCCEEDED)
		return flow_fail(flow, FAULT_PROCESSOR_UNAVAILABLE, page->result.detail);
	reconciling->goes_on = page->count == PROCESSOR_PAGE_MAX;
	if (page->count == 0)
		return FLOW_ON;
	buf_init(&operations, PROCESSOR_PAGE_MAX * OPERATION_BYTES_MAX);
	operations_write(page, &operations);
	ask.operations = buf_text(&operations);
	ask.cursor = page->operations[page->count - 1].key;
	store_reconciliation_page(&reconciling->call, &ask, &reconciling->reconciled);
	buf_release(&operations);
	return FLOW_WAIT;
}

static enum flow_next
reconcile_end(struct flow *flow)
{
	struct reconciling		*reconciling = (struct reconciling *)flow;
	struct store_reconciliation_ask	 ask = reconciliation_ask(reconciling);

	if (reconciling->call.fault != FAULT_NONE)
		return flow_fail(flow, reconciling->call.fault, NULL);
	if (reconciling->goes_on)
		return FLOW_END;
	store_reconciliation_end(&reconciling->call, &ask, &reconciling->reconciled);
	return FLOW_WAIT;
}

static enum flow_next
reconcile_ended(struct flow *flow)
{
	struct reconciling	*reconciling = (struct reconciling *)flow;
	struct log_entry	 entry = { .level = LOG_LEVEL_INFO, .event = "reconciled" };

	if (reconciling->call.fault != FAULT_NONE)
		return flow_fail(flow, reconciling->call.fault, NULL);
	entry.account_id = reconciling->job.account_id;
	entry.subject = reconciling->job.subject;
	entry.count = reconciling->reconciled.booked;
	log_write(&entry);
	if (reconciling->reconciled.wrong > 0) {
		entry.level = LOG_LEVEL_ALERT;
		entry.event = "reconciliation_differs";
		entry.count = reconciling->reconciled.wrong;
		entry.detail = "books and processor differ: see the table kassa.reconciled";
		log_write(&entry);
	}
	return FLOW_ON;
}

static enum flow_next
reconcile_reply(struct flow *flow)
{
	struct reconciling	*reconciling = (struct reconciling *)flow;

	if (flow->fault == FAULT_NONE && reconciling->goes_on) {
		reconciling->goes_on = false;
		FLOW_START(flow, reconcile_steps);
		return FLOW_END;
	}
	if (flow->fault != FAULT_NONE)
		log_write(&(struct log_entry){ .level = LOG_LEVEL_WARNING,
		    .event = "reconciliation_stopped", .account_id = reconciling->job.account_id,
		    .subject = reconciling->job.subject, .fault = fault_info(flow->fault)->code,
		    .sqlstate = reconciling->call.sqlstate,
		    .detail = flow->detail != NULL ? flow->detail : reconciling->call.detail });
	reconciling->done(reconciling->arg, flow->fault);
	free(reconciling);
	return FLOW_END;
}

static struct store_reconciliation_ask
reconciliation_ask(const struct reconciling *reconciling)
{
	const struct processor		*processor = reconciling->processor;
	struct store_reconciliation_ask	 ask = { .operations = "[]", .cursor = "", .fault = "" };

	ask.account_id = reconciling->job.account_id;
	ask.reconciliation_id = reconciling->job.subject;
	ask.processor = processor != NULL ? processor->name : "";
	ask.minute_ms = pay_settings()->resolve_minute_ms;
	if (processor == NULL)
		ask.fault = fault_info(FAULT_PROCESSOR_UNSUPPORTED)->code;
	return ask;
}

static void
operations_write(const struct processor_page *page, struct buf *operations)
{
	struct json_write	write;

	json_write_init(&write, operations);
	json_open_array(&write);
	for (int i = 0; i < page->count; i++)
		operation_write(&page->operations[i], &write);
	json_close_array(&write);
	assert(buf_ok(operations));
}

/* The members of kassa.processor_operation. */
static void
operation_write(const struct processor_operation *operation, struct json_write *write)
{
	struct id	session;

	/* An id of a session opens its page: nobody may guess it, also of one that is made anew. */
	id_make_secret("cs", &session);
	json_open_object(write);
	json_text_member(write, "kind", operation->is_refund ? "refund" : "charge");
	json_text_member(write, "key", operation->key);
	text_member(write, "charge_key", operation->charge_key);
	json_integer_member(write, "amount_minor", operation->amount_minor);
	json_text_member(write, "currency", operation->currency);
	json_text_member(write, "outcome", outcome_label(operation->outcome));
	json_text_member(write, "decline", decline_label(operation->decline));
	json_text_member(write, "reference", operation->reference);
	json_text_member(write, "at", operation->at);
	text_member(write, "transaction_id", operation->transaction);
	text_member(write, "contact_id", operation->contact);
	text_member(write, "payment_method_id", operation->payment_method);
	text_member(write, "request_sha256", operation->request_sha256);
	json_bool_member(write, "saves", operation->saves);
	json_text_member(write, "session_id", session.text);
	json_close_object(write);
}

static void
text_member(struct json_write *write, const char *name, const char *text)
{
	json_text_member(write, name, text[0] != '\0' ? text : NULL);
}
