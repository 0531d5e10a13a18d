/*
 * Kept cards in the books: listed for a contact, charged without their payer, kept after a charge whose
 * payer agreed, forgotten.  What ends a charge of one is in store_charge.h, as for every charge.
 */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include "base/digest.h"
#include "base/id.h"
#include "core/charge.h"
#include "core/money.h"
#include "core/reference.h"
#include "store/store.h"

#define STORE_METHODS_MAX	100	/* of one contact that are listed; the latest */
#define STORE_TOKEN_SIZE	64	/* a processor's name for a card, with the NUL */

struct store_method {
	char	payment_method_id[ID_SIZE];
	char	contact_id[REFERENCE_SIZE];
	char	brand[16];
	char	last4[5];
	int	expiry_month, expiry_year;
	bool	is_expired;
};

/** store_method_list(call, account_id, contact_id, methods): call->rows of them, the latest first. */
void	store_method_list(struct store_call *, const char *, const char *,
	    struct store_method[STORE_METHODS_MAX]);

struct store_kept_ask {
	const char	*account_id;
	const char	*charge_id;		/* for a new one */
	const char	*payment_method_id;
	const char	*contact_id;		/* "" when the request names none */
	const char	*transaction;		/* "" in the brief dialect */
	struct money	 money;
	const char	*request_sha256;	/* of the canonical request, hex */
	const char	*description;
	int64_t		 window_ms;		/* in which an equal request without transaction is a retry */
	int64_t		 resolve_after_ms;
};

struct store_kept {
	char			charge_id[ID_SIZE];
	bool			fresh;		/* this call wrote the intent: the caller sends it */
	char			processor[32];
	char			token[STORE_TOKEN_SIZE];
	struct money		money;
	enum charge_status	status;
	enum decline		decline;
	int64_t			settled_at_us;
};

/**
 * store_kept_reserve(call, ask, kept):
 * kassa.charge_reserve_kept(): commit charge and pending transfer, or return the charge that this
 * request has already.  FAULT_METHOD_UNKNOWN, FAULT_METHOD_EXPIRED, FAULT_KEY_REUSED,
 * FAULT_TRANSACTION_BUSY.
 */
void	store_kept_reserve(struct store_call *, const struct store_kept_ask *, struct store_kept *);

/* What a processor says of a card that it keeps. */
struct store_card {
	const char	*token, *fingerprint, *brand, *last4;
	int		 expiry_month, expiry_year;
};
#define STORE_CARD_SIZE		256

/** store_card_text(card, text): As PostgreSQL reads the composite type kassa.kept_card. */
void	store_card_text(const struct store_card *, char[STORE_CARD_SIZE]);

struct store_keep_ask {
	const char		*account_id;
	const char		*charge_id;
	struct store_card	 card;
};

/**
 * store_kept_keep(call, ask, id):
 * kassa.charge_keep(): the card of a charge is kept for its contact, and the job that wanted it ends.
 */
void	store_kept_keep(struct store_call *, const struct store_keep_ask *, struct id *);

#endif /* !STORE_KEPT_H */
