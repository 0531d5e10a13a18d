/*
 * The connector interface: one struct of functions a processor, every outcome spelled out.
 * pay/ knows nothing else of a processor.  How to add one: README.
 */
#ifndef PROCESSOR_H
#define PROCESSOR_H

#include "base/id.h"
#include "base/slice.h"
#include "core/charge.h"
#include "core/mode.h"
#include "core/money.h"
#include "io/flow.h"

/* What is known after a call.  The caller owns it, inside its flow's context. */
struct processor_result {
	struct flow	*flow;		/* woken when the result is there */
	enum outcome	 outcome;
	enum decline	 decline;	/* with OUTCOME_FAILED */
	char		 reference[CHARGE_REFERENCE_SIZE];	/* the processor's own id; "" if none */
	char		 action[CHARGE_ACTION_SIZE];
					/* OUTCOME_PENDING and the payer has to do something in the
					   processor's frame (3-D Secure): what the frame is told; else "" */
	const char	*detail;	/* a sentence for the log; static */
};

struct processor_charge {
	const char	*account_id;
	const char	*key;		/* idempotency key: our charge id */
	const char	*token;		/* from the frame (charge), or of a kept card (charge_saved) */
	struct money	 money;
	bool		 saves;		/* the payer agreed that the card is kept (charge) */
};

struct processor_refund {
	const char	*account_id;
	const char	*key;		/* idempotency key: our refund id */
	const char	*charge_key;	/* the key that the charge was made with */
	struct money	 money;
};

struct processor_save {
	const char	*account_id;
	const char	*key;		/* idempotency key */
	const char	*token;		/* from the frame */
};

struct processor_saved {
	struct processor_result	result;
	char			method[CHARGE_REFERENCE_SIZE];	/* its token, to be charged later */
	char			fingerprint[CHARGE_REFERENCE_SIZE];	/* same card, same text */
	char			brand[16];
	char			last4[5];
	int			expiry_month, expiry_year;
};

struct processor_news {
	char	account_id[ID_SIZE];
	char	key[CHARGE_REFERENCE_SIZE];	/* idempotency key: the id of a charge or refund of ours */
};

/* What a merchant has to enter to use a processor. */
struct processor_field {
	const char	*name;
	const char	*label;
	bool		 is_secret;
	bool		 is_required;
	size_t		 max;		/* bytes */
};

#define PROCESSOR_FIELDS_MAX	8

/*
 * Every function returns at once and wakes result->flow when the result is there, within the
 * processor's time limit; no answer in time is OUTCOME_UNKNOWN.  The same key gives the same effect
 * once; the same key with another amount is OUTCOME_FAILED with DECLINE_PROCESSOR_REFUSED.
 */
struct processor {
	const char	*name;		/* as in the database */
	enum mode	 mode;		/* which accounts it serves */
	const char	*label;		/* for people */
	const char	*frame;		/* address of its card fields: a path of ours or an https: URL */
	const struct processor_field	*fields;	/* up to PROCESSOR_FIELDS_MAX */
	size_t		 field_count;

	void	(*charge)(const struct processor_charge *, struct processor_result *);
	void	(*charge_saved)(const struct processor_charge *, struct processor_result *);
	void	(*refund)(const struct processor_refund *, struct processor_result *);
	void	(*save)(const struct processor_save *, struct processor_saved *);

	/*
	 * What became of ${key}.  A key that the processor has never seen is answered
	 * OUTCOME_FAILED, DECLINE_NOT_SENT only if from now on it never will take it: the connector
	 * closes the key first.  Otherwise the answer is OUTCOME_UNKNOWN.
	 */
	void	(*look_up)(const char *account_id, const char *key, struct processor_result *);

	/* The same for a key of save(), or of a charge with saves: also says which card is kept. */
	void	(*look_up_saved)(const char *account_id, const char *key, struct processor_saved *);

	/* A kept card is not wanted any more.  Succeeded also when the processor does not know it. */
	void	(*forget)(const char *account_id, const char *method, struct processor_result *);

	/*
	 * What a call of the processor says has news; false: it is not one of its calls.  It is a hint
	 * alone: what became of the key is asked for (design §5).
	 */
	bool	(*read_news)(struct slice body, struct processor_news *);
};

/** processor_find(name): The connector with this name, or NULL. */
const struct processor	*processor_find(const char *);

/** processor_for(mode): The connector that accounts of this mode use, or NULL when there is none yet. */
const struct processor	*processor_for(enum mode);

/** processor_count(), processor_at(number), processor_number(processor): All connectors, from 0 on. */
size_t			 processor_count(void);
const struct processor	*processor_at(size_t);
size_t			 processor_number(const struct processor *);

#endif /* !PROCESSOR_H */
