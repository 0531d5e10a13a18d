/*
 * Telling the platform how the app was paid for: one report for each company or location, by jobs.
 */
#ifndef PAY_REPORT_H
#define PAY_REPORT_H

#include "base/fault.h"
#include "store/store_job.h"

struct pay_reported {
	bool		has_ended;	/* told, or nothing to tell any more */
	bool		is_put_off;	/* said in vain: the books have put the job off */
	enum fault	fault;		/* when neither is so */
};

typedef void	(*pay_reported_done)(void *arg, const struct pay_reported *);

/**
 * pay_report(job, done, arg):
 * Say what the job's report has to say.  Whether the platform tells a second report from a second payment is
 * not documented, so at least once is all that can be promised: after a lost answer the same body is sent
 * again, with the same ids in it.
 */
void	pay_report(const struct store_job *, pay_reported_done, void *);

#endif /* !PAY_REPORT_H */
