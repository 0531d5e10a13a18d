/*
 * Reconciliations in the books: what was asked for, a page of a processor's operations judged and booked,
 * the end.  The rules are kassa.reconcile()'s.
 */
#ifndef STORE_RECONCILIATION_H
#define STORE_RECONCILIATION_H

#include "base/id.h"
#include "core/mode.h"
#include "store/store.h"

#define STORE_CURSOR_SIZE	256
#define STORE_SINCE_SIZE	40

struct store_reconciliation {
	enum mode	mode;
	char		since[STORE_SINCE_SIZE];	/* where the list begins: a little before what was asked for */
	char		cursor[STORE_CURSOR_SIZE];	/* how far it was read */
	bool		has_ended;
};

/** store_reconciliation_read(call, account_id, id, reconciliation): No row: it is not there. */
void	store_reconciliation_read(struct store_call *, const char *, const char *,
	    struct store_reconciliation *);

struct store_reconciliation_ask {
	const char	*account_id;
	const char	*reconciliation_id;
	const char	*processor;
	const char	*operations;	/* a JSON array of kassa.processor_operation (page) */
	const char	*cursor;	/* behind them (page) */
	int64_t		 minute_ms;	/* of the schedule by which a pending one is asked about (page) */
	const char	*fault;		/* why the list cannot be read, or "" (end) */
};

struct store_reconciled {
	int64_t	booked;		/* so far */
	int64_t	wrong;		/* so far: somebody has to look */
};

/** store_reconciliation_page(call, ask, reconciled): kassa.reconciliation_page(). */
void	store_reconciliation_page(struct store_call *, const struct store_reconciliation_ask *,
	    struct store_reconciled *);

/** store_reconciliation_end(call, ask, reconciled): kassa.reconciliation_end(). */
void	store_reconciliation_end(struct store_call *, const struct store_reconciliation_ask *,
	    struct store_reconciled *);

#endif /* !STORE_RECONCILIATION_H */
