-- Checkout sessions: opened by the page's props, read by its polls.
set local role kassa_books;

create or replace function kassa.session_open(
	p_account_id text,
	p_session_id text,
	p_transaction_id text,
	p_dialect kassa.dialect,
	p_amount_minor bigint,
	p_currency text,
	p_amount_source kassa.amount_source,
	p_contact_id text,
	p_order_id text
)
returns kassa.session_state
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	state session_state;
begin
	insert into checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency,
			amount_source, contact_id, order_id)
		values (p_account_id, p_session_id, p_transaction_id, p_dialect, p_amount_minor, p_currency,
			p_amount_source, p_contact_id, p_order_id)
		on conflict (account_id, transaction_id) do nothing;
	if not found then
		-- Whoever reserves holds this lock, so that an amount cannot change under a charge.
		perform from checkout_session s
			where s.account_id = p_account_id and s.transaction_id = p_transaction_id
			for update;
		update checkout_session s
			set dialect = p_dialect, amount_minor = p_amount_minor, currency = p_currency,
				amount_source = p_amount_source, contact_id = p_contact_id,
				order_id = p_order_id, refreshed_at = now()
			where s.account_id = p_account_id and s.transaction_id = p_transaction_id
				and not exists (
					select from charge c
					where c.account_id = s.account_id
						and c.transaction_id = s.transaction_id and c.status <> 'failed'
				);
	end if;
	select * into strict state from session_state s
		where s.account_id = p_account_id and s.transaction_id = p_transaction_id;
	-- Before a card is typed, not after it; whoever has paid is told so.
	if coalesce(state.status = 'failed', true) then
		perform session_check(p_account_id, state.session_id);
	end if;
	return state;
end
$$;
comment on function kassa.session_open(text, text, text, kassa.dialect, bigint, text, kassa.amount_source, text, text) is
	'The session of a transaction, made or refreshed; what a living charge stands on no longer changes. Refused when nothing is to be paid any more. Source: design §6.';
grant execute on function kassa.session_open(text, text, text, kassa.dialect, bigint, text,
	kassa.amount_source, text, text) to kassa_server;

create or replace function kassa.session_read(p_session_id text)
returns kassa.session_state
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
declare
	state session_state;
begin
	select * into state from session_state s where s.session_id = p_session_id;
	if not found then
		perform fault('session_unknown', 'no session has this id');
	end if;
	return state;
end
$$;
comment on function kassa.session_read(text) is
	'How a session stands. Its id is a capability and names its account. Source: docs/api.md.';
grant execute on function kassa.session_read(text) to kassa_server;

create or replace function kassa.session_check(p_account_id text, p_session_id text)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	if exists (
		select from checkout_session s
		where s.account_id = p_account_id and s.session_id = p_session_id and s.closed_at is not null
	) then
		perform fault('transaction_closed', 'the platform announced that its order or invoice is not to be paid');
	end if;
end
$$;
comment on function kassa.session_check(text, text) is
	'Whether it may still be paid, as far as the platform announced. Part of session_open and charge_check.';
