-- Refunds of an order: each query that asked for one, and how much the platform counts as refunded.

alter table simulator.platform_order
	add column refunded_amount numeric not null default 0 check (refunded_amount >= 0);

alter table simulator.event
	drop constraint event_outcome_check,
	add constraint event_outcome_check
		check (outcome in ('running', 'pending', 'paid', 'failed', 'refunded'));

-- One query for a refund.  The amount on the order is the one that counts; a provider that refunds
-- more than was paid is believed, and seen.
create table simulator.refund (
	order_id	text not null references simulator.platform_order,
	event_id	bigint not null,		-- of the query, which may have been pushed out
	amount		numeric not null check (amount > 0),	-- major units
	status		text not null default 'running'
			check (status in ('running', 'refunded', 'pending', 'failed')),
	counted		boolean not null default false,
	refund_id	text not null default '',	-- as the provider named it
	reason		text not null default '',
	created_at	timestamptz not null default clock_timestamp(),
	primary key (order_id, event_id),
	check (status = 'refunded' or not counted)
);

-- "paid" is where an order's own status ends; what came back of the money is said in its place.
create function simulator.shown_status(p_status text, p_amount numeric, p_refunded_amount numeric)
returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
	select case
	when p_status <> 'paid' or p_refunded_amount = 0 then p_status
	when p_refunded_amount < p_amount then 'partially_refunded'
	else 'refunded' end
$$;

create or replace view simulator.shown_order as
	select order_id, transaction_id, location_id, trim_scale(amount)::text as amount, currency,
	    dialect, contact_id, contact_name, contact_email, contact_phone, product, live_mode,
	    simulator.shown_status(status, amount, refunded_amount) as status, charge_id,
	    simulator.time_text(created_at) as created_at,
	    simulator.time_text(updated_at) as updated_at,
	    trim_scale(refunded_amount)::text as refunded_amount,
	    trim_scale(greatest(amount - refunded_amount, 0))::text as refundable_amount
	from simulator.platform_order;

create function simulator.order_line(p_order simulator.platform_order) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select json_build_object('orderId', p_order.order_id, 'transactionId', p_order.transaction_id,
	    'status', shown_status(p_order.status, p_order.amount, p_order.refunded_amount),
	    'amount', trim_scale(p_order.amount),
	    'refundedAmount', trim_scale(p_order.refunded_amount), 'currency', p_order.currency,
	    'product', p_order.product, 'contactId', p_order.contact_id,
	    'contactName', p_order.contact_name, 'dialect', p_order.dialect,
	    'createdAt', time_text(p_order.created_at))
$$;

create or replace function simulator.order_list(p_limit int) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select coalesce(json_agg(order_line(o) order by o.created_at desc), '[]')
	from (select * from platform_order order by created_at desc limit p_limit) o
$$;

create function simulator.refund_line(p_refund simulator.refund) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select json_build_object('amount', trim_scale(p_refund.amount),
	    'refundId', nullif(p_refund.refund_id, ''), 'status', p_refund.status,
	    'counted', p_refund.counted, 'reason', p_refund.reason,
	    'at', time_text(p_refund.created_at), 'queryId', p_refund.event_id)
$$;

create function simulator.order_refunds(p_order_id text) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select coalesce(json_agg(refund_line(r) order by r.event_id), '[]')
	from refund r where r.order_id = p_order_id
$$;

-- Only a paid order does not move any more; the answer is what is shown of it.
create or replace function simulator.query_end(p_order_id text, p_event_id bigint, p_answer json,
    p_http_status int, p_duration_us bigint, p_outcome text, p_reason text) returns text
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_status text;
begin
	update event set answer = p_answer, http_status = p_http_status, duration_us = p_duration_us,
	    outcome = p_outcome, note = p_reason
	where order_id = p_order_id and event_id = p_event_id;
	update platform_order set updated_at = clock_timestamp(),
	    status = case when status = 'paid' then status else p_outcome end
	where order_id = p_order_id
	returning shown_status(status, amount, refunded_amount) into strict v_status;
	return v_status;
end
$$;

-- Written before the query leaves.  500 are kept, as of events.
create function simulator.refund_begin(p_order_id text, p_amount numeric, p_request json)
returns bigint language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_event_id bigint := query_begin(p_order_id, p_request);
begin
	insert into refund (order_id, event_id, amount) values (p_order_id, v_event_id, p_amount);
	delete from refund where order_id = p_order_id and event_id in (
		select event_id from refund where order_id = p_order_id
		order by event_id desc offset 500);
	return v_event_id;
end
$$;

-- The sum is moved by one statement, which waits for the row: of two at once, both are counted.
create function simulator.refund_end(p_order_id text, p_event_id bigint, p_answer json,
    p_http_status int, p_duration_us bigint, p_outcome text, p_reason text, p_refund_id text,
    p_counted boolean, p_amount numeric,
    out status text, out refunded_amount text, out refundable_amount text, out refund json)
language plpgsql set search_path = simulator, pg_temp as $$
#variable_conflict use_column
declare
	v_refund simulator.refund;
begin
	update event set answer = p_answer, http_status = p_http_status, duration_us = p_duration_us,
	    outcome = p_outcome, note = p_reason
	where order_id = p_order_id and event_id = p_event_id;
	update refund set status = p_outcome, counted = p_counted, refund_id = p_refund_id,
	    reason = p_reason
	where order_id = p_order_id and event_id = p_event_id returning * into v_refund;
	update platform_order set updated_at = clock_timestamp(), refunded_amount = refunded_amount
	    + case when p_counted then p_amount else 0 end
	where order_id = p_order_id;
	select o.status, o.refunded_amount, o.refundable_amount
	into strict refund_end.status, refund_end.refunded_amount, refund_end.refundable_amount
	from shown_order o where o.order_id = p_order_id;
	refund_end.refund := refund_line(v_refund);
end
$$;
