-- Charges of a payer: reserve (the committed intent) and settle (the only way to an end, for all charges).
-- Read charge_reserve and charge_settle to know how money moves; charges of kept cards are in charge_kept.sql.
set local role kassa_books;

create or replace function kassa.charge_reserve(
	p_session_id text,
	p_charge_id text,
	p_processor text,
	p_saves boolean,
	p_client text,
	p_limits kassa.attempt_limits,
	p_resolve_after_ms bigint
)
returns table (
	account_id text,
	mode kassa.mode,
	charge_id text,
	fresh boolean,
	transaction_id text,
	contact_id text,
	amount_minor bigint,
	currency text,
	status kassa.charge_status,
	decline kassa.decline,
	action text,
	processor text,
	saves boolean,
	failed_count int,
	session_id text,
	dialect kassa.dialect
)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	state session_state;
	is_fresh boolean;
begin
	-- One reserve of a session at a time; what follows sees what the one before committed.
	perform from checkout_session s where s.session_id = p_session_id for update;
	if not found then
		perform fault('session_unknown', 'no session has this id');
	end if;
	select * into strict state from session_state s where s.session_id = p_session_id;
	is_fresh := coalesce(state.status = 'failed', true);
	if is_fresh then
		perform charge_check(state, p_client, p_limits);
		perform charge_insert(state, (p_charge_id, p_processor, p_saves and state.contact_id is not null, p_client)
			::charge_wish, p_resolve_after_ms);
	end if;
	return query select s.account_id, s.mode, s.charge_id, is_fresh, s.transaction_id, s.contact_id,
			c.amount_minor, c.currency, s.status, s.decline, s.action, s.processor, c.saves,
			s.failed_count, s.session_id, s.dialect
		from session_state s
		join charge c on c.account_id = s.account_id and c.charge_id = s.charge_id
		where s.session_id = p_session_id;
end
$$;
comment on function kassa.charge_reserve(text, text, text, boolean, text, kassa.attempt_limits, bigint) is
	'The living charge of a session, or a fresh one with its pending transfer, committed before the processor is asked. Source: design §2.2, §2.3.';
grant execute on function kassa.charge_reserve(text, text, text, boolean, text, kassa.attempt_limits, bigint)
	to kassa_server;

create or replace function kassa.charge_check(
	p_state kassa.session_state,
	p_client text,
	p_limits kassa.attempt_limits
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	if p_state.refreshed_at < now() - interval '24 hours' then
		perform fault('session_expired', 'it was opened more than 24 hours ago');
	end if;
	perform session_check(p_state.account_id, p_state.session_id);
	-- The constraint charge_attempts_are_limited holds the limit; this gives it its name.
	if p_state.failed_count >= 5 then
		perform fault('attempts_exceeded', 'five charges of this session have failed');
	end if;
	perform attempt_check(p_state.account_id, p_state.contact_id, p_client, p_limits);
end
$$;
comment on function kassa.charge_check(kassa.session_state, text, kassa.attempt_limits) is
	'Whether one more card may be tried in a session. Part of charge_reserve, which holds the lock.';

create or replace function kassa.charge_insert(
	p_state kassa.session_state,
	p_wish kassa.charge_wish,
	p_resolve_after_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	insert into charge (account_id, charge_id, session_id, attempt, transaction_id, contact_id, client, processor,
			amount_minor, currency, saves)
		values (p_state.account_id, p_wish.charge_id, p_state.session_id, p_state.failed_count + 1,
			p_state.transaction_id, p_state.contact_id, p_wish.client, p_wish.processor,
			p_state.amount_minor, p_state.currency, p_wish.saves)
		on conflict (account_id, transaction_id) where status <> 'failed' do nothing;
	if not found then
		perform fault('transaction_busy', 'a kept card is charged for it');
	end if;
	perform transfer_reserve(p_state.account_id, p_wish.charge_id, null, p_state.amount_minor, p_state.currency);
	perform job_add(p_state.account_id, 'charge_resolve', p_wish.charge_id, p_resolve_after_ms);
end
$$;
comment on function kassa.charge_insert(kassa.session_state, kassa.charge_wish, bigint) is
	'A fresh charge of a session, with its pending transfer and the job that will ask about it. Part of charge_reserve.';

create or replace function kassa.charge_settle(
	p_account_id text,
	p_charge_id text,
	p_outcome kassa.outcome,
	p_decline kassa.decline,
	p_reference text,
	p_action text,
	p_minute_ms bigint
)
returns table (
	account_id text,
	charge_id text,
	status kassa.charge_status,
	decline kassa.decline,
	action text,
	transaction_id text,
	amount_minor bigint,
	currency text,
	settled_at timestamptz,
	changed boolean,
	contradicted boolean
)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	was charge_status;
	contradicts boolean;
begin
	select c.status into was from charge c
		where c.account_id = p_account_id and c.charge_id = p_charge_id
		for update;
	if not found then
		perform fault('charge_unknown', format('account %s has no charge %s', p_account_id, p_charge_id));
	end if;
	contradicts := (was, p_outcome) in (('succeeded', 'failed'), ('failed', 'succeeded'));
	if was in ('succeeded', 'failed') then
		null;	-- whoever is second finds it done
	elsif p_outcome in ('succeeded', 'failed') then
		perform charge_end(p_account_id, p_charge_id, p_outcome, p_decline, p_reference);
	else
		perform charge_wait(p_account_id, p_charge_id, p_outcome, p_reference, p_action, p_minute_ms);
	end if;
	return query select c.account_id, c.charge_id, c.status, c.decline, c.action, c.transaction_id,
			c.amount_minor, c.currency, c.settled_at, c.status <> was, contradicts
		from charge c
		where c.account_id = p_account_id and c.charge_id = p_charge_id;
end
$$;
comment on function kassa.charge_settle(text, text, kassa.outcome, kassa.decline, text, text, bigint) is
	'What a processor said of a charge, whoever heard it; an end is reached once and never changes. Source: design §5.';
grant execute on function kassa.charge_settle(text, text, kassa.outcome, kassa.decline, text, text, bigint)
	to kassa_server;

create or replace function kassa.charge_end(
	p_account_id text,
	p_charge_id text,
	p_outcome kassa.outcome,
	p_decline kassa.decline,
	p_reference text
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	ended charge;
begin
	perform transfer_resolve(p_account_id, p_charge_id, null,
		case when p_outcome = 'succeeded' then 'post' else 'void' end::transfer_phase);
	update charge c
		set status = p_outcome::text::charge_status,
			captured_minor = case when p_outcome = 'succeeded' then c.amount_minor else 0 end,
			decline = case when p_outcome = 'failed' then p_decline else 'none' end,
			reference = coalesce(nullif(p_reference, ''), c.reference),
			action = '',
			settled_at = now()
		where c.account_id = p_account_id and c.charge_id = p_charge_id
		returning * into ended;
	perform job_end(p_account_id, 'charge_resolve', p_charge_id);
	if ended.saves and p_outcome = 'succeeded' then
		perform job_add(p_account_id, 'method_save', p_charge_id, 0);
	end if;
	if ended.transaction_id like 'bill\_%' then
		perform billing_end(ended);
	end if;
	if p_outcome = 'failed' and ended.session_id is not null then
		perform attempt_declined(p_account_id, p_charge_id, ended.contact_id, ended.client, p_decline);
	end if;
end
$$;
comment on function kassa.charge_end(text, text, kassa.outcome, kassa.decline, text) is
	'Succeeded posts the transfer, failed voids it. Part of charge_settle, which holds the lock. Source: design §5.';

create or replace function kassa.charge_wait(
	p_account_id text,
	p_charge_id text,
	p_outcome kassa.outcome,
	p_reference text,
	p_action text,
	p_minute_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	becomes charge_status;
begin
	update charge c
		set status = case when c.status = 'pending' then c.status else p_outcome::text::charge_status end,
			reference = coalesce(nullif(p_reference, ''), c.reference),
			action = case when p_outcome = 'pending' then coalesce(p_action, '') else c.action end
		where c.account_id = p_account_id and c.charge_id = p_charge_id
		returning c.status into becomes;
	perform job_plan(p_account_id, 'charge_resolve', p_charge_id, becomes, p_minute_ms);
end
$$;
comment on function kassa.charge_wait(text, text, kassa.outcome, text, text, bigint) is
	'Pending or unknown; once the processor said pending, no answer is no news. Part of charge_settle. Source: design §5.';
