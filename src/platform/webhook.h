/*
 * What the platform announces: a webhook's body as the books take it.  Who sent it is found out before
 * (webhook_signature.h); what it does is sql/function/webhook_apply.sql's business.
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "core/apikey.h"
#include "core/reference.h"

#define WEBHOOK_BYTES_MAX	262144	/* of a body */

struct webhook {
	struct reference	id;		/* its own, or one made of a digest of the body */
	struct reference	type;		/* "untyped" when it says none */
	struct reference	app;		/* the rest is "" when it is not said, or is no identifier */
	struct reference	company;
	struct reference	location;
	char			at[CLOCK_TEXT_SIZE];	/* the platform's time */
	struct buf		fields;		/* what its kind is about, as kassa.webhook_take() reads it */
	struct buf		kept;		/* the body as it is stored */

	/* A payment event of the brief dialect, which needs no signature. */
	bool			is_event;
	struct reference	charge;
	char			api_key[APIKEY_SIZE];	/* a secret: webhook_release() wipes it */
};

/**
 * webhook_read(body, webhook):
 * Read ${body}, of up to WEBHOOK_BYTES_MAX bytes, into ${webhook}, which is released in any case.
 * Members that are missing or malformed are left out: what the platform signed is kept, whatever it looks like.
 * The secret of a payment event is not in what is kept.
 * Return FAULT_NONE, FAULT_BODY_TOO_LARGE or FAULT_JSON_INVALID.
 * Source: contract.md §7.1, §7.4; brief-dialect.md.
 */
enum fault	webhook_read(struct slice, struct webhook *);

/** webhook_release(webhook): Free and wipe what it holds. */
void		webhook_release(struct webhook *);

#endif /* !WEBHOOK_H */
