/*
 * Which account a command is about: a location and a mode, as the command line names them.
 */
#ifndef CTL_WHICH_H
#define CTL_WHICH_H

#include <stdbool.h>

#include "core/mode.h"
#include "core/reference.h"
#include "ctl/ctl.h"

struct ctl_which {
	struct reference	 location;
	enum mode		 mode;
};

/** ctl_which_read(arguments, which): Read --location and --mode; false after complaining. */
bool	ctl_which_read(const struct ctl_arguments *, struct ctl_which *);

#endif /* !CTL_WHICH_H */
