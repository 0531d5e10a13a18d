/*
 * The sandbox connector: each function of the interface is one statement in the schema sandbox.
 * A silent card is answered by nobody: the time limit ends the call, as it would outside.
 */
#include "processor/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/integer.h"
#include "base/json_read.h"
#include "io/loop.h"
#include "io/row.h"

#define SAVED_COLUMNS								\
	"outcome, decline, method, fingerprint, brand, last4, expiry_month, expiry_year"

/* What is sent along is kept in the same transaction. */
#define WITH_NOTE	" c cross join lateral sandbox.note($1, $2, $7, $8, $9, $10, c) n"

static const struct pool_statement statement_charge = {
	"sandbox_charge",
	"select n.outcome, n.decline, n.reference, n.action, n.silent, $1, $2"
	" from sandbox.charge($1, $2, $3, $4::bigint, $5, $11::boolean, $6::bigint)" WITH_NOTE, 11
};
static const struct pool_statement statement_charge_saved = {
	"sandbox_charge_saved",
	"select n.outcome, n.decline, n.reference, n.action, n.silent, $1, $2"
	" from sandbox.charge_saved($1, $2, $3, $4::bigint, $5, $6::bigint)" WITH_NOTE, 10
};
static const struct pool_statement statement_refund = {
	"sandbox_refund",
	"select outcome, decline, reference, action, silent"
	" from sandbox.refund($1, $2, $3, $4::bigint, $5)", 5
};
static const struct pool_statement statement_look_up = {
	"sandbox_look_up",
	"select outcome, decline, reference, action, false from sandbox.look_up($1, $2)", 2
};
static const struct pool_statement statement_save = {
	"sandbox_save",
	"select " SAVED_COLUMNS " from sandbox.save($1, $2, $3)", 3
};
static const struct pool_statement statement_look_up_saved = {
	"sandbox_look_up_saved",
	"select " SAVED_COLUMNS " from sandbox.look_up_saved($1, $2)", 2
};
static const struct pool_statement statement_forget = {
	"sandbox_forget",
	"select 'succeeded', 'none', '', '', false from sandbox.forget($1, $2)", 2
};

static struct sandbox_options	options;

static void		 sandbox_charge(const struct processor_charge *, struct processor_result *);
static void		 sandbox_charge_saved(const struct processor_charge *,
			    struct processor_result *);
static void		 sandbox_refund(const struct processor_refund *, struct processor_result *);
static void		 sandbox_save(const struct processor_save *, struct processor_saved *);
static void		 sandbox_look_up(const char *, const char *, struct processor_result *);
static void		 sandbox_look_up_saved(const char *, const char *, struct processor_saved *);
static void		 sandbox_forget(const char *, const char *, struct processor_result *);
static bool		 sandbox_read_news(struct slice, struct processor_news *);
static void		 saved_ask(const struct pool_statement *, const char *const *,
			    struct processor_saved *);
static void		 pend_notify(const PGresult *);
static void		 pend_ended(void *);
static void		 result_ask(const struct pool_statement *, const char *const *,
			    struct processor_result *);
static void		 result_done(void *, const struct pool_answer *);
static void		 result_read(const PGresult *, struct processor_result *);
static void		 result_lost(struct processor_result *, const struct pool_answer *);
static void		 result_silent(void *);
static void		 saved_done(void *, const struct pool_answer *);

/* It needs none; with it people can try what entering one is like. */
static const struct processor_field	fields[] = {
	{ "key", "Sandbox key", true, false, 200 },
};

const struct processor sandbox = {
	.name = "sandbox",
	.mode = MODE_TEST,
	.label = "Sandbox",
	.fields = fields,
	.field_count = sizeof(fields) / sizeof(fields[0]),
	.frame = "/sandbox/frame",
	.charge = sandbox_charge,
	.charge_saved = sandbox_charge_saved,
	.refund = sandbox_refund,
	.save = sandbox_save,
	.look_up = sandbox_look_up,
	.look_up_saved = sandbox_look_up_saved,
	.forget = sandbox_forget,
	.list = sandbox_list,
	.read_news = sandbox_read_news,
};

void
sandbox_start(const struct sandbox_options *started)
{
	options = *started;
}

const struct sandbox_options *
sandbox_started(void)
{
	return &options;
}

static void
charge_with(const struct pool_statement *statement, const struct processor_charge *charge,
    struct processor_result *result)
{
	struct integer	amount, pend;
	const char	*params[] = {
		charge->account_id,
		charge->key,
		charge->token,
		integer_print(charge->money.minor, &amount),
		charge->money.currency->code,
		integer_print(options.pend_ms, &pend),
		charge->note.transaction,
		charge->note.contact,
		charge->note.payment_method,
		charge->note.request_sha256,
		charge->saves ? "true" : "false",
	};

	result_ask(statement, params, result);
}

static void
sandbox_charge(const struct processor_charge *charge, struct processor_result *result)
{
	charge_with(&statement_charge, charge, result);
}

static void
sandbox_charge_saved(const struct processor_charge *charge, struct processor_result *result)
{
	charge_with(&statement_charge_saved, charge, result);
}

static void
sandbox_refund(const struct processor_refund *refund, struct processor_result *result)
{
	struct integer	amount;
	const char	*params[] = {
		refund->account_id,
		refund->key,
		refund->charge_key,
		integer_print(refund->money.minor, &amount),
		refund->money.currency->code,
	};

	result_ask(&statement_refund, params, result);
}

static void
sandbox_look_up(const char *account_id, const char *key, struct processor_result *result)
{
	const char	*params[] = { account_id, key };

	result_ask(&statement_look_up, params, result);
}

static void
sandbox_save(const struct processor_save *save, struct processor_saved *saved)
{
	const char	*params[] = { save->account_id, save->key, save->token };

	saved_ask(&statement_save, params, saved);
}

static void
sandbox_look_up_saved(const char *account_id, const char *key, struct processor_saved *saved)
{
	const char	*params[] = { account_id, key };

	saved_ask(&statement_look_up_saved, params, saved);
}

static void
sandbox_forget(const char *account_id, const char *method, struct processor_result *result)
{
	const char	*params[] = { account_id, method };

	result_ask(&statement_forget, params, result);
}

/* Nothing proves that the sandbox calls, and nothing has to: anybody may have us ask. */
static bool
sandbox_read_news(struct slice body, struct processor_news *news)
{
	struct json	*json;
	bool		 reads;

	if (json_parse(body, &json) != FAULT_NONE)
		return false;
	reads = json_member_copy(json_root(json), "accountId", news->account_id,
	    sizeof(news->account_id)) &&
	    json_member_copy(json_root(json), "key", news->key, sizeof(news->key));
	json_free(json);
	return reads;
}

static void
result_ask(const struct pool_statement *statement, const char *const *params,
    struct processor_result *result)
{
	result->outcome = OUTCOME_UNKNOWN;
	result->decline = DECLINE_NONE;
	result->reference[0] = '\0';
	result->action[0] = '\0';
	result->detail = "";
	if (pool_ask(options.pool, statement, params, result_done, result) != FAULT_NONE) {
		/* It never left, so nothing moved; but an old key may have, so only a charge ends here. */
		result->outcome = statement == &statement_look_up ? OUTCOME_UNKNOWN : OUTCOME_FAILED;
		result->decline = DECLINE_NOT_SENT;
		result->detail = "processor was not asked: queue is full";
		flow_wake(result->flow);
	}
}

static void
result_done(void *arg, const struct pool_answer *answer)
{
	struct processor_result	*result = arg;
	const PGresult		*rows = answer->rows;

	if (answer->fault != FAULT_NONE || PQntuples(rows) != 1) {
		result_lost(result, answer);
		flow_wake(result->flow);
		return;
	}
	if (row_flag(rows, 0, 4)) {
		loop_after((uint64_t)options.timeout_ms, result_silent, result);
		return;
	}
	result_read(rows, result);
	row_text(rows, 0, 2, result->reference, sizeof(result->reference));
	row_text(rows, 0, 3, result->action, sizeof(result->action));
	if (!row_is_trusted())
		result_lost(result, answer);
	if (result->outcome == OUTCOME_PENDING && result->action[0] == '\0' && PQnfields(rows) > 6)
		pend_notify(rows);
	flow_wake(result->flow);
}

/* The two columns that every answer begins with. */
static void
result_read(const PGresult *rows, struct processor_result *result)
{
	row_expect(outcome_find(row_slice(rows, 0, 0), &result->outcome));
	row_expect(decline_find(row_slice(rows, 0, 1), &result->decline));
}

/* Without an answer: nothing is known, unless the question surely never arrived. */
static void
result_lost(struct processor_result *result, const struct pool_answer *answer)
{
	result->outcome = OUTCOME_UNKNOWN;
	result->decline = DECLINE_NONE;
	result->reference[0] = '\0';
	result->action[0] = '\0';
	result->detail = "processor did not answer";
	if (answer->fault != FAULT_NONE && !answer->sent)
		result->detail = "processor could not be reached";
}

static void
result_silent(void *arg)
{
	struct processor_result	*result = arg;

	result->detail = "processor did not answer in time";
	flow_wake(result->flow);
}

static void
saved_ask(const struct pool_statement *statement, const char *const *params,
    struct processor_saved *saved)
{
	saved->result.outcome = OUTCOME_UNKNOWN;
	saved->result.decline = DECLINE_NONE;
	saved->result.reference[0] = '\0';
	saved->result.action[0] = '\0';
	saved->result.detail = "";
	if (pool_ask(options.pool, statement, params, saved_done, saved) != FAULT_NONE) {
		/* It never left; but what is looked up may have been kept before. */
		saved->result.outcome = statement == &statement_save ? OUTCOME_FAILED : OUTCOME_UNKNOWN;
		saved->result.decline = DECLINE_NOT_SENT;
		saved->result.detail = "processor was not asked: queue is full";
		flow_wake(saved->result.flow);
	}
}

static void
saved_done(void *arg, const struct pool_answer *answer)
{
	struct processor_saved	*saved = arg;
	const PGresult		*rows = answer->rows;

	if (answer->fault != FAULT_NONE || PQntuples(rows) != 1) {
		result_lost(&saved->result, answer);
		flow_wake(saved->result.flow);
		return;
	}
	result_read(rows, &saved->result);
	row_text(rows, 0, 2, saved->method, sizeof(saved->method));
	row_text(rows, 0, 3, saved->fingerprint, sizeof(saved->fingerprint));
	row_text(rows, 0, 4, saved->brand, sizeof(saved->brand));
	row_text(rows, 0, 5, saved->last4, sizeof(saved->last4));
	saved->expiry_month = (int)row_integer(rows, 0, 6);
	saved->expiry_year = (int)row_integer(rows, 0, 7);
	if (!row_is_trusted())
		result_lost(&saved->result, answer);
	flow_wake(saved->result.flow);
}

struct pending {
	char	account_id[ID_SIZE];
	char	key[CHARGE_REFERENCE_SIZE];
};

/*
 * The pending card's time will be over: say so then.  A process that ends before that notifies nobody; it is
 * the nature of notifications that they get lost.
 */
static void
pend_notify(const PGresult *rows)
{
	struct pending	*pending;

	pending = malloc(sizeof(*pending));
	if (pending == NULL)
		return;
	row_text(rows, 0, 5, pending->account_id, sizeof(pending->account_id));
	row_text(rows, 0, 6, pending->key, sizeof(pending->key));
	loop_after((uint64_t)options.pend_ms, pend_ended, pending);
}

static void
pend_ended(void *arg)
{
	struct pending	*pending = arg;

	options.notified(pending->account_id, pending->key);
	free(pending);
}
