/*
 * The master keys, for the commands that seal: the same as the server's.
 */
#ifndef CTL_MASTER_KEY_H
#define CTL_MASTER_KEY_H

#include <stdbool.h>

#include "base/seal.h"

/** ctl_master_key_read(key): Read KASSA_MASTER_KEY; false after complaining.  The caller wipes ${key}. */
bool	ctl_master_key_read(struct seal_key *);

/**
 * ctl_master_key_read_old(key, is_there):
 * Read KASSA_MASTER_KEY_OLD if it is set, and say so in ${is_there}; false after complaining.
 */
bool	ctl_master_key_read_old(struct seal_key *, bool *);

#endif /* !CTL_MASTER_KEY_H */
