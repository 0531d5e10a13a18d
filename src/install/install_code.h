/*
 * An authorization code becomes an installation (contract §6.1, §6.2).  Started by web_oauth.c.
 */
#ifndef INSTALL_CODE_H
#define INSTALL_CODE_H

#include "base/fault.h"
#include "core/installation.h"

#define INSTALL_CODE_SIZE	512	/* an authorization code, with the NUL */

struct install_coded {
	/*
	 * FAULT_NONE; FAULT_CODE_INVALID: it was used, or is none; FAULT_PLATFORM_UNAVAILABLE: the code may be
	 * spent, install again; FAULT_PLATFORM_REFUSED: the operator's settings are not right; what the store says.
	 */
	enum fault		 fault;
	const char		*detail;	/* a sentence for the log; static, or NULL */
	const char		*sqlstate;
	enum installation_kind	 kind;
	const char		*installation_id;	/* "" without one */
};

typedef void	(*install_coded_done)(void *, const struct install_coded *);

/** install_code(code, done, arg): Exchange it once; all that follows is a job. */
void	install_code(const char *, install_coded_done, void *);

#endif /* !INSTALL_CODE_H */
