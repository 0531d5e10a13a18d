/*
 * Named places at which a build for crash tests can be made to die, as by a power cut (make CRASH=1).
 * In every other build they are nothing.  tests/api/51-crash-matrix.test.mjs goes through all of them.
 */
#ifndef CRASH_H
#define CRASH_H

#ifdef CRASH_POINTS
/** crash_point(name): Kill this process with SIGKILL if the environment's CRASH_AT is ${name}. */
void	crash_point(const char *);
#else
#define crash_point(name)	((void)0)
#endif

#endif /* !CRASH_H */
