-- Webhooks: what the platform has to tell a provider, every try to do so, and what the provider tells the
-- platform about payments of its own (external billing).

-- The body is kept as the bytes that are sent: retries and resends carry the same ones.
create table simulator.webhook (
	webhook_id	text primary key check (length(webhook_id) between 1 and 79),
	type		text not null check (length(type) between 1 and 79),
	company_id	text not null default '',
	location_id	text not null default '',
	body		text not null,
	state		text not null default 'due' check (state in ('due', 'delivered', 'given_up')),
	round_tries	int not null default 0,		-- since it was made or sent again by hand
	next_at		timestamptz not null default clock_timestamp(),
	created_at	timestamptz not null default clock_timestamp()
);

create index webhook_due on simulator.webhook (next_at) where state = 'due';
create index webhook_newest on simulator.webhook (created_at desc);

create table simulator.webhook_try (
	webhook_id	text not null references simulator.webhook on delete cascade,
	try_id		int not null,			-- counts up within the webhook
	at		timestamptz not null default clock_timestamp(),
	scheme		text not null,
	http_status	int,				-- null: no answer, or none yet
	answer		text not null default '',
	detail		text not null default '',	-- why there was none
	duration_us	bigint,				-- null: under way, or its sender died
	primary key (webhook_id, try_id)
);

-- How webhooks are signed; one row.
create table simulator.webhook_scheme (
	one		boolean primary key default true check (one),
	scheme		text not null check (scheme in ('both', 'ed25519', 'rsa', 'none', 'bad', 'N/A'))
);
insert into simulator.webhook_scheme (scheme) values ('both');

create function simulator.webhook_shown(w simulator.webhook) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select json_build_object('webhookId', w.webhook_id, 'type', w.type,
	    'companyId', nullif(w.company_id, ''), 'locationId', nullif(w.location_id, ''),
	    'state', w.state, 'createdAt', time_text(w.created_at),
	    'nextAt', case when w.state = 'due' then time_text(w.next_at) end, 'body', w.body,
	    'tries', (select coalesce(json_agg(json_build_object('id', t.try_id, 'at', time_text(t.at),
	        'scheme', t.scheme, 'httpStatus', t.http_status, 'answer', t.answer,
	        'detail', t.detail, 'durationMs', round(t.duration_us / 1000.0, 1)) order by t.try_id), '[]')
	        from webhook_try t where t.webhook_id = w.webhook_id))
$$;

-- ${p_body} goes out as it is, with webhookId, timestamp and appId where it has none.  An id that was
-- used before is a conflict (KA053): the platform does not do that, a resend is something else.
create function simulator.webhook_add(p_body json, p_app_id text) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_id	text := coalesce(nullif(p_body ->> 'webhookId', ''), gen_random_uuid()::text);
	v_body	text;
	v_made	webhook;
begin
	delete from webhook where created_at < now() - interval '30 days';
	select '{' || string_agg(to_json(m.key)::text || ':' || m.value, ',' order by m.at) || '}'
	into strict v_body
	from (
		select key, value::text, ordinality as at
		from json_each(p_body) with ordinality
		union all
		select added.key, to_json(added.value)::text, 1000 + added.at
		from (values ('appId', p_app_id, 1), ('timestamp', time_text(clock_timestamp()), 2),
		    ('webhookId', v_id, 3)) added (key, value, at)
		where p_body -> added.key is null
	) m;
	insert into webhook (webhook_id, type, company_id, location_id, body)
	values (v_id, p_body ->> 'type', coalesce(p_body ->> 'companyId', ''),
	    coalesce(p_body ->> 'locationId', ''), v_body)
	on conflict do nothing returning * into v_made;
	if not found then
		raise exception 'webhookId was used before' using errcode = 'KA053';
	end if;
	return webhook_shown(v_made);
end
$$;

-- Who takes one has until the lease is over to say what came of it.
create function simulator.webhook_take(p_limit int, p_lease_ms int, out webhook_id text, out body text,
    out scheme text, out try_id int) returns setof record language plpgsql
set search_path = simulator, pg_temp as $$
#variable_conflict use_column
begin
	return query
	with due as materialized (
		select w.webhook_id from webhook w
		where w.state = 'due' and w.next_at <= clock_timestamp()
		order by w.next_at limit p_limit for update skip locked
	), taken as (
		update webhook w set round_tries = w.round_tries + 1,
		    next_at = clock_timestamp() + p_lease_ms * interval '1 ms'
		from due where w.webhook_id = due.webhook_id
		returning w.webhook_id, w.body
	)
	insert into webhook_try as t (webhook_id, try_id, scheme)
	select taken.webhook_id, 1 + coalesce((select max(o.try_id) from webhook_try o
	    where o.webhook_id = taken.webhook_id), 0), s.scheme
	from taken, webhook_scheme s
	returning t.webhook_id, (select taken.body from taken where taken.webhook_id = t.webhook_id),
	    t.scheme, t.try_id;
end
$$;

-- Anything but a 2xx is tried again: after p_retry_ms, then twice that, and so on, with jitter.
create function simulator.webhook_end(p_webhook_id text, p_try_id int, p_result json, p_retry_ms int,
    p_tries_max int) returns text language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_status int := (p_result ->> 'httpStatus')::int;
	v_state	 text;
begin
	update webhook_try set http_status = v_status, answer = p_result ->> 'answer',
	    detail = p_result ->> 'detail', duration_us = (p_result ->> 'durationUs')::bigint
	where webhook_id = p_webhook_id and try_id = p_try_id;
	update webhook w set
	    state = case when v_status between 200 and 299 then 'delivered'
	        when w.round_tries >= p_tries_max then 'given_up' else 'due' end,
	    next_at = clock_timestamp()
	        + p_retry_ms * power(2, w.round_tries - 1) * (0.75 + random() / 2) * interval '1 ms'
	where w.webhook_id = p_webhook_id and w.state = 'due'
	returning w.state into v_state;
	return v_state;
end
$$;

-- By hand, as from the platform's log of webhooks: the same bytes once more, and all its tries again.
create function simulator.webhook_resend(p_webhook_id text) returns json language sql
set search_path = simulator, pg_temp as $$
	update webhook w set state = 'due', round_tries = 0, next_at = clock_timestamp()
	where w.webhook_id = p_webhook_id
	returning webhook_shown(w)
$$;

create function simulator.webhook_list(p_limit int, out webhooks json, out counts json, out scheme text)
language plpgsql stable set search_path = simulator, pg_temp as $$
begin
	select coalesce(json_agg(webhook_shown(w) order by w.created_at desc, w.webhook_id), '[]') into webhooks
	from (select * from webhook order by created_at desc, webhook_id limit p_limit) w;
	select json_build_object('due', count(*) filter (where state = 'due'),
	    'delivered', count(*) filter (where state = 'delivered'),
	    'givenUp', count(*) filter (where state = 'given_up')) into counts
	from webhook;
	select s.scheme into strict scheme from webhook_scheme s;
end
$$;

create function simulator.webhook_scheme_set(p_scheme text) returns text language sql
set search_path = simulator, pg_temp as $$
	update webhook_scheme set scheme = p_scheme returning scheme
$$;

-- What the provider says was paid to it for the app (contract.md §9).
create table simulator.billing_call (
	billing_call_id	bigint generated always as identity primary key,
	at		timestamptz not null default clock_timestamp(),
	body		json not null
);

create function simulator.billing_add(p_body json) returns bigint language sql
set search_path = simulator, pg_temp as $$
	insert into billing_call (body) values (p_body) returning billing_call_id
$$;

-- "repeats" counts the calls before it that said the same, which a provider should not make.
create function simulator.billing_list(p_limit int) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select coalesce(json_agg(json_build_object('id', billing_call_id, 'at', time_text(at), 'body', body,
	    'repeats', repeats) order by billing_call_id desc), '[]')
	from (
		select *, row_number() over (partition by body::jsonb order by billing_call_id) - 1 as repeats
		from billing_call order by billing_call_id desc limit p_limit
	) b
$$;
