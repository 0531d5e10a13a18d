-- The sandbox processor: takes published test cards, keeps its own memory, honours idempotency keys.
-- Called by src/processor/ alone; the steps that these have in common are in sandbox_operation.sql.
set local role kassa_sandbox;

create or replace function sandbox.token_make(
	p_account_id text,
	p_token text,
	p_brand text,
	p_last4 text,
	p_expiry_month int,
	p_expiry_year int,
	p_behaviour sandbox.behaviour,
	p_decline kassa.decline
)
returns table (token text)
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	insert into card (account_id, brand, last4, expiry_month, expiry_year, behaviour, decline)
		values (p_account_id, p_brand, p_last4, p_expiry_month, p_expiry_year, p_behaviour, p_decline)
		on conflict do nothing;
	insert into token (account_id, token, fingerprint)
		select c.account_id, p_token, c.fingerprint
		from card c
		where (c.account_id, c.brand, c.last4, c.expiry_month, c.expiry_year, c.behaviour, c.decline)
			= (p_account_id, p_brand, p_last4, p_expiry_month, p_expiry_year, p_behaviour,
				p_decline);
	return query select p_token;
end
$$;
comment on function sandbox.token_make(text, text, text, text, int, int, sandbox.behaviour, kassa.decline) is
	'A token for a published card; its number stays outside. Source: docs/api.md, POST /sandbox/tokens.';
grant execute on function sandbox.token_make(text, text, text, text, int, int, sandbox.behaviour, kassa.decline)
	to kassa_server;

create or replace function sandbox.charge(
	p_account_id text,
	p_key text,
	p_token text,
	p_amount_minor bigint,
	p_currency text,
	p_saves boolean,
	p_pend_ms bigint
)
returns sandbox.answer
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	if operation_begin(p_account_id, p_key, 'charge', p_token, p_amount_minor, p_currency) then
		perform operation_decide(p_account_id, p_key, token_use(p_account_id, p_token, p_key),
			p_pend_ms);
		update operation o set saves = p_saves where o.account_id = p_account_id and o.key = p_key and p_saves;
	end if;
	return operation_answer(p_account_id, p_key, 'charge', p_token, p_amount_minor, p_currency);
end
$$;
comment on function sandbox.charge(text, text, text, bigint, text, boolean, bigint) is
	'Charge the card behind a token: once per key, whatever is repeated. Source: src/processor/processor.h.';
grant execute on function sandbox.charge(text, text, text, bigint, text, boolean, bigint) to kassa_server;

create or replace function sandbox.challenge_answer(p_challenge text, p_accept boolean)
returns table (account_id text, key text)
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
#variable_conflict use_column
declare
	asked operation;
begin
	select * into asked from operation o where o.challenge = p_challenge for update;
	if not found then
		raise exception using errcode = 'KA052', message = 'no such authentication challenge',
			detail = 'no operation waits for this challenge';
	end if;
	perform operation_lapse(asked.account_id, asked.key);
	update operation o
		set outcome = case when p_accept then 'succeeded' else 'failed' end::kassa.outcome,
			decline = case when p_accept then 'none' else 'authentication_failed' end::kassa.decline,
			ends_at = null
		where o.account_id = asked.account_id and o.key = asked.key and o.outcome = 'pending';
	return query select asked.account_id, asked.key;
end
$$;
comment on function sandbox.challenge_answer(text, boolean) is
	'What the payer answered to 3-D Secure; the first answer in time counts. Source: docs/api.md, POST /sandbox/challenges.';
grant execute on function sandbox.challenge_answer(text, boolean) to kassa_server;

create or replace function sandbox.look_up(p_account_id text, p_key text)
returns table (outcome kassa.outcome, decline kassa.decline, reference text, action text)
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
#variable_conflict use_column
begin
	-- Waits for a charge with this key that is being written, and else keeps one from ever coming.
	insert into operation (account_id, key, kind) values (p_account_id, p_key, 'closed')
		on conflict (account_id, key) do nothing;
	perform operation_lapse(p_account_id, p_key);
	return query select o.outcome, o.decline, o.reference, operation_action(o)
		from operation o
		where o.account_id = p_account_id and o.key = p_key;
end
$$;
comment on function sandbox.look_up(text, text) is
	'What became of a key; one never seen is closed first and then was not sent. Source: src/processor/processor.h.';
grant execute on function sandbox.look_up(text, text) to kassa_server;

create or replace function sandbox.save(p_account_id text, p_key text, p_token text)
returns sandbox.saved
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
declare
	answer answer;
begin
	if operation_begin(p_account_id, p_key, 'save', p_token, null, null) then
		perform operation_save(p_account_id, p_key, token_use(p_account_id, p_token, p_key));
	end if;
	answer := operation_answer(p_account_id, p_key, 'save', p_token, null, null);
	return operation_saved(p_account_id, p_key, answer.outcome, answer.decline);
end
$$;
comment on function sandbox.save(text, text, text) is
	'Keep the card behind a token: once per key, whatever is repeated. Source: src/processor/processor.h.';
grant execute on function sandbox.save(text, text, text) to kassa_server;

create or replace function sandbox.look_up_saved(p_account_id text, p_key text)
returns sandbox.saved
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
declare
	kept operation;
begin
	-- As look_up: one never seen is closed first.
	insert into operation (account_id, key, kind) values (p_account_id, p_key, 'closed')
		on conflict (account_id, key) do nothing;
	perform operation_lapse(p_account_id, p_key);
	select * into strict kept from operation o where o.account_id = p_account_id and o.key = p_key for update;
	if kept.kind = 'charge' and kept.saves and kept.outcome = 'succeeded' and kept.method is null then
		perform operation_keep(p_account_id, p_key, (
			select t.fingerprint from token t where t.account_id = p_account_id and t.token = kept.source
		));
	end if;
	return operation_saved(p_account_id, p_key, kept.outcome, kept.decline);
end
$$;
comment on function sandbox.look_up_saved(text, text) is
	'The card that was kept under a key: of a save, or of a charge whose payer agreed. Source: src/processor/processor.h.';
grant execute on function sandbox.look_up_saved(text, text) to kassa_server;

create or replace function sandbox.forget(p_account_id text, p_method text)
returns table (forgotten boolean)
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	delete from method m where m.account_id = p_account_id and m.method = p_method;
	return query select found;
end
$$;
comment on function sandbox.forget(text, text) is
	'A kept card is not wanted any more; again is fine. Source: src/processor/processor.h.';
grant execute on function sandbox.forget(text, text) to kassa_server;

create or replace function sandbox.charge_saved(
	p_account_id text,
	p_key text,
	p_method text,
	p_amount_minor bigint,
	p_currency text,
	p_pend_ms bigint
)
returns sandbox.answer
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	if operation_begin(p_account_id, p_key, 'charge', p_method, p_amount_minor, p_currency) then
		perform operation_decide(p_account_id, p_key, method_card(p_account_id, p_method), p_pend_ms);
		-- The payer is not there to be asked.
		update operation o
			set outcome = 'failed', decline = 'authentication_required', challenge = null,
				ends_at = null
			where o.account_id = p_account_id and o.key = p_key and o.challenge is not null;
	end if;
	return operation_answer(p_account_id, p_key, 'charge', p_method, p_amount_minor, p_currency);
end
$$;
comment on function sandbox.charge_saved(text, text, text, bigint, text, bigint) is
	'Charge a saved card without its payer: what needs 3-D Secure fails. Source: src/processor/processor.h.';
grant execute on function sandbox.charge_saved(text, text, text, bigint, text, bigint) to kassa_server;

create or replace function sandbox.refund(
	p_account_id text,
	p_key text,
	p_charge_key text,
	p_amount_minor bigint,
	p_currency text
)
returns sandbox.answer
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	if operation_begin(p_account_id, p_key, 'refund', p_charge_key, p_amount_minor, p_currency) then
		perform operation_lapse(p_account_id, p_charge_key);
		perform operation_refund(p_account_id, p_key, p_charge_key, p_amount_minor, p_currency);
	end if;
	return operation_answer(p_account_id, p_key, 'refund', p_charge_key, p_amount_minor, p_currency);
end
$$;
comment on function sandbox.refund(text, text, text, bigint, text) is
	'Give back part or all of a charge that succeeded, never more than it. Source: src/processor/processor.h.';
grant execute on function sandbox.refund(text, text, text, bigint, text) to kassa_server;

create or replace function sandbox.note(
	p_account_id text,
	p_key text,
	p_transaction_id text,
	p_contact_id text,
	p_payment_method_id text,
	p_request_sha256 text,
	p_of sandbox.answer
)
returns sandbox.answer
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	-- The first request with a key says it; one that repeats it, with whatever, changes nothing.
	update operation o
		set transaction_id = nullif(p_transaction_id, ''), contact_id = nullif(p_contact_id, ''),
			payment_method_id = nullif(p_payment_method_id, ''), request_sha256 = nullif(p_request_sha256, '')
		where o.account_id = p_account_id and o.key = p_key and o.kind = 'charge'
			and coalesce(o.transaction_id, o.contact_id, o.payment_method_id) is null;
	return p_of;
end
$$;
comment on function sandbox.note(text, text, text, text, text, text, sandbox.answer) is
	'Keeps what is sent along with a charge; hands on the charge''s answer, so that it is asked for after it. Source: src/processor/processor.h.';
grant execute on function sandbox.note(text, text, text, text, text, text, sandbox.answer) to kassa_server;

create or replace function sandbox.list(p_account_id text, p_since timestamptz, p_after text, p_limit int)
returns table (
	kind sandbox.operation_kind,
	key text,
	charge_key text,
	amount_minor bigint,
	currency text,
	outcome kassa.outcome,
	decline kassa.decline,
	reference text,
	at text,
	transaction_id text,
	contact_id text,
	payment_method_id text,
	request_sha256 text,
	saves boolean
)
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
#variable_conflict use_column
begin
	perform operation_lapse(o.account_id, o.key) from operation o
		where o.account_id = p_account_id and o.ends_at <= now();
	return query select o.kind, o.key, case when o.kind = 'refund' then o.source end, o.amount_minor, o.currency,
			o.outcome, o.decline, o.reference, to_char(o.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
			o.transaction_id, o.contact_id, o.payment_method_id, o.request_sha256, o.saves
		from operation o
		where o.account_id = p_account_id and o.kind in ('charge', 'refund') and o.created_at >= p_since
			and (o.created_at, o.key) > (
				coalesce((select f.created_at from operation f where f.account_id = p_account_id and f.key = p_after),
					'-infinity'),
				p_after
			)
		order by o.created_at, o.key
		limit p_limit;
end
$$;
comment on function sandbox.list(text, timestamptz, text, int) is
	'Charges and refunds since a time, oldest first, behind the one with key p_after. Source: src/processor/processor.h.';
grant execute on function sandbox.list(text, timestamptz, text, int) to kassa_server;
