/*
 * Names of the modes.
 */
#include "core/mode.h"

const char *
mode_label(enum mode mode)
{
	return mode == MODE_LIVE ? "live" : "test";
}

bool
mode_find(struct slice label, enum mode *mode)
{
	if (slice_is(label, "test"))
		*mode = MODE_TEST;
	else if (slice_is(label, "live"))
		*mode = MODE_LIVE;
	else
		return false;
	return true;
}
