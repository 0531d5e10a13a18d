-- Refunds: reserve (the committed intent, taken out of the charge's limit) and settle (the only way to an end).
-- What is a retry and what a new refund is decided in refund_find; read it first.
set local role kassa_books;

create or replace function kassa.refund_find(
	p_account_id text,
	p_charge_id text,
	p_amount_minor bigint,
	p_counted_minor bigint,
	p_window_ms bigint
)
returns text
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- The platform counts a refund once it has our answer. So one of ours that it does not count yet may be what
	-- it asks for again; ours are counted in the order in which they were asked for.
	if p_counted_minor is not null then
		return (
			select o.refund_id
			from (
				select r.refund_id, r.amount_minor, r.created_at,
					sum(r.amount_minor) over (order by r.created_at, r.refund_id) as so_far
				from refund r
				where r.account_id = p_account_id and r.charge_id = p_charge_id and r.status <> 'failed'
			) o
			where o.so_far > p_counted_minor and o.amount_minor = p_amount_minor
			order by o.created_at, o.refund_id
			limit 1
		);
	end if;
	-- It could not be asked: an equal one shortly before is the same, later it is a new one.
	return (
		select r.refund_id
		from refund r
		where r.account_id = p_account_id and r.charge_id = p_charge_id and r.status <> 'failed'
			and r.amount_minor = p_amount_minor
			and r.created_at > now() - p_window_ms * interval '1 millisecond'
		order by r.created_at desc
		limit 1
	);
end
$$;
comment on function kassa.refund_find(text, text, bigint, bigint, bigint) is
	'The refund that an equal request has already, if this one is a retry. Part of refund_reserve, which holds the lock. Source: design §5.';

create or replace function kassa.refund_reserve(
	p_account_id text,
	p_charge_id text,
	p_refund_id text,
	p_amount_minor bigint,
	p_counted_minor bigint,
	p_window_ms bigint,
	p_resolve_after_ms bigint
)
returns table (
	refund_id text,
	fresh boolean,
	rule kassa.refund_rule,
	processor text,
	amount_minor bigint,
	currency text,
	status kassa.charge_status,
	decline kassa.decline,
	settled_at timestamptz
)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	refunded charge;
	known text;
begin
	-- One refund of a charge at a time; what follows sees what the one before committed.
	select * into refunded from charge c
		where c.account_id = p_account_id and c.charge_id = p_charge_id
		for update;
	if not found then
		perform fault('charge_unknown', format('account %s has no charge %s', p_account_id, p_charge_id));
	end if;
	if refunded.status <> 'succeeded' then
		perform fault('charge_state_invalid', format('it is %s', refunded.status));
	end if;
	known := refund_find(p_account_id, p_charge_id, p_amount_minor, p_counted_minor, p_window_ms);
	if known is null then
		perform refund_insert(refunded, p_refund_id, p_amount_minor, p_counted_minor, p_resolve_after_ms);
	end if;
	return query select r.refund_id, known is null, case when p_counted_minor is null then 'window'
			else 'platform_total' end::refund_rule, r.processor, r.amount_minor, r.currency, r.status,
			r.decline, r.settled_at
		from refund r
		where r.account_id = p_account_id and r.refund_id = coalesce(known, p_refund_id);
end
$$;
comment on function kassa.refund_reserve(text, text, text, bigint, bigint, bigint, bigint) is
	'The refund that this request has already, or a fresh one with its pending transfer, committed before the processor is asked. p_counted_minor: what the platform counts as refunded, null if it could not be asked. Source: design §5.';
grant execute on function kassa.refund_reserve(text, text, text, bigint, bigint, bigint, bigint) to kassa_server;

create or replace function kassa.refund_insert(
	p_charge kassa.charge,
	p_refund_id text,
	p_amount_minor bigint,
	p_counted_minor bigint,
	p_resolve_after_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- The constraint refunds_never_exceed_the_charge holds the limit; this gives it its name.
	if p_amount_minor > p_charge.captured_minor - p_charge.refunded_minor then
		perform fault('refund_exceeds_charge', format('%s of %s minor units are left',
			p_charge.captured_minor - p_charge.refunded_minor, p_charge.captured_minor));
	end if;
	update charge c set refunded_minor = c.refunded_minor + p_amount_minor
		where c.account_id = p_charge.account_id and c.charge_id = p_charge.charge_id;
	insert into refund (account_id, refund_id, charge_id, amount_minor, currency, ordinal, rule, processor)
		values (p_charge.account_id, p_refund_id, p_charge.charge_id, p_amount_minor, p_charge.currency,
			case when p_counted_minor is not null then (
				select count(*) from refund r
				where r.account_id = p_charge.account_id and r.charge_id = p_charge.charge_id
			) end,
			case when p_counted_minor is null then 'window' else 'platform_total' end::refund_rule,
			p_charge.processor);
	perform transfer_reserve(p_charge.account_id, p_charge.charge_id, p_refund_id, p_amount_minor,
		p_charge.currency);
	perform job_add(p_charge.account_id, 'refund_resolve', p_refund_id, p_resolve_after_ms);
end
$$;
comment on function kassa.refund_insert(kassa.charge, text, bigint, bigint, bigint) is
	'A fresh refund out of what is captured and not refunded. Part of refund_reserve, which holds the lock.';

create or replace function kassa.refund_settle(
	p_account_id text,
	p_refund_id text,
	p_outcome kassa.outcome,
	p_decline kassa.decline,
	p_reference text,
	p_minute_ms bigint
)
returns table (
	refund_id text,
	status kassa.charge_status,
	decline kassa.decline,
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
	becomes charge_status;
begin
	select r.status into was from refund r
		where r.account_id = p_account_id and r.refund_id = p_refund_id
		for update;
	if not found then
		perform fault('refund_unknown', format('account %s has no refund %s', p_account_id, p_refund_id));
	end if;
	if was in ('succeeded', 'failed') then
		null;	-- whoever is second finds it done
	elsif p_outcome in ('succeeded', 'failed') then
		perform refund_end(p_account_id, p_refund_id, p_outcome, p_decline, p_reference);
	else
		update refund r
			set status = case when r.status = 'pending' then r.status else p_outcome::text::charge_status end,
				reference = coalesce(nullif(p_reference, ''), r.reference)
			where r.account_id = p_account_id and r.refund_id = p_refund_id
			returning r.status into becomes;
		perform job_plan(p_account_id, 'refund_resolve', p_refund_id, becomes, p_minute_ms);
	end if;
	return query select r.refund_id, r.status, r.decline, r.settled_at, r.status <> was,
			(was, p_outcome) in (('succeeded', 'failed'), ('failed', 'succeeded'))
		from refund r
		where r.account_id = p_account_id and r.refund_id = p_refund_id;
end
$$;
comment on function kassa.refund_settle(text, text, kassa.outcome, kassa.decline, text, bigint) is
	'What a processor said of a refund, whoever heard it; an end is reached once and never changes. Source: design §5.';
grant execute on function kassa.refund_settle(text, text, kassa.outcome, kassa.decline, text, bigint) to kassa_server;

create or replace function kassa.refund_end(
	p_account_id text,
	p_refund_id text,
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
	ended refund;
begin
	update refund r
		set status = p_outcome::text::charge_status,
			decline = case when p_outcome = 'failed' then p_decline else 'none' end,
			reference = coalesce(nullif(p_reference, ''), r.reference),
			settled_at = now()
		where r.account_id = p_account_id and r.refund_id = p_refund_id
		returning * into ended;
	perform transfer_resolve(p_account_id, ended.charge_id, p_refund_id,
		case when p_outcome = 'succeeded' then 'post' else 'void' end::transfer_phase);
	if p_outcome = 'failed' then
		update charge c set refunded_minor = c.refunded_minor - ended.amount_minor
			where c.account_id = p_account_id and c.charge_id = ended.charge_id;
	end if;
	perform job_end(p_account_id, 'refund_resolve', p_refund_id);
end
$$;
comment on function kassa.refund_end(text, text, kassa.outcome, kassa.decline, text) is
	'Succeeded posts the transfer; failed voids it and gives the amount back to the charge''s limit. Part of refund_settle, which holds the lock.';
