/*
 * The rules of a charge's states, and the labels of states, outcomes and declines.
 * Used by the flows that pay, by the store that reads rows, and by whoever answers.
 */
#include "core/charge.h"

#include <assert.h>
#include <stddef.h>

#define LABEL(name, label) label,
static const char *const	status_labels[CHARGE_STATUS_COUNT] = { CHARGE_STATUSES(LABEL) };
#undef LABEL

static const struct {
	const char	*label, *payer, *merchant;
} declines[DECLINE_COUNT] = {
#define ROW(name, label, payer, merchant) { label, payer, merchant },
	DECLINES(ROW)
#undef ROW
};

/*
 * From the row to the column.  What is unknown may turn out to be pending; what was called pending
 * is not forgotten because the processor did not answer a second time.
 */
static const bool	follows[CHARGE_STATUS_COUNT][CHARGE_STATUS_COUNT] = {
	[CHARGE_SENDING] = { [CHARGE_PENDING] = true, [CHARGE_UNKNOWN] = true,
	    [CHARGE_SUCCEEDED] = true, [CHARGE_FAILED] = true },
	[CHARGE_PENDING] = { [CHARGE_SUCCEEDED] = true, [CHARGE_FAILED] = true },
	[CHARGE_UNKNOWN] = { [CHARGE_PENDING] = true, [CHARGE_SUCCEEDED] = true,
	    [CHARGE_FAILED] = true },
};

static const struct {
	const char		*label;
	enum charge_status	 status;
} outcomes[] = {
	[OUTCOME_SUCCEEDED] = { "succeeded", CHARGE_SUCCEEDED },
	[OUTCOME_FAILED] = { "failed", CHARGE_FAILED },
	[OUTCOME_PENDING] = { "pending", CHARGE_PENDING },
	[OUTCOME_UNKNOWN] = { "unknown", CHARGE_UNKNOWN },
};

const char *
charge_status_label(enum charge_status status)
{
	assert(status < CHARGE_STATUS_COUNT);
	return status_labels[status];
}

bool
charge_status_find(struct slice label, enum charge_status *status)
{
	for (enum charge_status i = 0; i < CHARGE_STATUS_COUNT; i++) {
		if (slice_is(label, status_labels[i])) {
			*status = i;
			return true;
		}
	}
	return false;
}

bool
charge_is_final(enum charge_status status)
{
	return status == CHARGE_SUCCEEDED || status == CHARGE_FAILED;
}

bool
charge_may_follow(enum charge_status from, enum charge_status to)
{
	assert(from < CHARGE_STATUS_COUNT && to < CHARGE_STATUS_COUNT);
	return follows[from][to];
}

enum charge_status
charge_status_of(enum outcome outcome)
{
	assert(outcome < OUTCOME_COUNT);
	return outcomes[outcome].status;
}

const char *
outcome_label(enum outcome outcome)
{
	assert(outcome < OUTCOME_COUNT);
	return outcomes[outcome].label;
}

const char *
decline_label(enum decline decline)
{
	assert(decline < DECLINE_COUNT);
	return declines[decline].label;
}

const char *
decline_text(enum decline decline)
{
	assert(decline < DECLINE_COUNT);
	return declines[decline].payer;
}

const char *
decline_merchant_text(enum decline decline)
{
	assert(decline < DECLINE_COUNT);
	return declines[decline].merchant;
}

const char *
decline_public_code(enum decline decline)
{
	if (decline == DECLINE_INSUFFICIENT_FUNDS || decline == DECLINE_EXPIRED_CARD ||
	    decline == DECLINE_INCORRECT_CVC)
		decline = DECLINE_CARD_DECLINED;
	return decline_label(decline);
}

bool
outcome_find(struct slice label, enum outcome *outcome)
{
	for (enum outcome i = 0; i < OUTCOME_COUNT; i++) {
		if (slice_is(label, outcomes[i].label)) {
			*outcome = i;
			return true;
		}
	}
	return false;
}

bool
decline_find(struct slice label, enum decline *decline)
{
	for (enum decline i = 0; i < DECLINE_COUNT; i++) {
		if (slice_is(label, declines[i].label)) {
			*decline = i;
			return true;
		}
	}
	return false;
}
