-- A call of the platform's API from its door to its log: the fault that was switched on for it, its token, the
-- limits of contract.md §10, whether the token's scopes allow it, and what custom providers may say (§5).

-- Calls of a location or company today; its row makes them one behind the other.
create table simulator.call_count (
	resource	text primary key,
	day		date not null,
	calls		int not null
);
create index platform_call_resource on simulator.platform_call (location_id, at);

create function simulator.rate_take(p_resource text, p_rate int, out remaining int, out remaining_day int)
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_day constant int := 200000;
begin
	insert into call_count as c (resource, day, calls) values (p_resource, current_date, 1)
	on conflict (resource) do update set day = excluded.day,
	    calls = case when c.day = excluded.day then c.calls else 0 end + 1
	returning v_day - c.calls + 1 into remaining_day;
	select p_rate - count(*) into remaining from platform_call c
	where c.location_id = p_resource and c.at > clock_timestamp() - interval '10 seconds' and c.http_status <> 429;
end
$$;

-- The next fault for an address, used up by this call; ids in addresses are "{id}".
create function simulator.fault_take(p_path text, out fault text, out ms int)
language sql set search_path = simulator, pg_temp as $$
	update fault f set remaining = f.remaining - 1
	where f.remaining > 0 and f.fault_id = (select o.fault_id from fault o
	    where o.path in (p_path, regexp_replace(p_path, '[0-9a-f]{24}$', '{id}')) and o.remaining > 0
	    order by o.fault_id limit 1)
	returning f.kind, f.ms
$$;

-- Which scope a call needs. Source: the official documents' security of each.
create function simulator.scope_of(p_what text) returns text language sql immutable
set search_path = simulator, pg_temp as $$
	select case when p_what = 'GET connect' then 'payments/custom-provider.readonly'
	    when p_what like '% /oauth/locationToken' then 'oauth.write'
	    when p_what like '% /oauth/installedLocations' then 'oauth.readonly'
	    when p_what like '% /payments/transactions/%' then 'payments/transactions.readonly'
	    when p_what like '% /payments/orders/%' then 'payments/orders.readonly'
	    else 'payments/custom-provider.write' end
$$;

-- What stands before every call but the one for tokens, in the platform's order; null: nothing does.
create function simulator.api_gate(g simulator.app_grant, p_what text, p_version text, p_remaining int)
returns simulator.api_answer language sql immutable set search_path = simulator, pg_temp as $$
	select case when coalesce(p_version, '') = '' then api_error(401, 'version header was not found.')
	    when p_version not in ('2021-07-28', '2021-04-15', '2023-02-21', 'v3') then
	        api_error(401, 'version header is invalid')
	    when g.grant_id is null then api_error(401, 'Invalid JWT')
	    when p_remaining <= 0 then api_error(429, 'Too Many Requests')
	    when scope_of(p_what) <> all (string_to_array(g.scope, ' ')) then
	        api_error(401, 'The token is not authorized for this scope.') end
$$;

-- All that is wrong with a body that has these fields and no others; "string?" may be missing.
create function simulator.body_complaints(p_body json, p_fields json, p_before text default '') returns text[]
language sql immutable set search_path = simulator, pg_temp as $$
	select case when p_body is null or json_typeof(p_body) <> 'object' then
	    array[rtrim('body ' || p_before, '. ') || ' must be an object'] else array(
	    select 'property ' || p_before || b || ' should not exist' from json_object_keys(p_body) b
	    where p_fields -> b is null
	    union all
	    select p_before || f.key || ' must be ' || case rtrim(f.value, '?') when 'object' then 'an ' else 'a ' end
	        || rtrim(f.value, '?') from json_each_text(p_fields) f
	    where coalesce(json_typeof(p_body -> f.key), case when f.value like '%?' then rtrim(f.value, '?') end)
	        is distinct from rtrim(f.value, '?')) end
$$;

create function simulator.provider_complaints(p_what text, p_body json) returns text[] language sql immutable
set search_path = simulator, pg_temp as $$
	select case p_what
	when 'POST provider' then body_complaints(p_body, '{"name":"string","description":"string",
	    "paymentsUrl":"string","queryUrl":"string","imageUrl":"string","supportsSubscriptionSchedule":"boolean"}')
	when 'POST connect' then body_complaints(p_body, '{"live":"object","test":"object"}') || array(
	    select c from (values ('live'), ('test')) m (mode), unnest(body_complaints(p_body -> m.mode,
	    '{"apiKey":"string","publishableKey":"string"}', m.mode || '.')) c where json_typeof(p_body -> m.mode) = 'object')
	when 'POST disconnect' then body_complaints(p_body, '{"liveMode":"boolean"}')
	when 'PUT capabilities' then body_complaints(p_body,
	    '{"supportsSubscriptionSchedules":"boolean","locationId":"string?","companyId":"string?"}')
	else '{}' end
$$;

drop function simulator.provider_shown(simulator.location);
create function simulator.provider_shown(l simulator.location, p_app_id text) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select (coalesce(l.provider, '{}')::jsonb || jsonb_build_object('_id', substr(digest(l.location_id), 1, 24),
	    'locationId', l.location_id, 'marketplaceAppId', p_app_id, 'deleted', l.provider is null,
	    'paymentProvider', coalesce((select jsonb_object_agg(m.key, m.value || jsonb_build_object('liveMode', m.key = 'live'))
	        from jsonb_each(coalesce(l.keys, '{}')::jsonb) m), '{}'),
	    'createdAt', time_text(coalesce(l.registered_at, l.changed_at)), 'updatedAt', time_text(l.changed_at),
	    'traceId', gen_random_uuid()))::json
$$;

-- /payments/custom-provider/…
drop function simulator.api_provider(text, simulator.app_grant, json, json);
create function simulator.api_provider(p_what text, g simulator.app_grant, p_query json, p_body json, p_app_id text)
returns simulator.api_answer language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_id text := case when p_what like 'PUT %' then p_body ->> 'locationId' else p_query ->> 'locationId' end;
	v_wrong text[] := provider_complaints(p_what, p_body);
	l location;
begin
	if g.location_id is null then
		return api_error(401, 'This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the case.');
	elsif cardinality(v_wrong) > 0 and coalesce(v_id, '') <> '' and v_id = g.location_id then
		return api_refusal(422, v_wrong);
	elsif p_what = 'PUT capabilities' and coalesce(v_id, '') = '' and coalesce(p_body ->> 'companyId', '') <> '' then
		return api_capability(g, p_body);
	elsif coalesce(v_id, '') = '' then
		return api_refusal(422, array_prepend('locationId should not be empty', v_wrong));
	elsif v_id <> g.location_id then
		return api_error(403, 'The token does not have access to this location.');
	end if;
	select * into strict l from location where location_id = v_id for update;
	if p_what = 'GET connect' and l.provider is not null then
		return (200, provider_shown(l, p_app_id))::api_answer;
	elsif p_what <> 'POST provider' and l.provider is null then
		return api_error(400, 'No such config exists for given locationId and marketplaceAppId');
	end if;
	update location set changed_at = clock_timestamp(),
	    provider = case p_what when 'POST provider' then p_body when 'DELETE provider' then null else provider end,
	    registered_at = case p_what when 'POST provider' then coalesce(registered_at, clock_timestamp())
	        when 'DELETE provider' then null else registered_at end,
	    keys = case p_what when 'POST connect' then p_body when 'DELETE provider' then null
	        when 'POST disconnect' then (keys::jsonb - case when (p_body ->> 'liveMode')::boolean then 'live' else 'test' end)::json
	        else keys end,
	    capability = case p_what when 'PUT capabilities' then (p_body ->> 'supportsSubscriptionSchedules')::boolean else capability end
	where location_id = v_id returning * into l;
	return case when p_what in ('POST provider', 'POST connect') then (200, provider_shown(l, p_app_id))::api_answer
	    else (200, '{"success":true}')::api_answer end;
end
$$;

-- For all of a company, by one of its locations.
create function simulator.api_capability(g simulator.app_grant, p_body json) returns simulator.api_answer
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_wrong text[] := provider_complaints('PUT capabilities', p_body);
begin
	if cardinality(v_wrong) > 0 then
		return api_refusal(422, v_wrong);
	elsif p_body ->> 'companyId' <> g.company_id then
		return api_error(403, 'The token does not have access to this company.');
	end if;
	update company set capability = (p_body ->> 'supportsSubscriptionSchedules')::boolean where company_id = g.company_id;
	return (200, '{"success":true}')::api_answer;
end
$$;

-- Secrets of a call or an answer, for the log; jsonb first, since a name can be written in many ways.
create or replace function simulator.masked(p_json json) returns json language sql immutable
set search_path = simulator, pg_temp as $$
	select regexp_replace(p_json::jsonb::text,
	    '("(?:client_secret|code|refresh_token|access_token|apiKey)"\s*:\s*)("(?:[^"\\]|\\.)*"|[^",}\]]+)', '\1"…"', 'g')::json
$$;

create function simulator.call_log(p_call simulator.platform_call) returns void language sql
set search_path = simulator, pg_temp as $$
	insert into platform_call (method, path, query, body, class, location_id, http_status, answer)
	values (p_call.method, p_call.path, p_call.query, masked(p_call.body), p_call.class, p_call.location_id,
	    p_call.http_status, masked(p_call.answer));
	delete from platform_call where call_id <= (select max(call_id) - 5000 from platform_call)
$$;

-- One call of the provider. The fault that is switched on for it, if there is one, is in fault and ms; "lost" does the
-- work, the others but "slow" are instead of it.
drop function simulator.api_call(text, text, json, json, text, text, text, text, int);
create function simulator.api_call(p_method text, p_path text, p_query json, p_body json, p_token text, p_version text,
    p_client_id text, p_client_secret text, p_rate int,
    out http_status int, out body json, out fault text, out ms int, out remaining int, out remaining_day int)
language plpgsql set search_path = simulator, pg_temp as $$
declare
	g app_grant;
	v_answer api_answer;
	v_call platform_call;
	v_app_id text := split_part(p_client_id, '-', 1);
	v_what text := p_method || ' ' || regexp_replace(p_path, '^/payments/custom-provider/', '');
begin
	select t.fault, t.ms into fault, ms from fault_take(p_path) t;
	g := bearer(p_token);
	v_call.location_id := coalesce(g.location_id, g.company_id);
	if g.grant_id is not null then
		select r.remaining, r.remaining_day into remaining, remaining_day from rate_take(v_call.location_id, p_rate) r;
	end if;
	if fault in ('429', '500', 'reset', 'malformed') then
		v_answer := api_fault(fault);
	elsif p_path = '/oauth/token' then
		v_answer := api_token(p_body, p_client_id, p_client_secret);
	else
		v_answer := coalesce(api_gate(g, v_what, p_version, least(remaining, remaining_day)),
		    case v_what when 'POST /oauth/locationToken' then api_location_token(g, p_body, v_app_id)
		    when 'GET /oauth/installedLocations' then api_installed_locations(g, p_query, v_app_id)
		    else api_provider(v_what, g, p_query, p_body, v_app_id) end);
	end if;
	v_call.method := p_method;
	v_call.path := p_path;
	v_call.query := p_query;
	v_call.body := p_body;
	v_call.class := case when g.grant_id is null then null when g.location_id is null then 'Company' else 'Location' end;
	v_call.http_status := v_answer.http_status;
	v_call.answer := v_answer.body;
	perform call_log(v_call);
	http_status := v_answer.http_status;
	body := v_answer.body;
end
$$;

create function simulator.api_fault(p_fault text) returns simulator.api_answer language sql immutable
set search_path = simulator, pg_temp as $$
	select case when p_fault = '429' then api_error(429, 'Too Many Requests')
	    else (500, '{"statusCode":500,"message":"Internal Server Error"}')::api_answer end
$$;

-- A transaction or an order that is read back; status null: it may be, and the program answers it. ${p_own_location} is
-- that of the developer's own token, if it came: a Private Integration Token, with all scopes and outside the limits.
drop function simulator.read_allowed(text, text);
create function simulator.api_read(p_path text, p_query json, p_token text, p_version text, p_own_location text,
    p_rate int, out http_status int, out body json, out fault text, out ms int, out remaining int,
    out remaining_day int)
language plpgsql set search_path = simulator, pg_temp as $$
declare
	g app_grant;
	v_answer api_answer;
	v_call platform_call;
begin
	select t.fault, t.ms into fault, ms from fault_take(p_path) t;
	if coalesce(p_own_location, '') <> '' then
		g.grant_id := 0;
		g.location_id := p_own_location;
		g.scope := scopes_all();
	else
		g := bearer(p_token);
		v_call.location_id := coalesce(g.location_id, g.company_id);
		if g.grant_id is not null then
			select r.remaining, r.remaining_day into remaining, remaining_day from rate_take(v_call.location_id, p_rate) r;
		end if;
	end if;
	v_answer := case when fault in ('429', '500', 'reset', 'malformed') then api_fault(fault)
	    else coalesce(api_gate(g, 'GET ' || p_path, p_version, least(remaining, remaining_day)),
	        api_read_refusal(g, p_path, p_query)) end;
	v_call.method := 'GET';
	v_call.path := p_path;
	v_call.query := p_query;
	v_call.class := case when g.grant_id is null then null when g.location_id is null then 'Company' else 'Location' end;
	v_call.location_id := coalesce(v_call.location_id, g.location_id);
	v_call.http_status := coalesce(v_answer.http_status, 200);
	v_call.answer := coalesce(v_answer.body, json_build_object('_id', split_part(p_path, '/', 4)));
	perform call_log(v_call);
	http_status := v_answer.http_status;
	body := v_answer.body;
end
$$;

create function simulator.api_read_refusal(g simulator.app_grant, p_path text, p_query json)
returns simulator.api_answer language sql stable set search_path = simulator, pg_temp as $$
	select case when coalesce(p_query ->> 'altId', '') = '' then api_error(422, 'altId should not be empty')
	    when coalesce(p_query ->> 'altType', '') <> 'location' then
	        api_error(422, 'altType must be one of the following values: location')
	    when g.location_id is null then api_error(401, 'This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the case.')
	    when g.location_id <> p_query ->> 'altId' then
	        api_error(403, 'The token does not have access to this location.')
	    when not exists (select from platform_order o where o.location_id = g.location_id
	        and case split_part(p_path, '/', 3) when 'orders' then o.order_id else o.transaction_id end
	            = split_part(p_path, '/', 4)) then
	        (404, json_build_object('status', 404, 'message', case split_part(p_path, '/', 3) when 'orders' then 'Order'
	            else 'Transaction' end || ' not found', 'name', 'HttpException', 'traceId', gen_random_uuid()))::api_answer end
$$;
