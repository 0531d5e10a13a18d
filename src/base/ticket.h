/*
 * Tickets: a text of ours that somebody else carries for a while, signed with a key of ours: the state of
 * an installation under way, the session of a settings page.  Not secret, but nobody else can make one.
 */
#ifndef TICKET_H
#define TICKET_H

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/seal.h"
#include "base/slice.h"

#define TICKET_TEXT_MAX	512	/* bytes of what is carried */
#define TICKET_SIZE	1024	/* of a ticket, with the NUL */

struct ticket {
	const char	*purpose;	/* ours, like "settings": one for another purpose is none */
	int64_t		 until_us;	/* as clock_now_us() */
};

/**
 * ticket_make(key, ticket, text, into):
 * Append "base64url(text).until.HMAC-SHA-256" to ${into}, under a key derived from the master ${key}.
 * Return FAULT_INTERNAL if the text is too long or ${into} is full.
 */
enum fault	ticket_make(const struct seal_key *, const struct ticket *, struct slice, struct buf *);

/**
 * ticket_read(keys, ticket, carried, text):
 * Append to ${text} what a ticket for this purpose carries; ticket->until_us is then set.
 * Return FAULT_STATE_INVALID if it is not ours, was changed, or its time is over; all look alike.
 */
enum fault	ticket_read(struct seal_keys, struct ticket *, struct slice, struct buf *);

#endif /* !TICKET_H */
