/*
 * What the sandbox's own pages ask for: tokens for published cards, the payer's word on 3-D Secure.
 * Used by web_sandbox.c.
 */
#include "processor/sandbox.h"

#include <assert.h>
#include <string.h>

#include "base/integer.h"
#include "io/row.h"

static const struct pool_statement statement_token_make = {
	"sandbox_token_make",
	"select token from sandbox.token_make($1, $2, $3, $4, $5::int, $6::int,"
	" $7::sandbox.behaviour, $8::kassa.decline)", 8
};
static const struct pool_statement statement_challenge_answer = {
	"sandbox_challenge_answer",
	"select account_id, key from sandbox.challenge_answer($1, $2::boolean)", 2
};

static void	answer_done(void *, const struct pool_answer *);
static void	challenge_done(void *, const struct pool_answer *);

void
sandbox_token_make(const struct sandbox_card *card, struct sandbox_answer *answer)
{
	struct integer	month, year;
	struct id	token;
	size_t		digits;
	const char	*params[] = {
		card->account_id,
		token.text,
		card->card->brand,
		NULL,
		integer_print(card->expiry.month, &month),
		integer_print(card->expiry.year, &year),
		card_behaviour_label(card->card->behaviour),
		decline_label(card->card->decline),
	};

	digits = strlen(card->card->number);
	assert(digits >= 4);
	params[3] = card->card->number + digits - 4;
	id_make_secret("tok", &token);
	answer->fault = pool_ask(sandbox_started()->pool, &statement_token_make, params, answer_done, answer);
	if (answer->fault != FAULT_NONE)
		flow_wake(answer->flow);
}

void
sandbox_challenge_answer(const char *challenge, bool accept, struct sandbox_answer *answer)
{
	const char	*params[] = { challenge, accept ? "true" : "false" };

	answer->fault = pool_ask(sandbox_started()->pool, &statement_challenge_answer, params, challenge_done,
	    answer);
	if (answer->fault != FAULT_NONE)
		flow_wake(answer->flow);
}

static void
answer_done(void *arg, const struct pool_answer *answer)
{
	struct sandbox_answer	*made = arg;

	made->fault = answer->fault;
	made->token[0] = '\0';
	if (answer->fault == FAULT_NONE && PQntuples(answer->rows) == 1)
		row_text(answer->rows, 0, 0, made->token, sizeof(made->token));
	if (!row_is_trusted())
		made->fault = FAULT_STORE_UNAVAILABLE;
	flow_wake(made->flow);
}

/* The payer has answered: whoever waits for this charge is told, as a processor does by a notification. */
static void
challenge_done(void *arg, const struct pool_answer *answer)
{
	struct sandbox_answer	*answered = arg;
	char			 account_id[ID_SIZE], key[CHARGE_REFERENCE_SIZE];

	if (answer->fault == FAULT_NONE && PQntuples(answer->rows) == 1) {
		row_text(answer->rows, 0, 0, account_id, sizeof(account_id));
		row_text(answer->rows, 0, 1, key, sizeof(key));
		if (row_is_trusted())
			sandbox_started()->notified(account_id, key);
	}
	answered->fault = row_is_trusted() ? answer->fault : FAULT_STORE_UNAVAILABLE;
	flow_wake(answered->flow);
}
