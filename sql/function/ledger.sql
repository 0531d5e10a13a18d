-- The ledger: reserve, then post or void; and the proof that the books balance.
-- transfer_* are for the other functions here; ledger_* are for the operator (kassactl).
set local role kassa_books;

create or replace function kassa.transfer_reserve(
	p_account_id text,
	p_charge_id text,
	p_refund_id text,
	p_amount_minor bigint,
	p_currency text
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	insert into ledger_account (account_id, name, currency) values
		(p_account_id, 'processor_clearing', p_currency),
		(p_account_id, 'merchant_payable', p_currency)
		on conflict do nothing;
	insert into transfer (account_id, phase, debit, credit, currency, amount_minor, charge_id, refund_id)
		select p_account_id, 'pending', way.debit::ledger_name, way.credit::ledger_name, p_currency,
			p_amount_minor, p_charge_id, p_refund_id
		from (values
			(false, 'processor_clearing', 'merchant_payable'),
			(true, 'merchant_payable', 'processor_clearing')
		) as way (back, debit, credit)
		where way.back = (p_refund_id is not null);
end
$$;
comment on function kassa.transfer_reserve(text, text, text, bigint, text) is
	'First phase: the pending transfer of a charge, or of a refund the other way round, committed before the processor is called. Source: design §5.';

create or replace function kassa.transfer_resolve(
	p_account_id text,
	p_charge_id text,
	p_refund_id text,
	p_phase kassa.transfer_phase
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	insert into transfer (account_id, phase, pending_id, debit, credit, currency, amount_minor, charge_id,
			refund_id)
		select t.account_id, p_phase, t.transfer_id, t.debit, t.credit, t.currency,
			t.amount_minor, t.charge_id, t.refund_id
		from transfer t
		where t.account_id = p_account_id and t.charge_id = p_charge_id
			and t.refund_key = coalesce(p_refund_id, '') and t.phase = 'pending';
	if not found then
		perform fault('internal', format('charge %s, refund %s has no pending transfer', p_charge_id,
			p_refund_id));
	end if;
end
$$;
comment on function kassa.transfer_resolve(text, text, text, kassa.transfer_phase) is
	'Second phase: post or void what was reserved; constraints allow one of them, once. Source: design §5.';

create or replace function kassa.ledger_totals()
returns table (
	account_id text,
	name kassa.ledger_name,
	currency text,
	posted_debit numeric,
	posted_credit numeric,
	pending_debit numeric,
	pending_credit numeric
)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	with entry as (
		select t.account_id, t.debit as name, t.currency, t.phase, t.amount_minor as debit, 0 as credit,
			t.transfer_id
		from transfer t
		union all
		select t.account_id, t.credit, t.currency, t.phase, 0, t.amount_minor, t.transfer_id
		from transfer t
	)
	select l.account_id, l.name, l.currency,
		coalesce(sum(e.debit) filter (where e.phase = 'post'), 0),
		coalesce(sum(e.credit) filter (where e.phase = 'post'), 0),
		coalesce(sum(e.debit) filter (where e.phase = 'pending' and r.transfer_id is null), 0),
		coalesce(sum(e.credit) filter (where e.phase = 'pending' and r.transfer_id is null), 0)
	from ledger_account l
	left join entry e
		on e.account_id = l.account_id and e.name = l.name and e.currency = l.currency
	left join transfer r
		on r.account_id = e.account_id and r.pending_id = e.transfer_id
	group by l.account_id, l.name, l.currency
	order by l.account_id, l.currency, l.name;
end
$$;
comment on function kassa.ledger_totals() is
	'What each account of the books has seen, posted and still pending, summed from the transfers. Source: design §5.';

create or replace function kassa.ledger_problems()
returns table (account_id text, subject text, problem text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query select * from ledger_transfer_problems()
	union all
	select * from ledger_charge_problems()
	union all
	select * from ledger_refund_problems()
	union all
	select * from ledger_forgotten_problems()
	union all
	select t.account_id, t.currency, 'debits and credits differ'
	from ledger_totals() t
	group by t.account_id, t.currency
	having sum(t.posted_debit) <> sum(t.posted_credit) or sum(t.pending_debit) <> sum(t.pending_credit)
	order by 1, 2, 3;
end
$$;
comment on function kassa.ledger_problems() is
	'Whatever is wrong with the books, one line each; none when they balance. It trusts no constraint. Source: design §2.4.';

create or replace function kassa.ledger_transfer_problems()
returns table (account_id text, subject text, problem text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	select t.account_id, 'transfer ' || t.transfer_id,
		case when p.transfer_id is null then 'resolves a pending transfer that is not there'
		else 'differs from the pending transfer that it resolves' end
	from transfer t
	left join transfer p
		on p.account_id = t.account_id and p.transfer_id = t.pending_id and p.phase = 'pending'
	where t.phase <> 'pending'
		and (p.debit, p.credit, p.currency, p.amount_minor, p.charge_id, p.refund_id)
			is distinct from (t.debit, t.credit, t.currency, t.amount_minor, t.charge_id, t.refund_id)
	union all
	select t.account_id, 'transfer ' || t.pending_id, 'is resolved more than once'
	from transfer t
	where t.pending_id is not null
	group by t.account_id, t.pending_id
	having count(*) > 1
	union all
	select t.account_id, 'transfer ' || t.transfer_id, 'belongs to no charge'
	from transfer t
	where not exists (
		select from charge c where c.account_id = t.account_id and c.charge_id = t.charge_id
	)
	union all
	select t.account_id, 'transfer ' || t.transfer_id, 'moves to or from an account that is not open'
	from transfer t
	where 2 <> (
		select count(*) from ledger_account l
		where l.account_id = t.account_id and l.currency = t.currency
			and l.name in (t.debit, t.credit)
	);
end
$$;
comment on function kassa.ledger_transfer_problems() is
	'Transfers against each other: a post or void copies one pending transfer, once. Part of ledger_problems.';

create or replace function kassa.ledger_charge_problems()
returns table (account_id text, subject text, problem text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	with reserved as (
		select t.account_id, t.charge_id,
			count(*) as count,
			count(*) filter (where r.pending_id is null) as open,
			sum(t.amount_minor) as amount_minor,
			max(t.currency) as currency
		from transfer t
		left join (
			select distinct n.account_id, n.pending_id from transfer n where n.phase <> 'pending'
		) r on r.account_id = t.account_id and r.pending_id = t.transfer_id
		where t.phase = 'pending' and t.refund_id is null
		group by t.account_id, t.charge_id
	), posted as (
		select t.account_id, t.charge_id, sum(t.amount_minor) as amount_minor
		from transfer t
		where t.phase = 'post' and t.refund_id is null
		group by t.account_id, t.charge_id
	), seen as (
		select c.account_id, c.charge_id, c.captured_minor, c.settled_at is not null as final,
			coalesce(r.count, 0) as reserved,
			coalesce(r.open, 0) as open,
			(r.amount_minor, r.currency) is distinct from (c.amount_minor, c.currency) as other_amount,
			coalesce(p.amount_minor, 0) as posted_minor
		from charge c
		left join reserved r on r.account_id = c.account_id and r.charge_id = c.charge_id
		left join posted p on p.account_id = c.account_id and p.charge_id = c.charge_id
	)
	select s.account_id, 'charge ' || s.charge_id, found.problem
	from seen s
	cross join lateral (values
		(s.captured_minor <> s.posted_minor,
			format('captured %s but posted %s', s.captured_minor, s.posted_minor)),
		(s.reserved <> 1, format('has %s pending transfers instead of one', s.reserved)),
		(s.reserved = 1 and s.other_amount, 'reserved another amount or currency than its own'),
		(s.final and s.open > 0, 'has ended but its pending transfer is open'),
		(not s.final and s.reserved = 1 and s.open = 0, 'has not ended but its pending transfer is resolved')
	) as found (broken, problem)
	where found.broken;
end
$$;
comment on function kassa.ledger_charge_problems() is
	'Charges against their transfers: captured is what was posted, open is what is reserved. Part of ledger_problems.';

create or replace function kassa.ledger_refund_problems()
returns table (account_id text, subject text, problem text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	with moved as (
		select t.account_id, t.refund_id,
			count(*) filter (where t.phase = 'pending') as reserved,
			count(*) filter (where t.phase = 'post') as posted,
			count(*) filter (where t.phase = 'void') as voided,
			bool_or((t.charge_id, t.amount_minor, t.currency, t.debit, t.credit) is distinct from
				(r.charge_id, r.amount_minor, r.currency, 'merchant_payable', 'processor_clearing')) as other
		from transfer t
		left join refund r on r.account_id = t.account_id and r.refund_id = t.refund_id
		where t.refund_id is not null
		group by t.account_id, t.refund_id
	)
	select coalesce(r.account_id, m.account_id), 'refund ' || coalesce(r.refund_id, m.refund_id), found.problem
	from refund r
	full join moved m on m.account_id = r.account_id and m.refund_id = r.refund_id
	cross join lateral (values
		(r.refund_id is null, 'has transfers but is not there'),
		(coalesce(m.reserved, 0) <> 1, format('has %s pending transfers instead of one', coalesce(m.reserved, 0))),
		(coalesce(m.other, false) and r.refund_id is not null, 'moved something else than its own amount'),
		(r.status = 'succeeded' and coalesce(m.posted, 0) <> 1, 'has succeeded but is not posted'),
		(r.status = 'failed' and coalesce(m.voided, 0) <> 1, 'has failed but is not void'),
		(r.settled_at is null and coalesce(m.posted, 0) + coalesce(m.voided, 0) > 0,
			'has not ended but its pending transfer is resolved')
	) as found (broken, problem)
	where found.broken
	union all
	select c.account_id, 'charge ' || c.charge_id, format('counts %s as refunded, its refunds are %s',
		c.refunded_minor, coalesce(sum(r.amount_minor), 0))
	from charge c
	left join refund r on r.account_id = c.account_id and r.charge_id = c.charge_id and r.status <> 'failed'
	group by c.account_id, c.charge_id, c.refunded_minor
	having c.refunded_minor <> coalesce(sum(r.amount_minor), 0);
end
$$;
comment on function kassa.ledger_refund_problems() is
	'Refunds against their transfers, and their sum against the charge. Part of ledger_problems.';

create or replace function kassa.ledger_forgotten_problems()
returns table (account_id text, subject text, problem text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	-- A setup's id is a capability: its prefix and 8 characters tell it apart and open nothing, as in the log.
	select o.account_id, o.noun || ' ' || case when o.noun = 'setup' then left(o.id, 11) else o.id end,
		'has no end and no job that will ask about it'
	from (
		select c.account_id, 'charge' as noun, c.charge_id as id, 'charge_resolve'::job_kind as kind
		from charge c where c.settled_at is null
		union all
		select r.account_id, 'refund', r.refund_id, 'refund_resolve'
		from refund r where r.settled_at is null
		union all
		select s.account_id, 'setup', s.setup_id, 'setup_resolve'
		from setup s where s.status in ('sending', 'unknown')
		union all
		select b.account_id, 'billing report', billing_subject(b, b.state), 'billing_report'
		from billing_report b where b.told <> b.state
	) o
	where not exists (
		select from job j where j.account_id = o.account_id and j.kind = o.kind and j.subject = o.id
	);
end
$$;
comment on function kassa.ledger_forgotten_problems() is
	'Intents without an end that nobody would ever ask about. Part of ledger_problems. Source: design §2.3.';

grant execute on function kassa.ledger_totals(), kassa.ledger_problems() to kassa_owner;
