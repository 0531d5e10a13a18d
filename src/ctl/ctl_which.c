/*
 * Reading a location and a mode.
 */
#include "ctl/ctl_which.h"

#include "ctl/ctl_print.h"

bool
ctl_which_read(const struct ctl_arguments *arguments, struct ctl_which *which)
{
	if (!reference_read(slice_of(arguments->option[CTL_LOCATION]), &which->location) ||
	    reference_is_empty(&which->location)) {
		ctl_complain("--location should be the platform's id of a location: at most %d letters, "
		    "digits and \"_-.:\"", REFERENCE_SIZE - 1);
		return false;
	}
	if (!mode_find(slice_of(arguments->option[CTL_MODE]), &which->mode)) {
		ctl_complain("--mode should be test or live");
		return false;
	}
	return true;
}
