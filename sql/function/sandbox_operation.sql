-- The steps that the sandbox's functions (sandbox.sql) have in common; nobody else may execute them.
-- What each behaviour of a card means stands in operation_decide.
set local role kassa_sandbox;

create or replace function sandbox.operation_begin(
	p_account_id text,
	p_key text,
	p_kind sandbox.operation_kind,
	p_source text,
	p_amount_minor bigint,
	p_currency text
)
returns boolean
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	insert into operation (account_id, key, kind, source, amount_minor, currency, decline, reference)
		values (p_account_id, p_key, p_kind, p_source, p_amount_minor, p_currency,
			'processor_refused', 'sbx_' || replace(gen_random_uuid()::text, '-', ''))
		on conflict (account_id, key) do nothing;
	return found;
end
$$;
comment on function sandbox.operation_begin(text, text, sandbox.operation_kind, text, bigint, text) is
	'Whether this is the first request with its key. It begins as refused, and stays so unless decided otherwise.';

create or replace function sandbox.operation_decide(
	p_account_id text,
	p_key text,
	p_card sandbox.card,
	p_pend_ms bigint
)
returns void
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	update operation o
		set outcome = does.outcome::kassa.outcome,
			decline = p_card.decline,
			challenge = case when p_card.behaviour = 'challenge'
				then 'chl_' || replace(gen_random_uuid()::text, '-', '') end,
			ends_at = now() + does.ends_after,
			silent = p_card.behaviour = 'silent'
		from (values
			('succeed', 'succeeded', null::interval),
			('decline', 'failed', null),
			('decline_charge', 'failed', null),
			('challenge', 'pending', interval '15 minutes'),
			('pend', 'pending', p_pend_ms * interval '1 millisecond'),
			('silent', 'succeeded', null)
		) as does (behaviour, outcome, ends_after)
		where o.account_id = p_account_id and o.key = p_key
			and does.behaviour::behaviour = p_card.behaviour;
end
$$;
comment on function sandbox.operation_decide(text, text, sandbox.card, bigint) is
	'What a card does when it is charged; no card leaves the operation refused. Source: src/core/card.h.';

create or replace function sandbox.operation_save(p_account_id text, p_key text, p_card sandbox.card)
returns void
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	if p_card.behaviour is distinct from 'decline' and p_card.fingerprint is not null then
		perform operation_keep(p_account_id, p_key, p_card.fingerprint);
	end if;
	update operation o
		set outcome = case when o.method is null then 'failed' else 'succeeded' end::kassa.outcome,
			decline = case when o.method is null then p_card.decline else 'none' end
		where o.account_id = p_account_id and o.key = p_key and p_card.fingerprint is not null;
end
$$;
comment on function sandbox.operation_save(text, text, sandbox.card) is
	'A card that always declines is not kept; one that only declines charges is, since keeping asks for no money.';

create or replace function sandbox.operation_keep(p_account_id text, p_key text, p_fingerprint text)
returns void
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
declare
	kept text;
begin
	insert into method as m (account_id, fingerprint) values (p_account_id, p_fingerprint)
		returning m.method into kept;
	update operation o set method = kept where o.account_id = p_account_id and o.key = p_key;
end
$$;
comment on function sandbox.operation_keep(text, text, text) is
	'A payment method for a card, named by the operation that kept it.';

create or replace function sandbox.operation_saved(
	p_account_id text,
	p_key text,
	p_outcome kassa.outcome,
	p_decline kassa.decline
)
returns sandbox.saved
language plpgsql
stable
security definer
set search_path = sandbox, pg_temp
as $$
declare
	kept record;
begin
	-- The fingerprint is of the number alone: a card that was renewed is still the same card.
	select m.method, c.brand, c.last4, c.expiry_month, c.expiry_year,
			'fp_' || md5(concat_ws(' ', c.account_id, c.brand, c.last4, c.behaviour, c.decline)) as fingerprint
		into kept
		from operation o
		join method m on m.account_id = o.account_id and m.method = o.method
		join card c on c.account_id = m.account_id and c.fingerprint = m.fingerprint
		where o.account_id = p_account_id and o.key = p_key;
	return (p_outcome, p_decline, coalesce(kept.method, ''), coalesce(kept.fingerprint, ''),
		coalesce(kept.brand, ''), coalesce(kept.last4, ''), coalesce(kept.expiry_month, 0),
		coalesce(kept.expiry_year, 0))::saved;
end
$$;
comment on function sandbox.operation_saved(text, text, kassa.outcome, kassa.decline) is
	'What may be known of the card that an operation kept.';

create or replace function sandbox.operation_refund(
	p_account_id text,
	p_key text,
	p_charge_key text,
	p_amount_minor bigint,
	p_currency text
)
returns void
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
declare
	charged_silent boolean;
begin
	update operation o
		set refunded_minor = o.refunded_minor + p_amount_minor
		where o.account_id = p_account_id and o.key = p_charge_key and o.kind = 'charge'
			and o.outcome = 'succeeded' and o.currency = p_currency
		returning o.silent into charged_silent;
	if found then
		update operation o
			set outcome = 'succeeded', decline = 'none', silent = charged_silent
			where o.account_id = p_account_id and o.key = p_key;
	end if;
exception
	when check_violation then null;		-- more than is left: stays refused
end
$$;
comment on function sandbox.operation_refund(text, text, text, bigint, text) is
	'Take a refund out of its charge; the constraint refunds_never_exceed_the_charge says no.';

create or replace function sandbox.operation_lapse(p_account_id text, p_key text)
returns void
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
begin
	update operation o
		set outcome = case when o.challenge is null then 'succeeded' else 'failed' end::kassa.outcome,
			decline = case when o.challenge is null then 'none'
				else 'authentication_failed' end::kassa.decline,
			ends_at = null
		where o.account_id = p_account_id and o.key = p_key and o.ends_at <= now();
end
$$;
comment on function sandbox.operation_lapse(text, text) is
	'What time has done to a pending operation: a challenge without an answer fails, the rest completes.';

create or replace function sandbox.operation_answer(
	p_account_id text,
	p_key text,
	p_kind sandbox.operation_kind,
	p_source text,
	p_amount_minor bigint,
	p_currency text
)
returns sandbox.answer
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
declare
	kept operation;
begin
	perform operation_lapse(p_account_id, p_key);
	select * into strict kept from operation o where o.account_id = p_account_id and o.key = p_key;
	if kept.kind <> 'closed' and (kept.kind, kept.source, kept.amount_minor, kept.currency)
		is distinct from (p_kind, p_source, p_amount_minor, p_currency) then
		return ('failed', 'processor_refused', '', '', false)::answer;
	end if;
	return (kept.outcome, kept.decline, kept.reference, operation_action(kept), kept.silent)::answer;
end
$$;
comment on function sandbox.operation_answer(text, text, sandbox.operation_kind, text, bigint, text) is
	'The answer kept under a key; another request with the same key is refused and changes nothing.';

create or replace function sandbox.operation_action(p_operation sandbox.operation)
returns text
language plpgsql
immutable
security definer
set search_path = sandbox, pg_temp
as $$
begin
	return case when p_operation.outcome = 'pending' then coalesce(p_operation.challenge, '') else '' end;
end
$$;
comment on function sandbox.operation_action(sandbox.operation) is
	'What the payer has to do: answer the challenge, as long as it waits.';

create or replace function sandbox.token_use(p_account_id text, p_token text, p_key text)
returns sandbox.card
language plpgsql
security definer
set search_path = sandbox, pg_temp
as $$
declare
	found_card card;
begin
	update token t
		set used_key = p_key
		where t.account_id = p_account_id and t.token = p_token and t.used_key is null
			and t.created_at > now() - interval '1 hour';
	if found then
		select c.* into strict found_card
			from token t
			join card c on c.account_id = t.account_id and c.fingerprint = t.fingerprint
			where t.account_id = p_account_id and t.token = p_token;
	end if;
	return found_card;
end
$$;
comment on function sandbox.token_use(text, text, text) is
	'The card behind a token of this account, or nothing when it is unknown, older than an hour, or used.';

create or replace function sandbox.method_card(p_account_id text, p_method text)
returns sandbox.card
language plpgsql
stable
security definer
set search_path = sandbox, pg_temp
as $$
declare
	found_card card;
begin
	select c.* into found_card
		from method m
		join card c on c.account_id = m.account_id and c.fingerprint = m.fingerprint
		where m.account_id = p_account_id and m.method = p_method;
	return found_card;
end
$$;
comment on function sandbox.method_card(text, text) is
	'The card that a payment method of this account stands for, or nothing.';
