/*
 * Where the app is installed: for a company or for one of its locations, and how that stands.
 * The same labels, in the same order, are enum types in sql/0009_installation.sql; tests/house compares.
 */
#ifndef INSTALLATION_H
#define INSTALLATION_H

#include <stdbool.h>

#include "base/slice.h"

enum installation_kind {
	INSTALLATION_COMPANY,
	INSTALLATION_LOCATION
};

/* Locations that an agency chose, as far as a grant names them; where there are more, the pages name all. */
#define INSTALLATION_APPROVED_MAX	500

#define INSTALLATION_STATES(S)							\
	S(WANTED,	"wanted")	/* announced, no token yet */		\
	S(ACTIVE,	"active")						\
	S(PAUSED,	"paused")	/* "not active": the same tokens work again later */ \
	S(DEAD,		"dead")		/* it has to be installed again */	\
	S(UNINSTALLED,	"uninstalled")

enum installation_state {
#define INSTALLATION_STATE_ENUM(name, label) INSTALLATION_##name,
	INSTALLATION_STATES(INSTALLATION_STATE_ENUM)
#undef INSTALLATION_STATE_ENUM
	INSTALLATION_STATE_COUNT
};

/** installation_kind_label(kind), installation_state_label(state): "company", "active", … */
const char	*installation_kind_label(enum installation_kind);
const char	*installation_state_label(enum installation_state);

/** installation_state_find(label, state): The reverse; false if ${label} is none. */
bool		 installation_state_find(struct slice, enum installation_state *);

#endif /* !INSTALLATION_H */
