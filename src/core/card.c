/*
 * The published test cards and the rules of card numbers.  Used by the sandbox and its card fields.
 */
#include "core/card.h"

#include <assert.h>

#include "base/luhn.h"

#define CARD_DIGITS_MIN	12
#define CARD_DIGITS_MAX	19

/* Numbers that payment developers know by heart; the README's table has the same rows. */
static const struct card_published	cards[] = {
	{ "4242424242424242", "visa", CARD_SUCCEED, DECLINE_NONE, "succeeds" },
	{ "5555555555554444", "mastercard", CARD_SUCCEED, DECLINE_NONE, "succeeds" },
	{ "4000000000000002", "visa", CARD_DECLINE, DECLINE_CARD_DECLINED, "is declined" },
	{ "4000000000009995", "visa", CARD_DECLINE_CHARGE, DECLINE_INSUFFICIENT_FUNDS,
	    "is declined: insufficient funds" },
	{ "4000000000000069", "visa", CARD_DECLINE, DECLINE_EXPIRED_CARD,
	    "is declined: expired card" },
	{ "4000000000000127", "visa", CARD_DECLINE, DECLINE_INCORRECT_CVC,
	    "is declined: wrong security code" },
	{ "4000000000000341", "visa", CARD_DECLINE_CHARGE, DECLINE_CARD_DECLINED,
	    "can be saved, but is declined when it is charged" },
	{ "4000002500003155", "visa", CARD_CHALLENGE, DECLINE_NONE, "asks for 3-D Secure" },
	{ "4000000000001505", "visa", CARD_PEND, DECLINE_NONE,
	    "stays pending and completes later" },
	{ "4000000000001604", "visa", CARD_SILENT, DECLINE_NONE,
	    "moves the money, but the answer never comes" },
};

#define CARD_COUNT	(sizeof(cards) / sizeof(cards[0]))

#define LABEL(name, label) label,
static const char *const	behaviour_labels[CARD_BEHAVIOUR_COUNT] = { CARD_BEHAVIOURS(LABEL) };
#undef LABEL

bool
card_is_luhn(struct slice digits)
{
	return digits.len >= CARD_DIGITS_MIN && digits.len <= CARD_DIGITS_MAX && luhn_holds(digits);
}

const struct card_published *
card_published_find(struct slice digits)
{
	for (size_t i = 0; i < CARD_COUNT; i++) {
		if (slice_is(digits, cards[i].number))
			return &cards[i];
	}
	return NULL;
}

size_t
card_published_count(void)
{
	return CARD_COUNT;
}

const struct card_published *
card_published_at(size_t i)
{
	return i < CARD_COUNT ? &cards[i] : NULL;
}

const char *
card_behaviour_label(enum card_behaviour behaviour)
{
	assert(behaviour < CARD_BEHAVIOUR_COUNT);
	return behaviour_labels[behaviour];
}

bool
card_month_is_past(struct card_month expiry, struct card_month today)
{
	return expiry.year < today.year ||
	    (expiry.year == today.year && expiry.month < today.month);
}
