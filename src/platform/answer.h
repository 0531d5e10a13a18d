/*
 * What Kassa answers at queryUrl, byte for byte, in the dialect that was asked in.
 * dialect_live.c and dialect_brief.c write it; the caller knows neither.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "core/charge.h"
#include "core/dialect.h"
#include "core/money.h"

/* What the books say to "is it paid".  Unknown is pending, never paid (design §2.1). */
enum answer_verdict {
	ANSWER_PAID,
	ANSWER_PENDING,
	ANSWER_FAILED
};

struct answer_verify {
	enum answer_verdict	verdict;
	const char		*charge_id;	/* with ANSWER_PAID */
	struct money		money;		/* captured; with ANSWER_PAID */
	int64_t			settled_at_us;	/* with ANSWER_PAID */
};

/** answer_verify(dialect, verify, body): Contract §3.2, brief-dialect "verify_payment". */
void	answer_verify(enum dialect, const struct answer_verify *, struct buf *);

/* One kept card, as a merchant may see it. */
struct answer_method {
	const char	*id;
	const char	*contact_id;	/* stands for the processor's customer */
	const char	*brand;		/* "visa" */
	const char	*last4;
	int		 expiry_month, expiry_year;
	bool		 is_expired;
};

struct answer_methods {
	const struct answer_method	*at;
	size_t				 count;
	const char			*public_url;	/* where the brands' pictures are */
};

/** answer_methods(dialect, methods, body): Contract §3.3, brief-dialect "get_payment_methods". */
void	answer_methods(enum dialect, const struct answer_methods *, struct buf *);

struct answer_charge {
	enum answer_verdict	verdict;
	const char		*charge_id;	/* NULL when nothing was even tried */
	const char		*reason;	/* with ANSWER_FAILED, for the merchant */
	struct money		money;
	int64_t			settled_at_us;	/* with ANSWER_PAID */
};

/** answer_charge(dialect, charge, body): Contract §3.4, brief-dialect "charge_payment_method". */
void	answer_charge(enum dialect, const struct answer_charge *, struct buf *);

struct answer_refund {
	enum answer_verdict	verdict;	/* ANSWER_PAID: the money is on its way back */
	const char		*refund_id;	/* NULL when nothing was even tried */
	const char		*reason;	/* with ANSWER_FAILED, for the merchant */
	struct money		money;
	int64_t			settled_at_us;	/* with ANSWER_PAID */
};

/** answer_refund(refund, body): One name in both dialects, so the union of both (brief-dialect). */
void	answer_refund(const struct answer_refund *, struct buf *);

/**
 * answer_reason(message, text):
 * A fault's message as a sentence's beginning, for merchants: "no such charge" becomes "No such charge".
 */
#define ANSWER_REASON_SIZE	160
void	answer_reason(const char *, char[ANSWER_REASON_SIZE]);

/**
 * answer_unsupported(body):
 * For a type that is unknown or not served: no reader takes it for success (contract §3.1).
 */
void	answer_unsupported(struct buf *);

/**
 * answer_refused(refusal, body):
 * For a request that was not served at all (key, JSON, fields, store): says nothing about the payment,
 * reads as "not paid" in the brief dialect and as "still pending" in the live one.
 */
struct answer_refusal {
	const char	*code;
	const char	*message;
	const char	*field;		/* the offending one, or NULL */
	const char	*request_id;
};
void	answer_refused(const struct answer_refusal *, struct buf *);

#endif /* !ANSWER_H */
