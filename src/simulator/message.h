/*
 * What is said between the parent page and the checkout page, in either dialect: messages that
 * come out of the frame are read, the props that go into it are written.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "simulator/order.h"

enum message_kind {
	MESSAGE_UNREADABLE,	/* not in the form that a parent of this dialect reads: ignored */
	MESSAGE_OTHER,		/* read, but of no type that means something here */
	MESSAGE_READY,
	MESSAGE_SUCCESS,
	MESSAGE_ERROR,
	MESSAGE_CLOSE
};

struct message {
	enum message_kind	kind;
	char			charge_id[ORDER_CHARGE_SIZE];	/* of a success; "" if none */
	const char		*note;		/* what a developer should know of it; or "" */
};

/**
 * message_read(dialect, value, message):
 * Read what the frame posted as a parent of ${dialect} would: live parents parse strings, and
 * objects are lost on them; the brief's parents read objects.
 * Source: contract.md §2.1, §2.2, §2.4; brief-dialect.md.
 */
void		 message_read(enum dialect, const struct json_value *, struct message *);

/** message_read_setup(…): The same from a frame that saves a card: its success names no charge. */
void		message_read_setup(enum dialect, const struct json_value *, struct message *);

/** message_read_direction(object, received): Its member "direction", "received" or "sent"; false: neither. */
bool		message_read_direction(const struct json_value *, bool *);

/** message_put(message, id, write): What was made of it, as an object. */
void		message_put(const struct message *, int64_t, struct json_write *);

/** message_kind_label(kind): "unreadable", "other", "ready", "success", "error", "close". */
const char	*message_kind_label(enum message_kind);

/**
 * message_put_props(order, publishable_key, write):
 * The payment_initiate_props of ${order} as one object.
 * Source: contract.md §2.3 (the form seen on the wire, lower-case currency and all);
 * brief-dialect.md.
 */
void		 message_put_props(const struct order *, const char *, struct json_write *);

struct message_setup {
	const struct order_contact	*contact;
	const char			*location_id;
	const char			*publishable_key;
};

/**
 * message_put_setup(dialect, setup, write):
 * The setup_initiate_props that ask a frame to save a card.
 * Source: contract.md §2.5; brief-dialect.md.
 */
void		message_put_setup(enum dialect, const struct message_setup *, struct json_write *);

#endif /* !MESSAGE_H */
