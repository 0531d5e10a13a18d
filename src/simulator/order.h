/*
 * Orders as the simulated platform knows them: a struct, read from what a developer sent, written
 * as JSON. Everybody in this folder uses it.
 */
#ifndef ORDER_H
#define ORDER_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "core/dialect.h"
#include "core/money.h"
#include "core/reference.h"
#include "simulator/method.h"

#define ORDER_ID_SIZE		25	/* 24 hexadecimal digits, like the platform's, and NUL */
#define ORDER_TEXT_SIZE		201	/* names; bytes with the NUL */
#define ORDER_CHARGE_SIZE	201	/* the provider's charge id, whatever it looks like */

enum order_status {
	ORDER_PENDING,
	ORDER_PAID,
	ORDER_FAILED,
	ORDER_PARTIALLY_REFUNDED,	/* both were paid before */
	ORDER_REFUNDED
};

struct order_contact {
	struct reference	id;
	char			name[ORDER_TEXT_SIZE];
	char			email[ORDER_TEXT_SIZE];
	char			phone[ORDER_TEXT_SIZE];
};

struct order {
	char			order_id[ORDER_ID_SIZE];
	char			transaction_id[ORDER_ID_SIZE];
	struct reference	location;
	char			amount[MONEY_TEXT_SIZE];	/* a JSON number in major units */
	char			currency[4];
	enum dialect		dialect;
	struct order_contact	contact;
	char			product[ORDER_TEXT_SIZE];
	bool			live_mode;
	enum order_status	status;
	char			charge_id[ORDER_CHARGE_SIZE];	/* "" before the page named one */
	char			created_at[CLOCK_TEXT_SIZE];
	char			updated_at[CLOCK_TEXT_SIZE];
	char			refunded_amount[MONEY_TEXT_SIZE];	/* 0 before the first refund */
	char			refundable_amount[MONEY_TEXT_SIZE];	/* what is left */
	char			payment_method_id[METHOD_ID_SIZE];	/* "": paid in the checkout */
};

/**
 * order_read(object, order, detail):
 * Read what a developer asks for: amount, currency and, if they like, contact, dialect, product and
 * liveMode.  The rest of ${order} is empty.
 * Return FAULT_FIELD_INVALID, FAULT_AMOUNT_INVALID or FAULT_CURRENCY_INVALID, and a sentence
 * about it in ${detail} (static).
 */
enum fault	 order_read(const struct json_value *, struct order *, const char **);

/**
 * order_read_amount(value, currency, amount, detail):
 * Read an amount in major units, a number or a text, as decimal text; faults as above.
 */
enum fault	 order_read_amount(const struct json_value *, const struct currency *,
		    char[MONEY_TEXT_SIZE], const char **);

/** order_put(order, write): The members of ${order}, into an object that is open. */
void		 order_put(const struct order *, struct json_write *);

/** order_id_is(text): Whether ${text} has the form of the platform's ids. */
bool		 order_id_is(struct slice);

/** order_is_paid(order): Whether it was, even if it has been refunded since. */
bool		 order_is_paid(const struct order *);

/**
 * order_status_label(status), order_status_find(label, status):
 * "pending", "paid", "failed", "partially_refunded", "refunded".
 */
const char	*order_status_label(enum order_status);
bool		 order_status_find(struct slice, enum order_status *);

#endif /* !ORDER_H */
