-- Who may what, on one page. The functions' grants stand beside each function.
set local role kassa_owner;

-- Functions are made by their owners themselves (sql/function/), hence create.
grant usage, create on schema kassa to kassa_books;
grant usage on schema kassa to kassa_server, kassa_sandbox;

grant usage on type kassa.mode, kassa.key_kind, kassa.ledger_name, kassa.transfer_phase,
	kassa.charge_status, kassa.outcome, kassa.decline, kassa.dialect, kassa.amount_source
	to kassa_books;
grant usage on type kassa.outcome, kassa.decline to kassa_sandbox;

-- The books: the ledger can only grow, and of a charge only that can change which an outcome changes.
grant select, insert on kassa.ledger_account, kassa.transfer to kassa_books;
grant select, insert on kassa.account, kassa.api_key to kassa_books;
grant select, insert, update (sealed, created_at) on kassa.platform_token to kassa_books;
grant select, insert, update (dialect, amount_minor, currency, amount_source, contact_id, order_id,
	refreshed_at) on kassa.checkout_session to kassa_books;
grant select, insert, update (captured_minor, status, decline, reference, action, settled_at, resolve_at,
	resolve_tries) on kassa.charge to kassa_books;
grant select on kassa.session_state to kassa_books;

-- The server reads these, and writes nothing.
grant select on kassa.account, kassa.api_key, kassa.platform_token, kassa.checkout_session, kassa.charge
	to kassa_server;
