-- The simulator's books: what the stand-in for the platform knows of its orders, and all that was
-- said about them.  In a database of its own (kassa_simulator), owned by the role that the simulator
-- logs in as.  Nothing here is Kassa's; running it again changes nothing.

create schema if not exists simulator;

-- An order and its one transaction.  Both identifiers look like the platform's: 24 hex digits.
create table if not exists simulator.platform_order (
	order_id	text primary key check (order_id ~ '^[0-9a-f]{24}$'),
	transaction_id	text not null unique check (transaction_id ~ '^[0-9a-f]{24}$'),
	location_id	text not null,
	amount		numeric not null check (amount > 0),	-- major units
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	dialect		text not null check (dialect in ('live', 'brief')),
	contact_id	text not null,
	contact_name	text not null,
	contact_email	text not null,
	contact_phone	text not null,
	product		text not null,
	live_mode	boolean not null,
	status		text not null default 'pending'
			check (status in ('pending', 'paid', 'failed')),
	charge_id	text not null default '',		-- as the checkout page named it
	events		bigint not null default 0,		-- how many were ever written down
	created_at	timestamptz not null default clock_timestamp(),
	updated_at	timestamptz not null default clock_timestamp()
);

create index if not exists platform_order_newest on simulator.platform_order (created_at desc);

-- A message between the parent page and the checkout page, or a query to the provider's queryUrl.
create table if not exists simulator.event (
	order_id	text not null references simulator.platform_order,
	event_id	bigint not null,			-- counts up within the order
	at		timestamptz not null default clock_timestamp(),
	direction	text check (direction in ('received', 'sent')),	-- of a message
	content		json not null,			-- the message, or the request without its key
	note		text not null default '',		-- what was strange about it
	answer		json,					-- of a query
	http_status	int,
	duration_us	bigint,
	outcome		text check (outcome in ('running', 'pending', 'paid', 'failed')),
	primary key (order_id, event_id),
	-- Either a message or a query.
	check ((direction is null) <> (outcome is null))
);

create or replace function simulator.object_id() returns text language sql volatile
set search_path = pg_catalog, pg_temp as $$
	select lpad(to_hex(extract(epoch from clock_timestamp())::bigint), 8, '0')
	    || right(replace(gen_random_uuid()::text, '-', ''), 16)
$$;

create or replace function simulator.time_text(p_at timestamptz) returns text language sql immutable
set search_path = pg_catalog, pg_temp as $$
	select to_char(p_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The columns that the program reads, in its order (src/simulator/order_store.c).
create or replace view simulator.shown_order as
	select order_id, transaction_id, location_id, trim_scale(amount)::text as amount, currency,
	    dialect, contact_id, contact_name, contact_email, contact_phone, product, live_mode, status,
	    charge_id, simulator.time_text(created_at) as created_at,
	    simulator.time_text(updated_at) as updated_at
	from simulator.platform_order;

create or replace function simulator.order_create(p_location_id text, p_amount numeric,
    p_currency text, p_dialect text, p_contact_id text, p_contact_name text, p_contact_email text,
    p_contact_phone text, p_product text, p_live_mode boolean) returns setof simulator.shown_order
language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_order_id text := object_id();
begin
	insert into platform_order (order_id, transaction_id, location_id, amount, currency, dialect,
	    contact_id, contact_name, contact_email, contact_phone, product, live_mode)
	values (v_order_id, object_id(), p_location_id, p_amount, p_currency, p_dialect,
	    coalesce(nullif(p_contact_id, ''), object_id()), p_contact_name, p_contact_email,
	    p_contact_phone, p_product, p_live_mode);
	return query select * from shown_order o where o.order_id = v_order_id;
end
$$;

-- The newest orders as one JSON array.
create or replace function simulator.order_list(p_limit int) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select coalesce(json_agg(json_build_object('orderId', o.order_id,
	    'transactionId', o.transaction_id, 'status', o.status, 'amount', trim_scale(o.amount),
	    'currency', o.currency, 'product', o.product, 'contactName', o.contact_name,
	    'dialect', o.dialect, 'createdAt', time_text(o.created_at)) order by o.created_at desc), '[]')
	from (select * from platform_order order by created_at desc limit p_limit) o
$$;

create or replace function simulator.order_messages(p_order_id text) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select coalesce(json_agg(json_build_object('id', event_id, 'at', time_text(at),
	    'direction', direction, 'message', content, 'note', note) order by event_id), '[]')
	from event where order_id = p_order_id and direction is not null
$$;

create or replace function simulator.order_queries(p_order_id text) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select coalesce(json_agg(json_build_object('id', event_id, 'at', time_text(at),
	    'request', content, 'httpStatus', http_status, 'answer', answer,
	    'durationMs', round(duration_us / 1000.0, 1), 'outcome', outcome, 'reason', note)
	    order by event_id), '[]')
	from event where order_id = p_order_id and outcome is not null
$$;

-- The number of an order's next event.  500 are kept: a page that never stops talking fills no
-- disk.
create or replace function simulator.event_number(p_order_id text) returns bigint language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_event_id bigint;
begin
	update platform_order set events = events + 1, updated_at = clock_timestamp()
	where order_id = p_order_id returning events into strict v_event_id;
	delete from event where order_id = p_order_id and event_id <= v_event_id - 500;
	return v_event_id;
end
$$;

-- p_body is the request body, {"direction": …, "message": …}; the message is kept as written.  A
-- charge id belongs to the order once the page names it; a paid order keeps the one it has.
create or replace function simulator.message_add(p_order_id text, p_direction text, p_body json,
    p_note text, p_charge_id text) returns bigint language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_event_id bigint := event_number(p_order_id);
begin
	insert into event (order_id, event_id, direction, content, note)
	values (p_order_id, v_event_id, p_direction, p_body -> 'message', p_note);
	if p_charge_id <> '' then
		update platform_order set charge_id = p_charge_id
		where order_id = p_order_id and status <> 'paid';
	end if;
	return v_event_id;
end
$$;

-- Written before the query leaves, so that the page can show it under way.
create or replace function simulator.query_begin(p_order_id text, p_request json) returns bigint
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_event_id bigint := event_number(p_order_id);
begin
	insert into event (order_id, event_id, content, outcome)
	values (p_order_id, v_event_id, p_request, 'running');
	return v_event_id;
end
$$;

-- The answer's verdict moves the order; only a paid order does not move any more.
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
	where order_id = p_order_id returning status into strict v_status;
	return v_status;
end
$$;
