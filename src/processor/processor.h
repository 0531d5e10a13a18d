/*
 * The connector interface: one struct of functions a processor, every outcome spelled out.
 * pay/ knows nothing else of a processor.  How to add one: README.
 */
#ifndef PROCESSOR_H
#define PROCESSOR_H

#include "base/digest.h"
#include "base/id.h"
#include "base/slice.h"
#include "core/charge.h"
#include "core/mode.h"
#include "core/money.h"
#include "core/reference.h"
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

/*
 * Sent along with a charge, and kept by the processor with it, beside account_id and key (at a real one:
 * its metadata).  If the books are ever lost, it says where a charge belongs.  Each is "" when there is none.
 */
struct processor_note {
	const char	*transaction;
	const char	*contact;
	const char	*payment_method;	/* our id of the kept card */
	const char	*request_sha256;	/* of the request that charges a kept card */
};

struct processor_charge {
	const char	*account_id;
	const char	*key;		/* idempotency key: our charge id */
	const char	*token;		/* from the frame (charge), or of a kept card (charge_saved) */
	struct money	 money;
	bool		 saves;		/* the payer agreed that the card is kept (charge) */
	struct processor_note	 note;
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

#define PROCESSOR_PAGE_MAX	50	/* operations of a page */
#define PROCESSOR_AT_SIZE	32	/* an ISO 8601 time, with the NUL */

/* A charge or refund as the processor remembers it; texts are "" when it knows none. */
struct processor_operation {
	bool		 is_refund;
	char		 key[CHARGE_REFERENCE_SIZE];		/* that it was asked with: our id */
	char		 charge_key[CHARGE_REFERENCE_SIZE];	/* of a refund: of its charge */
	int64_t		 amount_minor;
	char		 currency[4];
	enum outcome	 outcome;
	enum decline	 decline;
	char		 reference[CHARGE_REFERENCE_SIZE];
	char		 at[PROCESSOR_AT_SIZE];
	char		 transaction[REFERENCE_SIZE];		/* these are of struct processor_note */
	char		 contact[REFERENCE_SIZE];
	char		 payment_method[ID_SIZE];
	char		 request_sha256[DIGEST_HEX];
	bool		 saves;
};

struct processor_list {
	const char	*account_id;
	const char	*since;		/* a time, as in struct processor_operation or as PostgreSQL prints one */
	const char	*after;		/* the key behind which to go on; "" for the first page */
};

struct processor_page {
	struct processor_result		result;	/* OUTCOME_SUCCEEDED, or OUTCOME_UNKNOWN: no answer */
	int				count;
	struct processor_operation	operations[PROCESSOR_PAGE_MAX];
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
	 * The charges and refunds of an account since a time, oldest first: all of them, whatever became of
	 * them, the end of each as it is now.  A page of fewer than PROCESSOR_PAGE_MAX is the last.
	 */
	void	(*list)(const struct processor_list *, struct processor_page *);

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
