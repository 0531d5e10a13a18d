/*
 * The statements about jobs.  Used by the queue and by whoever hears a processor's notification.
 */
#include "store/store_job.h"

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement job_take = {
	"job_take",
	"select account_id, job_id, kind, subject, state = 'dead', plan, step, tries"
	" from kassa.job_take($1::int, $2::bigint, $3::int)", 3
};
static const struct pool_statement job_finish = {
	"job_finish", "select gone from kassa.job_finish($1, $2::bigint, $3::int)", 3
};
static const struct pool_statement job_move = {
	"job_move",
	"select state = 'dead' from kassa.job_move($1, $2::bigint, $3::kassa.charge_status, $4::int,"
	" $5::bigint)", 5
};
static const struct pool_statement job_fail = {
	"job_fail",
	"select state = 'dead' from kassa.job_fail($1, $2::bigint, $3, $4::bigint, $5::int)", 5
};
static const struct pool_statement job_return = {
	"job_return", "select returned from kassa.job_return($1, $2::bigint, $3::int)", 3
};
static const struct pool_statement job_hurry = {
	"job_hurry", "select hurried from kassa.job_hurry($1, $2)", 2
};

/* By kind: which processor has to be asked. */
static const struct pool_statement	intents[JOB_KIND_COUNT] = {
	[JOB_CHARGE_RESOLVE] = { "intent_of_charge",
	    "select processor, 0, '' from kassa.charge where account_id = $1 and charge_id = $2", 2,
	    .reads = true },
	[JOB_REFUND_RESOLVE] = { "intent_of_refund",
	    "select processor, 0, '' from kassa.refund where account_id = $1 and refund_id = $2", 2,
	    .reads = true },
	[JOB_SETUP_RESOLVE] = { "intent_of_setup",
	    "select processor, attempt, '' from kassa.setup where account_id = $1 and setup_id = $2", 2,
	    .reads = true },
	[JOB_METHOD_SAVE] = { "intent_of_save",
	    "select processor, 0, '' from kassa.charge where account_id = $1 and charge_id = $2", 2,
	    .reads = true },
	[JOB_METHOD_FORGET] = { "intent_of_forget",
	    "select processor, 0, token from kassa.payment_method where account_id = $1"
	    " and payment_method_id = $2 and removed_at is not null", 2, .reads = true },
};

#define LABEL(name, label) label,
static const char *const	labels[JOB_KIND_COUNT] = { JOB_KINDS(LABEL) };
#undef LABEL

const char *
store_job_label(enum job_kind kind)
{
	return labels[kind];
}

static void
job_read(const PGresult *rows, int row, void *into)
{
	struct store_job	*job = into;

	row_text(rows, row, 0, job->account_id, sizeof(job->account_id));
	job->job_id = row_integer(rows, row, 1);
	for (enum job_kind i = 0; i < JOB_KIND_COUNT; i++) {
		if (slice_is(row_slice(rows, row, 2), labels[i]))
			job->kind = i;
	}
	row_text(rows, row, 3, job->subject, sizeof(job->subject));
	job->is_dead = row_flag(rows, row, 4);
	job->is_planned = charge_status_find(row_slice(rows, row, 5), &job->plan);
	job->step = (int)row_integer(rows, row, 6);
	job->tries = (int)row_integer(rows, row, 7);
}

static void
intent_read(const PGresult *rows, int row, void *into)
{
	struct store_intent	*intent = into;

	row_text(rows, row, 0, intent->processor, sizeof(intent->processor));
	intent->attempt = (int)row_integer(rows, row, 1);
	row_text(rows, row, 2, intent->token, sizeof(intent->token));
}

void
store_job_intent(struct store_call *call, const struct store_job *job, struct store_intent *intent)
{
	const char	*params[] = { job->account_id, job->subject };

	call->take = intent_read;
	call->into = intent;
	call->size = sizeof(*intent);
	call->rows_max = 1;
	store_ask(call, &intents[job->kind], params);
}

static void
flag_ask(struct store_call *call, const struct pool_statement *statement,
    const char *const *params, bool *flag)
{
	*flag = false;
	call->take = store_take_flag;
	call->into = flag;
	call->size = sizeof(*flag);
	call->rows_max = 1;
	store_ask(call, statement, params);
}

void
store_job_take(struct store_call *call, const struct store_job_take_ask *ask,
    struct store_job *jobs)
{
	struct integer	limit, lease, tries;
	const char	*params[] = {
		integer_print(ask->limit, &limit),
		integer_print(ask->lease_ms, &lease),
		integer_print(ask->tries_max, &tries),
	};

	call->take = job_read;
	call->into = jobs;
	call->size = sizeof(jobs[0]);
	call->rows_max = ask->limit;
	store_ask(call, &job_take, params);
}

void
store_job_done(struct store_call *call, const struct store_job *job)
{
	static bool	gone;	/* nobody needs to know */
	struct integer	id, tries;
	const char	*params[] = {
		job->account_id, integer_print(job->job_id, &id), integer_print(job->tries, &tries),
	};

	flag_ask(call, &job_finish, params, &gone);
}

void
store_job_move(struct store_call *call, const struct store_job *job, int64_t minute_ms,
    bool *is_dead)
{
	struct integer	id, step, minute;
	const char	*params[] = {
		job->account_id,
		integer_print(job->job_id, &id),
		charge_status_label(job->plan),
		integer_print(job->step, &step),
		integer_print(minute_ms, &minute),
	};

	flag_ask(call, &job_move, params, is_dead);
}

void
store_job_fail(struct store_call *call, const struct store_job *job,
    const struct store_job_fail_ask *ask, bool *is_dead)
{
	struct integer	id, after, tries;
	const char	*params[] = {
		job->account_id,
		integer_print(job->job_id, &id),
		ask->fault,
		integer_print(ask->after_ms, &after),
		integer_print(ask->tries_max, &tries),
	};

	flag_ask(call, &job_fail, params, is_dead);
}

void
store_job_return(struct store_call *call, const struct store_job *job)
{
	static bool	returned;	/* else somebody else has it: as good */
	struct integer	id, tries;
	const char	*params[] = {
		job->account_id, integer_print(job->job_id, &id), integer_print(job->tries, &tries),
	};

	flag_ask(call, &job_return, params, &returned);
}

void
store_job_hurry(struct store_call *call, const char *account_id, const char *subject,
    bool *hurried)
{
	const char	*params[] = { account_id, subject };

	flag_ask(call, &job_hurry, params, hurried);
}
