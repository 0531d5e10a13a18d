/*
 * The self-check: the chain from the platform's token to a payment that is asked about, link by link.
 */
#ifndef INSTALL_CHECK_H
#define INSTALL_CHECK_H

#include <stdint.h>

#include "base/fault.h"
#include "core/mode.h"
#include "core/reference.h"

enum install_link_state {
	INSTALL_LINK_OK,
	INSTALL_LINK_BROKEN,
	INSTALL_LINK_UNKNOWN,	/* nobody can say from here */
	INSTALL_LINK_SKIPPED	/* something before it is broken */
};

struct install_link {
	const char			*id;
	const char			*mode;		/* "test", "live"; NULL: of both */
	enum install_link_state		 state;
	const char			*reason;	/* a word of ours, or NULL */
	int64_t				 seen_at_us;	/* 0: never */
};

/* In the order of the chain. */
enum install_link_name {
	INSTALL_LINK_TOKEN,
	INSTALL_LINK_REGISTERED,
	INSTALL_LINK_CONNECTED,			/* test, then live */
	INSTALL_LINK_REACHABLE = INSTALL_LINK_CONNECTED + 2,
	INSTALL_LINK_QUERIED,			/* test, then live */
	INSTALL_LINK_DEFAULT = INSTALL_LINK_QUERIED + 2,	/* test, then live */
	INSTALL_LINK_COUNT = INSTALL_LINK_DEFAULT + 2
};

struct install_checked {
	enum fault			 fault;	/* FAULT_NONE, FAULT_INSTALLATION_UNKNOWN, what the store says */
	const char			*sqlstate;
	const struct install_link	*links;	/* INSTALL_LINK_COUNT of them */
};

typedef void	(*install_checked_done)(void *, const struct install_checked *);

/** install_link_state_label(state): "ok", "broken", "unknown", "skipped". */
const char	*install_link_state_label(enum install_link_state);

/**
 * install_check(location, done, arg):
 * Walk the chain of both modes.  What the platform has lost is told to it again, by a job.
 */
void	install_check(const struct reference *, install_checked_done, void *);

#endif /* !INSTALL_CHECK_H */
