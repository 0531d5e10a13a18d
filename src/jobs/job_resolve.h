/*
 * The janitor: finds charges without an end and has them resolved.  One in each worker.
 */
#ifndef JOB_RESOLVE_H
#define JOB_RESOLVE_H

#include "base/settings.h"

/** job_resolve_start(settings): Once a worker; looks every resolve_every_ms from then on. */
void	job_resolve_start(const struct settings *);

#endif /* !JOB_RESOLVE_H */
