/*
 * The states of a charge and which may follow which; outcomes; why a card was declined.
 * The same labels, in the same order, are enum types in sql/0003_charge.sql; tests/house compares.
 */
#ifndef CHARGE_H
#define CHARGE_H

#include <stdbool.h>

#include "base/slice.h"

#define CHARGE_REFERENCE_SIZE	64	/* a processor's own id of it, with the NUL */
#define CHARGE_ACTION_SIZE	64	/* what a processor's frame is told to do, with the NUL */

/*
 * A charge is written together with its committed intent, so it begins as "sending";
 * a state "created" could never be seen from outside (docs/why.md).
 */
#define CHARGE_STATUSES(S)							\
	S(SENDING,	"sending")	/* intent committed, answer not known yet */ \
	S(PENDING,	"pending")	/* the processor has it and needs time */ \
	S(UNKNOWN,	"unknown")	/* asked, no answer: will be asked again */ \
	S(SUCCEEDED,	"succeeded")						\
	S(FAILED,	"failed")

enum charge_status {
#define CHARGE_STATUS_ENUM(name, label) CHARGE_##name,
	CHARGE_STATUSES(CHARGE_STATUS_ENUM)
#undef CHARGE_STATUS_ENUM
	CHARGE_STATUS_COUNT
};

/* What the world did, as a processor tells it.  Unknown is an outcome, not a fault. */
enum outcome {
	OUTCOME_SUCCEEDED,
	OUTCOME_FAILED,
	OUTCOME_PENDING,
	OUTCOME_UNKNOWN
};

#define OUTCOME_COUNT	(OUTCOME_UNKNOWN + 1)	/* none of them: a switch has all */

/*
 * What a payer reads never tells more than "declined" where a bank said no: who tries out stolen cards
 * learns nothing.  The merchant, who asks with an API key, is told the class.
 */
/*	 name			label			for the payer			for the merchant */
#define DECLINES(D)									\
	D(NONE,			"none",			"",				"") \
	D(CARD_DECLINED,	"card_declined",	"Your card was declined.",	"Card was declined") \
	D(INSUFFICIENT_FUNDS,	"insufficient_funds",	"Your card was declined.",	"Card has insufficient funds") \
	D(EXPIRED_CARD,		"expired_card",		"Your card was declined.",	"Card has expired") \
	D(INCORRECT_CVC,	"incorrect_cvc",	"Your card was declined.", \
	    "Security code of the card is wrong") \
	D(AUTHENTICATION_FAILED, "authentication_failed", "Your bank did not confirm that it is you.", \
	    "Payer did not confirm the payment")					\
	D(AUTHENTICATION_REQUIRED, "authentication_required", "Your bank wants you to confirm this payment.", \
	    "Card needs its holder's confirmation: ask for this payment in a checkout")	\
	D(NOT_SENT,		"not_sent",		"The payment did not reach the bank.", \
	    "Payment did not reach the processor")					\
	D(PROCESSOR_REFUSED,	"processor_refused",	"The payment could not be made.", \
	    "Processor refused the payment")

enum decline {
#define DECLINE_ENUM(name, label, payer, merchant) DECLINE_##name,
	DECLINES(DECLINE_ENUM)
#undef DECLINE_ENUM
	DECLINE_COUNT
};

/** charge_status_label(status): Its label, as in the database and in JSON. */
const char		*charge_status_label(enum charge_status);

/** charge_status_find(label, status): The reverse; false if there is no such label. */
bool			 charge_status_find(struct slice, enum charge_status *);

/** charge_is_final(status): Succeeded or failed; nothing follows. */
bool			 charge_is_final(enum charge_status);

/** charge_may_follow(from, to): Whether a charge may go from ${from} to ${to} (design §5). */
bool			 charge_may_follow(enum charge_status, enum charge_status);

/** charge_status_of(outcome): The state that an outcome leads to. */
enum charge_status	 charge_status_of(enum outcome);

/** outcome_label(outcome), outcome_find(label, outcome): "succeeded", "failed", "pending", "unknown"; the reverse. */
const char		*outcome_label(enum outcome);
bool			 outcome_find(struct slice, enum outcome *);

/** decline_label(decline), decline_find(label, decline): Its label, and the reverse. */
const char		*decline_label(enum decline);
bool			 decline_find(struct slice, enum decline *);

/** decline_text(decline), decline_merchant_text(decline): What a payer, or the merchant, may read. */
const char		*decline_text(enum decline);
const char		*decline_merchant_text(enum decline);

/**
 * decline_public_code(decline):
 * The code that a payer's page may see: whatever a bank objected to is only "card_declined".
 */
const char		*decline_public_code(enum decline);

#endif /* !CHARGE_H */
