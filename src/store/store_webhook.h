/*
 * Webhooks in the books: taken once each, with what they do.
 */
#ifndef STORE_WEBHOOK_H
#define STORE_WEBHOOK_H

#include "base/id.h"
#include "store/store.h"

#define STORE_WEBHOOK_STATE_SIZE	16
#define STORE_WEBHOOK_REASON_SIZE	201

/* What is known of one; "" for what is not said. */
struct store_webhook_ask {
	const char	*id;
	const char	*type;
	const char	*company;
	const char	*location;
	const char	*at;		/* RFC 3339 */
	const char	*scheme;	/* how its sender was proved */
	const char	*body;
	const char	*fields;	/* JSON */
	const char	*refusal;	/* why it is only kept */
};

/* The same of a payment event. */
struct store_webhook_event_ask {
	const char	*id;
	const char	*type;
	const char	*key_hash;	/* of the API key that came with it */
	const char	*location;
	const char	*charge;
	const char	*at;
	const char	*body;
};

struct store_webhook_taken {
	char	account_id[ID_SIZE];	/* of an event's key */
	char	state[STORE_WEBHOOK_STATE_SIZE];	/* "applied", "stored", "ignored", "duplicate" */
	char	reason[STORE_WEBHOOK_REASON_SIZE];
};

/** store_webhook_take(call, ask, taken): kassa.webhook_take(). */
void	store_webhook_take(struct store_call *, const struct store_webhook_ask *,
	    struct store_webhook_taken *);

/** store_webhook_take_event(call, ask, taken): FAULT_API_KEY_INVALID, FAULT_LOCATION_MISMATCH. */
void	store_webhook_take_event(struct store_call *, const struct store_webhook_event_ask *,
	    struct store_webhook_taken *);

#endif /* !STORE_WEBHOOK_H */
