/*
 * The queue in the books: what is due is taken under a lease, moved on, given back, or done.
 * Jobs are added by the SQL functions whose work they are.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "base/id.h"
#include "core/charge.h"
#include "store/store.h"

#define STORE_JOB_CHANNEL	"kassa_job"	/* notified when something is due at once */
#define STORE_JOB_SUBJECT_SIZE	64
#define STORE_JOB_TOKEN_SIZE	64

/* Same labels in the same order as kassa.job_kind; tests/house compares. */
#define JOB_KINDS(K)								\
	K(CHARGE_RESOLVE,	"charge_resolve")				\
	K(REFUND_RESOLVE,	"refund_resolve")				\
	K(SETUP_RESOLVE,	"setup_resolve")				\
	K(METHOD_SAVE,		"method_save")					\
	K(METHOD_FORGET,	"method_forget")				\
	K(COMPANY_LIST,		"company_list")					\
	K(LOCATION_CONNECT,	"location_connect")				\
	K(LOCATION_LEAVE,	"location_leave")				\
	K(TOKEN_REFRESH,	"token_refresh")				\
	K(BILLING_REPORT,	"billing_report")				\
	K(PROCESSOR_RECONCILE,	"processor_reconcile")

enum job_kind {
#define JOB_KIND_ENUM(name, label) JOB_##name,
	JOB_KINDS(JOB_KIND_ENUM)
#undef JOB_KIND_ENUM
	JOB_KIND_COUNT
};

struct store_job {
	char			account_id[ID_SIZE];
	int64_t			job_id;
	enum job_kind		kind;
	char			subject[STORE_JOB_SUBJECT_SIZE];
	bool			is_dead;	/* taken too often without getting anywhere: tell the operator */
	bool			is_planned;	/* follows the schedule of ${plan}, at ${step} */
	enum charge_status	plan;
	int			step;
	int			tries;		/* this one included */
};

/** store_job_label(kind): "charge_resolve", … */
const char	*store_job_label(enum job_kind);

struct store_job_take_ask {
	int64_t	lease_ms;	/* after it somebody else may take it */
	int	tries_max;
	int	limit;
};

/** store_job_take(call, ask, jobs): kassa.job_take(): call->rows of them into ${jobs} of ask->limit. */
void	store_job_take(struct store_call *, const struct store_job_take_ask *, struct store_job *);

/* The intent that a job is about. */
struct store_intent {
	char	processor[32];
	int	attempt;	/* of a setup */
	char	token[STORE_JOB_TOKEN_SIZE];	/* of a kept card */
};

/** store_job_intent(call, job, intent): Of the charge, refund, setup or removed card; no row: it is not there. */
void	store_job_intent(struct store_call *, const struct store_job *, struct store_intent *);

/** store_job_done(call, job): kassa.job_finish(). */
void	store_job_done(struct store_call *, const struct store_job *);

/**
 * store_job_move(call, job, minute_ms, is_dead):
 * kassa.job_move(): on to the next step of its schedule; ${is_dead} says whether there was none.
 */
void	store_job_move(struct store_call *, const struct store_job *, int64_t, bool *);

struct store_job_fail_ask {
	const char	*fault;		/* stable code */
	int64_t		 after_ms;
	int		 tries_max;
};

/** store_job_fail(call, job, ask, is_dead): kassa.job_fail(): again after a while, or dead. */
void	store_job_fail(struct store_call *, const struct store_job *,
	    const struct store_job_fail_ask *, bool *);

/** store_job_return(call, job): kassa.job_return(): taken and not done, anybody may take it now. */
void	store_job_return(struct store_call *, const struct store_job *);

/** store_job_hurry(call, account_id, subject, hurried): kassa.job_hurry(): a processor has news. */
void	store_job_hurry(struct store_call *, const char *, const char *, bool *);

#endif /* !STORE_JOB_H */
