/*
 * The columns that kassa.session_open(), session_read() and charge_reserve() have in common.
 * Private to this folder.
 */
#ifndef STORE_SESSION_ROW_H
#define STORE_SESSION_ROW_H

#include "store/store_session.h"

#define STORE_SESSION_COLUMNS							\
	"account_id, mode, session_id, transaction_id, dialect, amount_minor, currency," \
	" charge_id, status, decline, action, processor, failed_count, contact_id"
#define STORE_SESSION_COLUMN_COUNT	14

/** store_session_take(rows, row, session): Read those columns, the first of the row. */
void	store_session_take(const PGresult *, int, void *);

#endif /* !STORE_SESSION_ROW_H */
