/*
 * Dying at a named place.  Empty but in a build for crash tests.
 */
#include "base/crash.h"

#ifdef CRASH_POINTS
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
crash_point(const char *name)
{
	const char	*wanted = getenv("CRASH_AT");

	if (wanted != NULL && strcmp(wanted, name) == 0)
		(void)kill(getpid(), SIGKILL);
}
#endif
