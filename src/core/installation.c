/*
 * Names of the kinds and states of an installation.
 */
#include "core/installation.h"

#define LABEL(name, label) label,
static const char *const	states[INSTALLATION_STATE_COUNT] = { INSTALLATION_STATES(LABEL) };
#undef LABEL

const char *
installation_kind_label(enum installation_kind kind)
{
	return kind == INSTALLATION_COMPANY ? "company" : "location";
}

const char *
installation_state_label(enum installation_state state)
{
	return states[state];
}

bool
installation_state_find(struct slice label, enum installation_state *state)
{
	for (enum installation_state i = 0; i < INSTALLATION_STATE_COUNT; i++) {
		if (slice_is(label, states[i])) {
			*state = i;
			return true;
		}
	}
	return false;
}
