/*
 * That the platform asks with a key, as the self-check shows it.
 */
#ifndef INSTALL_ASKED_H
#define INSTALL_ASKED_H

#include "base/slice.h"

/**
 * install_asked(key_hash):
 * A query with this key was answered.  Noted at most once a minute and key, and nobody waits for it.
 */
void	install_asked(struct slice);

#endif /* !INSTALL_ASKED_H */
