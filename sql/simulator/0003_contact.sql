-- Contacts: what was said while a card was saved for one, the questions about saved cards, and the
-- orders that were charged to them.

-- A contact is there as soon as somebody names it; its name and address are those of its newest order.
create table simulator.contact (
	contact_id	text primary key check (contact_id <> ''),
	events		bigint not null default 0	-- how many were ever written down
);

-- A message between the contact's page and the checkout page, or a question about saved cards.
create table simulator.contact_event (
	contact_id	text not null references simulator.contact,
	event_id	bigint not null,		-- counts up within the contact
	at		timestamptz not null default clock_timestamp(),
	direction	text check (direction in ('received', 'sent')),	-- of a message
	content		json not null,			-- the message, or the request without its key
	note		text not null default '',	-- what was strange about it
	answer		json,				-- of a query
	http_status	int,
	duration_us	bigint,
	outcome		text check (outcome in ('running', 'listed', 'failed')),
	primary key (contact_id, event_id),
	-- Either a message or a query.
	check ((direction is null) <> (outcome is null))
);

-- The saved card that an order was charged to; empty for one that is paid in the checkout.
alter table simulator.platform_order
	add column payment_method_id text not null default '';

create index platform_order_contact on simulator.platform_order (contact_id, created_at desc);

create or replace view simulator.shown_order as
	select order_id, transaction_id, location_id, trim_scale(amount)::text as amount, currency,
	    dialect, contact_id, contact_name, contact_email, contact_phone, product, live_mode,
	    simulator.shown_status(status, amount, refunded_amount) as status, charge_id,
	    simulator.time_text(created_at) as created_at,
	    simulator.time_text(updated_at) as updated_at,
	    trim_scale(refunded_amount)::text as refunded_amount,
	    trim_scale(greatest(amount - refunded_amount, 0))::text as refundable_amount,
	    payment_method_id
	from simulator.platform_order;

-- One row, whether anything is known of the contact or not.
create function simulator.contact_show(p_contact_id text, p_limit int, out contact_name text,
    out contact_email text, out contact_phone text, out messages json, out queries json,
    out orders json)
language plpgsql stable set search_path = simulator, pg_temp as $$
begin
	select o.contact_name, o.contact_email, o.contact_phone
	into contact_name, contact_email, contact_phone
	from platform_order o where o.contact_id = p_contact_id
	order by o.created_at desc limit 1;
	select coalesce(json_agg(json_build_object('id', event_id, 'at', time_text(at),
	    'direction', direction, 'message', content, 'note', note) order by event_id), '[]')
	into messages
	from contact_event where contact_id = p_contact_id and direction is not null;
	select coalesce(json_agg(json_build_object('id', event_id, 'at', time_text(at),
	    'request', content, 'httpStatus', http_status, 'answer', answer,
	    'durationMs', round(duration_us / 1000.0, 1), 'outcome', outcome, 'reason', note)
	    order by event_id), '[]')
	into queries
	from contact_event where contact_id = p_contact_id and outcome is not null;
	select coalesce(json_agg(order_line(o) order by o.created_at desc), '[]')
	into orders
	from (select * from platform_order where contact_id = p_contact_id
	    order by created_at desc limit p_limit) o;
end
$$;

-- The number of a contact's next event; 500 are kept, as of an order's.
create function simulator.contact_event_number(p_contact_id text) returns bigint language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_event_id bigint;
begin
	insert into contact as c (contact_id, events) values (p_contact_id, 1)
	on conflict (contact_id) do update set events = c.events + 1
	returning c.events into strict v_event_id;
	delete from contact_event
	where contact_id = p_contact_id and event_id <= v_event_id - 500;
	return v_event_id;
end
$$;

create function simulator.contact_message_add(p_contact_id text, p_direction text, p_body json,
    p_note text) returns bigint language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_event_id bigint := contact_event_number(p_contact_id);
begin
	insert into contact_event (contact_id, event_id, direction, content, note)
	values (p_contact_id, v_event_id, p_direction, p_body -> 'message', p_note);
	return v_event_id;
end
$$;

create function simulator.contact_query_begin(p_contact_id text, p_request json) returns bigint
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_event_id bigint := contact_event_number(p_contact_id);
begin
	insert into contact_event (contact_id, event_id, content, outcome)
	values (p_contact_id, v_event_id, p_request, 'running');
	return v_event_id;
end
$$;

create function simulator.contact_query_end(p_contact_id text, p_event_id bigint, p_answer json,
    p_http_status int, p_duration_us bigint, p_outcome text, p_reason text) returns void
language sql set search_path = simulator, pg_temp as $$
	update contact_event set answer = p_answer, http_status = p_http_status,
	    duration_us = p_duration_us, outcome = p_outcome, note = p_reason
	where contact_id = p_contact_id and event_id = p_event_id
$$;

-- An order that is charged to a saved card, before the query leaves.
create function simulator.charge_create(p_location_id text, p_contact_id text,
    p_payment_method_id text, p_amount numeric, p_currency text, p_dialect text, p_product text,
    p_live_mode boolean) returns setof simulator.shown_order language plpgsql
set search_path = simulator, pg_temp as $$
#variable_conflict use_column
declare
	v_order_id text := object_id();
begin
	insert into platform_order (order_id, transaction_id, location_id, amount, currency, dialect,
	    contact_id, contact_name, contact_email, contact_phone, product, live_mode,
	    payment_method_id)
	select v_order_id, object_id(), p_location_id, p_amount, p_currency, p_dialect, p_contact_id,
	    coalesce(c.contact_name, ''), coalesce(c.contact_email, ''),
	    coalesce(c.contact_phone, ''), p_product, p_live_mode, p_payment_method_id
	from (values (1)) one left join lateral (
	    select o.contact_name, o.contact_email, o.contact_phone from platform_order o
	    where o.contact_id = p_contact_id order by o.created_at desc limit 1) c on true;
	return query select * from shown_order o where o.order_id = v_order_id;
end
$$;

-- The answer names the charge, which belongs to the order unless it has been paid with another.
create function simulator.charge_end(p_order_id text, p_event_id bigint, p_answer json,
    p_http_status int, p_duration_us bigint, p_outcome text, p_reason text, p_charge_id text)
returns setof simulator.shown_order language plpgsql
set search_path = simulator, pg_temp as $$
#variable_conflict use_column
begin
	if p_charge_id <> '' then
		update platform_order set charge_id = p_charge_id
		where order_id = p_order_id and status <> 'paid';
	end if;
	perform query_end(p_order_id, p_event_id, p_answer, p_http_status, p_duration_us, p_outcome,
	    p_reason);
	return query select * from shown_order o where o.order_id = p_order_id;
end
$$;
