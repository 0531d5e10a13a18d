/*
 * How a location stands: both modes, their keys, and whether the platform was told all of it.
 */
#ifndef INSTALL_STATE_H
#define INSTALL_STATE_H

#include "core/reference.h"
#include "store/store_settings.h"

#define INSTALL_LAST_SIZE	5	/* of a key, with the NUL */

struct install_state {
	enum fault			 fault;	/* FAULT_NONE, FAULT_INSTALLATION_UNKNOWN, what the store says */
	const char			*sqlstate;
	const struct store_settings_mode *modes;	/* STORE_MODES of them, test first */
	bool				 is_connected;	/* the keys of both are those that the platform took */
	char				 last_four[STORE_MODES][INSTALL_LAST_SIZE];	/* "" when unknown */
};

typedef void	(*install_state_done)(void *, const struct install_state *);

/** install_state(location, done, arg): Look. */
void	install_state(const char *, install_state_done, void *);

/** install_mode_is_set_up(mode): Whether somebody can move its money: the sandbox is test's until another is chosen. */
bool	install_mode_is_set_up(const struct store_settings_mode *);

#endif /* !INSTALL_STATE_H */
