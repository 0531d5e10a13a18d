/*
 * An intent without an end: ask the processor with the same key, write the answer to the books.
 */
#ifndef PAY_RESOLVE_H
#define PAY_RESOLVE_H

#include "store/store_job.h"

/* What came of it, for the job. */
struct pay_resolved {
	enum fault	fault;		/* it could not be asked, or the books did not answer */
	bool		has_ended;	/* succeeded or failed, by now: nothing is left to do */
};

typedef void	(*pay_resolved_done)(void *arg, const struct pay_resolved *);

/**
 * pay_resolve(job, done, arg):
 * Resolve the charge, refund or setup that ${job} (lent for the call) is about.  ${done} is called once,
 * when the books know what there is to know; a processor that does not answer leaves it without an end.
 */
void	pay_resolve(const struct store_job *, pay_resolved_done, void *);

#endif /* !PAY_RESOLVE_H */
