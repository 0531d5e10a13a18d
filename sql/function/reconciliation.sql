-- Reconciliation: an account's books against the operations that its processor remembers (kassactl reconcile).
-- What is missing is booked by the same functions as ever; what differs is written down and never guessed.
set local role kassa_books;

create or replace function kassa.reconciliation_start(
	p_reconciliation_id text,
	p_account_id text,
	p_since timestamptz,
	p_dry_run boolean
)
returns table (account_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	chosen text;
begin
	for chosen in
		select a.account_id from account a where p_account_id is null or a.account_id = p_account_id order by 1
	loop
		insert into reconciliation (account_id, reconciliation_id, since, dry_run)
			values (chosen, p_reconciliation_id, p_since, p_dry_run);
		perform job_add(chosen, 'processor_reconcile', p_reconciliation_id, 0);
		return query select chosen;
	end loop;
end
$$;
comment on function kassa.reconciliation_start(text, text, timestamptz, boolean) is
	'A reconciliation of one account, or with null of all, and the jobs that do it. Source: docs/backup.md.';
grant execute on function kassa.reconciliation_start(text, text, timestamptz, boolean) to kassa_owner;

create or replace function kassa.reconciliation_page(
	p_account_id text,
	p_reconciliation_id text,
	p_processor text,
	p_operations jsonb,
	p_cursor text,
	p_minute_ms bigint
)
returns table (booked bigint, wrong bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	run reconciliation;
	operation processor_operation;
	found_verdict reconciliation_verdict;
	found_detail text;
begin
	-- Two at once would both find the same one missing.
	perform pg_advisory_xact_lock(hashtextextended('kassa.reconciliation ' || p_account_id, 0));
	select * into strict run from reconciliation r
		where r.account_id = p_account_id and r.reconciliation_id = p_reconciliation_id
		for update;
	for operation in select * from jsonb_populate_recordset(null::processor_operation, p_operations)
	loop
		select j.verdict, j.detail into strict found_verdict, found_detail
			from reconcile(run, p_processor, operation, p_minute_ms) j;
		insert into reconciled (account_id, reconciliation_id, key, kind, verdict, amount_minor, currency, detail)
			values (run.account_id, run.reconciliation_id, operation.key, operation.kind, found_verdict,
				operation.amount_minor, operation.currency, left(found_detail, 200))
			on conflict do nothing;		-- a list that moved while it was read tells one twice
	end loop;
	update reconciliation r set cursor = p_cursor
		where r.account_id = p_account_id and r.reconciliation_id = p_reconciliation_id;
	-- Whoever gets on keeps the job, however long the list is.
	update job j set run_at = greatest(j.run_at, now() + interval '1 minute')
		where j.account_id = p_account_id and j.kind = 'processor_reconcile' and j.subject = p_reconciliation_id;
	return query select * from reconciliation_counts(run);
end
$$;
comment on function kassa.reconciliation_page(text, text, text, jsonb, text, bigint) is
	'A page of a processor''s operations, judged and booked, and the cursor behind it, in one transaction. Source: src/pay/pay_reconcile.c.';
grant execute on function kassa.reconciliation_page(text, text, text, jsonb, text, bigint) to kassa_server;

create or replace function kassa.reconciliation_end(
	p_account_id text,
	p_reconciliation_id text,
	p_processor text,
	p_fault text
)
returns table (booked bigint, wrong bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	run reconciliation;
begin
	update reconciliation r set ended_at = coalesce(r.ended_at, now()), fault = p_fault
		where r.account_id = p_account_id and r.reconciliation_id = p_reconciliation_id
		returning * into strict run;
	if p_fault = '' then
		-- What had its end before the list was first asked for would have to be in it.
		insert into reconciled (account_id, reconciliation_id, key, kind, verdict, amount_minor, currency, detail)
			select o.account_id, run.reconciliation_id, o.id, o.kind, 'only_here', o.amount_minor, o.currency,
				'succeeded here, and is not in the processor''s list'
			from (
				select c.account_id, c.charge_id as id, 'charge'::operation_kind as kind, c.amount_minor, c.currency
				from charge c
				where c.account_id = run.account_id and c.created_at >= run.since and c.status = 'succeeded'
					and c.processor = p_processor and c.settled_at < run.created_at
				union all
				select r.account_id, r.refund_id, 'refund', r.amount_minor, r.currency
				from refund r
				where r.account_id = run.account_id and r.created_at >= run.since and r.status = 'succeeded'
					and r.processor = p_processor and r.settled_at < run.created_at
			) o
			where not exists (
				select from reconciled d
				where d.account_id = run.account_id and d.reconciliation_id = run.reconciliation_id and d.key = o.id
			);
	end if;
	perform pg_notify('kassa_reconciliation', p_reconciliation_id);
	return query select * from reconciliation_counts(run);
end
$$;
comment on function kassa.reconciliation_end(text, text, text, text) is
	'The whole list was read, or cannot be read at all (p_fault): what is only here, and how it went.';
grant execute on function kassa.reconciliation_end(text, text, text, text) to kassa_server;

create or replace function kassa.reconciliation_counts(p_run kassa.reconciliation)
returns table (booked bigint, wrong bigint)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query select count(*) filter (where d.verdict in ('booked', 'settled')),
			count(*) filter (where d.verdict in ('differs', 'unbookable', 'only_here'))
		from reconciled d
		where d.account_id = p_run.account_id and d.reconciliation_id = p_run.reconciliation_id;
end
$$;
comment on function kassa.reconciliation_counts(kassa.reconciliation) is
	'How many operations were booked so far, and how many somebody has to look at.';

create or replace function kassa.reconcile(
	p_run kassa.reconciliation,
	p_processor text,
	p_operation kassa.processor_operation,
	p_minute_ms bigint
)
returns table (verdict kassa.reconciliation_verdict, detail text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known record;
	violated text;
	empty_column text;
begin
	select * into known from reconcile_find(p_run.account_id, p_processor, p_operation);
	if known.is_same is false then
		return query select 'differs'::reconciliation_verdict, known.detail;
	elsif known.is_same and not known.ends then
		return query select 'agrees'::reconciliation_verdict, '';
	elsif known.is_same and p_run.dry_run then
		return query select 'open'::reconciliation_verdict, '';
	elsif known.is_same then
		perform reconcile_settle(p_run.account_id, p_operation, p_minute_ms);
		return query select 'settled'::reconciliation_verdict, '';
	elsif p_operation.outcome not in ('succeeded', 'pending') then
		return query select 'idle'::reconciliation_verdict, '';
	elsif p_run.dry_run then
		return query select 'missing'::reconciliation_verdict, '';
	else
		perform reconcile_book(p_run.account_id, p_processor, p_operation, p_minute_ms);
		return query select 'booked'::reconciliation_verdict, '';
	end if;
exception
	-- What a constraint forbids is not booked: a second charge of a transaction, more than was captured.
	when no_data_found then
		return query select 'unbookable'::reconciliation_verdict, 'its charge is not in the books';
	when integrity_constraint_violation then
		get stacked diagnostics violated = constraint_name, empty_column = column_name;
		return query select 'unbookable'::reconciliation_verdict,
			'the books do not take it: ' || coalesce(nullif(violated, ''), 'no ' || empty_column);
end
$$;
comment on function kassa.reconcile(kassa.reconciliation, text, kassa.processor_operation, bigint) is
	'One operation against the books: found, booked, or neither, and then nothing of it stays. Part of reconciliation_page.';

create or replace function kassa.reconcile_find(
	p_account_id text,
	p_processor text,
	p_operation kassa.processor_operation
)
returns table (is_same boolean, ends boolean, detail text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	select not (o.other_money or o.other_end), o.has_no_end and p_operation.outcome in ('succeeded', 'failed'),
		case when o.other_money then format('%s %s minor units here', o.currency, o.amount_minor)
			else format('%s here, %s there', o.status, p_operation.outcome) end
	from (
		select k.amount_minor, k.currency, k.status, k.settled_at is null as has_no_end,
			(k.amount_minor, k.currency, k.processor, k.charge_key) is distinct from
				(p_operation.amount_minor, p_operation.currency, p_processor,
					case when p_operation.kind = 'refund' then p_operation.charge_key end) as other_money,
			k.settled_at is not null and k.status::text <> p_operation.outcome::text as other_end
		from (
			select c.amount_minor, c.currency, c.processor, c.status, c.settled_at, null as charge_key
			from charge c
			where p_operation.kind = 'charge' and c.account_id = p_account_id and c.charge_id = p_operation.key
			union all
			select r.amount_minor, r.currency, r.processor, r.status, r.settled_at, r.charge_id
			from refund r
			where p_operation.kind = 'refund' and r.account_id = p_account_id and r.refund_id = p_operation.key
		) k
	) o;
end
$$;
comment on function kassa.reconcile_find(text, text, kassa.processor_operation) is
	'How the books have an operation, if they do: the same, and whether the processor knows its end and they do not. Part of reconcile.';

create or replace function kassa.reconcile_book(
	p_account_id text,
	p_processor text,
	p_operation kassa.processor_operation,
	p_minute_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	if p_operation.kind = 'charge' then
		perform reconcile_charge(p_account_id, p_processor, p_operation);
		perform transfer_reserve(p_account_id, p_operation.key, null, p_operation.amount_minor, p_operation.currency);
		perform job_add(p_account_id, 'charge_resolve', p_operation.key, p_minute_ms);
	else
		perform reconcile_refund(p_account_id, p_processor, p_operation);
		perform transfer_reserve(p_account_id, p_operation.charge_key, p_operation.key, p_operation.amount_minor,
			p_operation.currency);
		perform job_add(p_account_id, 'refund_resolve', p_operation.key, p_minute_ms);
	end if;
	perform reconcile_settle(p_account_id, p_operation, p_minute_ms);
end
$$;
comment on function kassa.reconcile_book(text, text, kassa.processor_operation, bigint) is
	'The intent that was lost, and then its end by the one completion path. Part of reconcile.';

create or replace function kassa.reconcile_settle(
	p_account_id text,
	p_operation kassa.processor_operation,
	p_minute_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	if p_operation.kind = 'charge' then
		perform charge_settle(p_account_id, p_operation.key, p_operation.outcome, p_operation.decline,
			p_operation.reference, '', p_minute_ms);
	else
		perform refund_settle(p_account_id, p_operation.key, p_operation.outcome, p_operation.decline,
			p_operation.reference, p_minute_ms);
	end if;
end
$$;
comment on function kassa.reconcile_settle(text, kassa.processor_operation, bigint) is
	'What the processor says of an operation, by the way that every answer takes. Part of reconcile.';

create or replace function kassa.reconcile_charge(
	p_account_id text,
	p_processor text,
	p_operation kassa.processor_operation
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	of_kept boolean;
	of_session text;
begin
	-- A card that was kept after the restored point is not here: its charge then stands as that of a session.
	of_kept := p_operation.request_sha256 is not null and exists (
		select from payment_method m
		where m.account_id = p_account_id and m.payment_method_id = p_operation.payment_method_id
	);
	if not of_kept then
		insert into checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency,
				amount_source, contact_id)
			values (p_account_id, p_operation.session_id, p_operation.transaction_id, 'live',
				p_operation.amount_minor, p_operation.currency, 'platform', p_operation.contact_id)
			on conflict (account_id, transaction_id) do nothing;
		select s.session_id into strict of_session from checkout_session s
			where s.account_id = p_account_id and s.transaction_id = p_operation.transaction_id
			for update;
	end if;
	insert into charge (account_id, charge_id, session_id, attempt, transaction_id, contact_id, payment_method_id,
			request_sha256, processor, amount_minor, currency, saves, created_at)
		values (p_account_id, p_operation.key, of_session,
			1 + (select count(*) from charge c where c.account_id = p_account_id and c.session_id = of_session),
			p_operation.transaction_id, p_operation.contact_id,
			case when of_kept then p_operation.payment_method_id end,
			case when of_kept then p_operation.request_sha256 end,
			p_processor, p_operation.amount_minor, p_operation.currency,
			coalesce(p_operation.saves, false) and p_operation.contact_id is not null, p_operation.at);
end
$$;
comment on function kassa.reconcile_charge(text, text, kassa.processor_operation) is
	'The row of a charge that the processor remembers, in its session, which may have to be made anew, or of its kept card. Part of reconcile_book.';

create or replace function kassa.reconcile_refund(
	p_account_id text,
	p_processor text,
	p_operation kassa.processor_operation
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	refunded text;
begin
	update charge c set refunded_minor = c.refunded_minor + p_operation.amount_minor
		where c.account_id = p_account_id and c.charge_id = p_operation.charge_key
			and c.currency = p_operation.currency
		returning c.charge_id into strict refunded;
	insert into refund (account_id, refund_id, charge_id, amount_minor, currency, rule, processor, created_at)
		values (p_account_id, p_operation.key, refunded, p_operation.amount_minor, p_operation.currency, 'reconciled',
			p_processor, p_operation.at);
end
$$;
comment on function kassa.reconcile_refund(text, text, kassa.processor_operation) is
	'The row of a refund that the processor remembers, out of the charge''s limit. Part of reconcile_book.';
