-- External billing: orders opened by the billing page, ended by their charges, told to the platform by jobs.
-- A job's subject is "order:number:state", so that what became untrue while it waited is not said.
set local role kassa_books;

create or replace function kassa.billing_order_open(
	p_account_id text,
	p_order_id text,
	p_price_minor bigint,
	p_currency text,
	p_recurring boolean,
	p_company_id text,
	p_bills_company boolean,
	p_location_ids text[]
)
returns table (
	account_id text,
	order_id text,
	state kassa.billing_state,
	amount_minor bigint,
	currency text,
	recurring boolean,
	payable boolean,
	publishable_key text
)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	count_of_payers int := cardinality(p_location_ids) + p_bills_company::int;
begin
	if not exists (select from account a where a.account_id = p_account_id) then
		perform fault('account_unknown', format('there is no account %s to pay the plan to', p_account_id));
	end if;
	insert into billing_order (account_id, order_id, company_id, price_minor, amount_minor, currency, recurring)
		values (p_account_id, p_order_id, p_company_id, p_price_minor, p_price_minor * count_of_payers, p_currency,
			p_recurring);
	insert into billing_report (account_id, order_id, number, payer, reference_id)
		select p_account_id, p_order_id, row_number() over (order by w.payer, w.place), w.payer, w.reference_id
		from (
			select 'company'::billing_payer as payer, 0 as place, p_company_id as reference_id where p_bills_company
			union all
			select 'location', l.place, l.reference_id
			from unnest(p_location_ids) with ordinality as l (reference_id, place)
		) w;
	return query select * from billing_order_read(p_order_id);
end
$$;
comment on function kassa.billing_order_open(text, text, bigint, text, boolean, text, boolean, text[]) is
	'An order over the plan''s price for each that is billed. Source: contract §9.';
grant execute on function kassa.billing_order_open(text, text, bigint, text, boolean, text, boolean, text[]) to kassa_server;

create or replace function kassa.billing_order_read(p_order_id text)
returns table (
	account_id text,
	order_id text,
	state kassa.billing_state,
	amount_minor bigint,
	currency text,
	recurring boolean,
	payable boolean,
	publishable_key text
)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
		select o.account_id, o.order_id,
			case when o.state = 'failed' and billing_is_pending(o.account_id, o.order_id) then 'open' else o.state end::billing_state,
			o.amount_minor, o.currency, o.recurring,
			-- Five declined cards are the end of a session (kassa.charge_check), and with it of its order.
			o.state <> 'paid' and not exists (
				select from charge c
				where c.account_id = o.account_id and c.charge_id = o.charge_id and c.attempt >= 5
			), (
			select k.publishable_key from api_key k
			where k.account_id = o.account_id and k.kind = 'publishable' and k.revoked_at is null
			order by k.created_at desc
			limit 1
		)
		from billing_order o
		where o.order_id = p_order_id;
	if not found then
		perform fault('billing_unknown', 'no billing order has this id');
	end if;
end
$$;
comment on function kassa.billing_order_read(text) is
	'An order, and the key with which its checkout opens. What a page says of its amount is compared with this.';
grant execute on function kassa.billing_order_read(text) to kassa_server;

create or replace function kassa.billing_is_pending(p_account_id text, p_order_id text)
returns boolean
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return exists (
		select from charge c
		where c.account_id = p_account_id and c.transaction_id = p_order_id and c.status in ('sending', 'pending', 'unknown')
	);
end
$$;
comment on function kassa.billing_is_pending(text, text) is
	'Whether a charge of the order has no end yet: whatever came of those before, it has not failed.';

create or replace function kassa.billing_end(p_charge kassa.charge)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	becomes billing_state := (case p_charge.status when 'succeeded' then 'paid' else 'failed' end)::billing_state;
	-- Who was declined may have another card; only behind the last attempt it is told at once.
	after_ms bigint := (case when p_charge.status = 'succeeded' or p_charge.attempt >= 5 then 0 else 900000 end)::bigint;
	report billing_report;
begin
	-- Only a charge of a payer over the order's whole amount is one of this order.
	update billing_order o
		set state = becomes, charge_id = p_charge.charge_id
		where o.account_id = p_charge.account_id and o.order_id = p_charge.transaction_id and o.state <> 'paid'
			and p_charge.session_id is not null
			and (o.amount_minor, o.currency) = (p_charge.amount_minor, p_charge.currency);
	if not found then
		return;
	end if;
	for report in
		update billing_report r
			set state = becomes, tries = 0
			where r.account_id = p_charge.account_id and r.order_id = p_charge.transaction_id
			returning r.*
	loop
		perform job_end(report.account_id, 'billing_report', billing_subject(report, 'failed'));
		perform job_add(report.account_id, 'billing_report', billing_subject(report, becomes), after_ms);
	end loop;
end
$$;
comment on function kassa.billing_end(kassa.charge) is
	'How an order was paid, or not, and a job for each who has to hear it. Part of charge_end: one transaction. Source: contract §9.';

create or replace function kassa.billing_subject(p_report kassa.billing_report, p_state kassa.billing_state)
returns text
language plpgsql
immutable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return p_report.order_id || ':' || p_report.number || ':' || p_state;
end
$$;
comment on function kassa.billing_subject(kassa.billing_report, kassa.billing_state) is
	'The subject of the job that tells this of a report.';

create or replace function kassa.billing_report_read(p_account_id text, p_subject text)
returns table (
	payer kassa.billing_payer,
	reference_id text,
	state kassa.billing_state,
	order_id text,
	charge_id text,
	price_minor bigint,
	currency text,
	recurring boolean
)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
		select r.payer, r.reference_id, r.state, o.order_id, o.charge_id, o.price_minor, o.currency, o.recurring
		from billing_report r
		join billing_order o on o.account_id = r.account_id and o.order_id = r.order_id
		where r.account_id = p_account_id and r.order_id = split_part(p_subject, ':', 1)
			and r.number = split_part(p_subject, ':', 2)::int
			and r.state = split_part(p_subject, ':', 3)::billing_state and r.told <> r.state
			-- Another card is being charged: its end adds a job of its own.
			and not (r.state = 'failed' and billing_is_pending(r.account_id, r.order_id));
end
$$;
comment on function kassa.billing_report_read(text, text) is
	'What the job with this subject has to tell; no row when it was told, or is not true any more.';
grant execute on function kassa.billing_report_read(text, text) to kassa_server;

create or replace function kassa.billing_report_told(p_account_id text, p_subject text)
returns table (state kassa.billing_state)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	said billing_state := split_part(p_subject, ':', 3)::billing_state;
	report billing_report;
begin
	select * into report from billing_report r
		where r.account_id = p_account_id and r.order_id = split_part(p_subject, ':', 1)
			and r.number = split_part(p_subject, ':', 2)::int
		for update;
	if not found then
		return;
	end if;
	if report.state = said then
		update billing_report r set told = said, told_at = now()
			where r.account_id = p_account_id and r.order_id = report.order_id and r.number = report.number;
	else
		-- The order was paid while its failure was on the way: what is true has to be said last.
		update billing_report r set told = 'open'
			where r.account_id = p_account_id and r.order_id = report.order_id and r.number = report.number;
		perform job_add(p_account_id, 'billing_report', billing_subject(report, report.state), 0);
	end if;
	return query select report.state;
end
$$;
comment on function kassa.billing_report_told(text, text) is 'The platform took what the job with this subject told.';
grant execute on function kassa.billing_report_told(text, text) to kassa_server;

create or replace function kassa.billing_report_missed(p_account_id text, p_subject text)
returns table (again boolean)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	said_in_vain int;
begin
	update billing_report r set tries = r.tries + 1
		where r.account_id = p_account_id and r.order_id = split_part(p_subject, ':', 1)
			and r.number = split_part(p_subject, ':', 2)::int
			and r.state = split_part(p_subject, ':', 3)::billing_state
		returning r.tries into said_in_vain;
	-- Twice as long each time, up to an hour, half of it jitter; after about a week the queue gives it up.
	if said_in_vain <= 180 then
		perform job_add(p_account_id, 'billing_report', p_subject,
			(least(3600000, 1000 * 2 ^ least(said_in_vain - 1, 12)) * (0.5 + random() / 2))::bigint);
	end if;
	return query select coalesce(said_in_vain <= 180, false);
end
$$;
comment on function kassa.billing_report_missed(text, text) is
	'The platform did not take it, or its answer was lost: the same is said again later, unless this has gone on for a week.';
grant execute on function kassa.billing_report_missed(text, text) to kassa_server;
