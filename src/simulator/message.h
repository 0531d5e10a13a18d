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

/** message_kind_label(kind): "unreadable", "other", "ready", "success", "error", "close". */
const char	*message_kind_label(enum message_kind);

/**
 * message_put_props(order, publishable_key, write):
 * The payment_initiate_props of ${order} as one object.
 * Source: contract.md §2.3 (the form seen on the wire, lower-case currency and all);
 * brief-dialect.md.
 */
void		 message_put_props(const struct order *, const char *, struct json_write *);

#endif /* !MESSAGE_H */
