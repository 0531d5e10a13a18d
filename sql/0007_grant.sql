-- Who may what, on one page. The functions' grants stand beside each function.
set local role kassa_owner;

-- Functions are made by their owners themselves (sql/function/), hence create.
grant usage, create on schema kassa to kassa_books;
grant usage on schema kassa to kassa_server, kassa_sandbox;

grant usage on type kassa.mode, kassa.key_kind, kassa.ledger_name, kassa.transfer_phase,
	kassa.charge_status, kassa.outcome, kassa.decline, kassa.dialect, kassa.amount_source,
	kassa.attempt_limits, kassa.charge_wish, kassa.kept_card, kassa.setup_status, kassa.refund_rule, kassa.job_kind, kassa.job_state
	to kassa_books;
grant usage on type kassa.outcome, kassa.decline to kassa_sandbox;

-- The books: the ledger can only grow, and of a charge only that can change which an outcome changes.
grant select, insert on kassa.ledger_account, kassa.transfer to kassa_books;
grant select, insert on kassa.account to kassa_books;
grant select, insert, update (revoked_at) on kassa.api_key to kassa_books;
grant select, insert, update (sealed, created_at) on kassa.platform_token to kassa_books;
grant select, insert, update (dialect, amount_minor, currency, amount_source, contact_id, order_id,
	refreshed_at) on kassa.checkout_session to kassa_books;
grant select, insert, update (captured_minor, refunded_minor, status, decline, reference, action, settled_at)
	on kassa.charge to kassa_books;
grant select, insert, update (status, decline, reference, settled_at) on kassa.refund to kassa_books;
grant select, insert, update (token, expiry_month, expiry_year, refreshed_at, removed_at)
	on kassa.payment_method to kassa_books;
grant select, insert on kassa.declined to kassa_books;
grant select, insert, update (status, attempt, client, processor, decline, payment_method_id, settled_at)
	on kassa.setup to kassa_books;
grant select, insert, update (state, run_at, plan, step, tries, fault), delete on kassa.job to kassa_books;
grant select on kassa.job_schedule to kassa_books;
grant select on kassa.session_state, kassa.setup_state to kassa_books;

-- The server reads these, and writes nothing.
grant select on kassa.account, kassa.api_key, kassa.platform_token, kassa.checkout_session, kassa.charge,
	kassa.payment_method, kassa.refund, kassa.setup to kassa_server;
