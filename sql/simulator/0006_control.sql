-- The control API of the marketplace: what a developer or a test does on the platform's side (docs/simulator.md).

create function simulator.location_shown(l simulator.location) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select json_build_object('id', l.location_id, 'name', l.name, 'companyId', l.company_id, 'installed', l.installed,
	    'provider', json_build_object('registered', l.provider is not null, 'test', l.keys -> 'test' is not null,
	        'live', l.keys -> 'live' is not null))
$$;
create function simulator.company_shown(c simulator.company) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select json_build_object('id', c.company_id, 'name', c.name, 'domain', nullif(c.domain, ''),
	    'installed', c.installed, 'installsFuture', c.installs_future,
	    'locations', coalesce((select json_agg(location_shown(l) order by l.name, l.location_id)
	        from location l where l.company_id = c.company_id), '[]'))
$$;

create function simulator.company_create(p_body json) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	c company;
	v_locations json := case json_typeof(p_body -> 'locations') when 'array' then p_body -> 'locations' end;
	v_count int := case when v_locations is null then coalesce((p_body ->> 'locations')::int, 1) end;
begin
	insert into company (company_id, name, domain)
	values (coalesce(p_body ->> 'id', platform_id()), coalesce(nullif(p_body ->> 'name', ''), 'Agency'),
	    coalesce(p_body #>> '{whitelabel,domain}', ''))
	on conflict (company_id) do update set name = excluded.name
	returning * into c;
	insert into location (location_id, company_id, name)
	select coalesce(w ->> 'id', platform_id()), c.company_id, coalesce(w ->> 'name', 'Location')
	from json_array_elements(v_locations) w
	union all
	select platform_id(), c.company_id, 'Location ' || n from generate_series(1, v_count) n
	on conflict (location_id) do nothing;
	return company_shown(c);
end
$$;

-- The webhooks that go with it, as the platform words them (contract §7.1).
create function simulator.install_announce(l simulator.location, p_app_id text) returns void language plpgsql
set search_path = simulator, pg_temp as $$
begin
	perform webhook_add(json_strip_nulls(json_build_object('type', 'INSTALL', 'appId', p_app_id, 'versionId', p_app_id,
	    'installType', 'Location', 'locationId', l.location_id, 'companyId', l.company_id, 'userId', platform_id(),
	    'companyName', c.name, 'isWhitelabelCompany', c.domain <> '',
	    'whitelabelDetails', case when c.domain <> '' then json_build_object('domain', c.domain) end)), p_app_id)
	from company c where c.company_id = l.company_id;
end
$$;

create function simulator.installation_create(p_body json, p_app_id text, p_visible_after_ms int) returns json
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_code text := secret('code');
	v_company text := p_body ->> 'companyId';
	v_bulk boolean := coalesce((p_body ->> 'bulk')::boolean, false);
	v_ids text[] := array(select json_array_elements_text(coalesce(p_body -> 'locationIds', '[]')));
	l location;
begin
	if v_company is null then
		select company_id into v_company from location where location_id = v_ids[1];
	end if;
	if not exists (select from company where company_id = v_company)
	    or (not v_bulk and (select count(*) from location where location_id = any (v_ids) and company_id = v_company) <> coalesce(array_length(v_ids, 1), 0))
	    or (not v_bulk and coalesce(array_length(v_ids, 1), 0) = 0) then
		return null;
	end if;
	for l in
		update location set installed = true, changed_at = clock_timestamp(),
		    visible_at = clock_timestamp() + case when v_bulk then p_visible_after_ms else 0 end * interval '1 ms'
		where company_id = v_company and not installed and (v_bulk or location_id = any (v_ids)) returning *
	loop
		perform install_announce(l, p_app_id);
	end loop;
	if v_bulk then
		update company set installed = true,
		    installs_future = coalesce((p_body ->> 'installToFutureLocations')::boolean, false) where company_id = v_company;
	end if;
	insert into authorization_code (code_sha256, company_id, location_id, is_bulk, expires_at)
	values (digest(v_code), v_company,
	    case when not v_bulk and coalesce(p_body ->> 'by', 'location') = 'location' and array_length(v_ids, 1) = 1 then v_ids[1] end,
	    v_bulk, clock_timestamp() + interval '10 minutes');
	return json_build_object('code', v_code);
end
$$;

create function simulator.installation_delete(p_body json, p_app_id text) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_location text := p_body ->> 'locationId';
	v_company text := coalesce(p_body ->> 'companyId', (select company_id from location where location_id = p_body ->> 'locationId'));
	v_ended int;
begin
	update location set installed = false, changed_at = clock_timestamp()
	where company_id = v_company and (v_location is null or location_id = v_location);
	get diagnostics v_ended = row_count;
	if v_ended = 0 then
		return null;
	end if;
	update app_grant set is_dead = true where company_id = v_company and (v_location is null or location_id = v_location);
	if v_location is null then
		update company set installed = false, installs_future = false where company_id = v_company;
	end if;
	perform webhook_add(json_strip_nulls(json_build_object('type', 'UNINSTALL', 'appId', p_app_id,
	    'companyId', case when v_location is null then v_company end, 'locationId', v_location)), p_app_id);
	return '{}';
end
$$;

-- A location that comes later: if its company wanted that, the app is there at once and only a webhook tells.
create function simulator.location_create(p_body json, p_app_id text) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	l location;
begin
	insert into location (location_id, company_id, name, installed)
	select coalesce(p_body ->> 'id', platform_id()), c.company_id, coalesce(nullif(p_body ->> 'name', ''), 'New location'), c.installs_future
	from company c where c.company_id = p_body ->> 'companyId'
	returning * into l;
	if l.location_id is null then
		return null;
	end if;
	if l.installed then
		perform install_announce(l, p_app_id);
	end if;
	return location_shown(l);
end
$$;

create function simulator.fault_create(p_body json) returns json language sql
set search_path = simulator, pg_temp as $$
	insert into fault (path, kind, remaining, ms)
	values (p_body ->> 'path', p_body ->> 'kind', coalesce((p_body ->> 'count')::int, 1), coalesce((p_body ->> 'ms')::int, 0))
	returning json_build_object('path', path, 'kind', kind, 'count', remaining, 'ms', ms)
$$;

-- null: there is no such thing. Bodies are checked by what the statements take.
create function simulator.control(p_what text, p_id text, p_body json, p_app_id text, p_visible_after_ms int)
returns json language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_answer json;
begin
	case p_what
	when 'POST companies' then
		return company_create(p_body);
	when 'GET companies' then
		return json_build_object('companies', coalesce((select json_agg(company_shown(c) order by c.created_at) from company c), '[]'));
	when 'GET company' then
		select company_shown(c) into v_answer from company c where c.company_id = p_id;
		return v_answer;
	when 'POST installations' then
		return installation_create(p_body, p_app_id, p_visible_after_ms);
	when 'DELETE installations' then
		return installation_delete(p_body, p_app_id);
	when 'POST locations' then
		return location_create(p_body, p_app_id);
	when 'GET calls' then
		return json_build_object('calls', coalesce((select json_agg(json_build_object('id', c.call_id, 'at', time_text(c.at),
		    'method', c.method, 'path', c.path, 'query', c.query, 'body', c.body, 'class', c.class, 'resource', c.location_id,
		    'httpStatus', c.http_status, 'answer', c.answer) order by c.call_id desc)
		    from (select * from platform_call where p_id is null or path = p_id order by call_id desc limit 500) c), '[]'));
	when 'GET provider' then
		select json_build_object('provider', l.provider, 'capability', l.capability, 'keys', (select json_object_agg(m.key,
		    json_build_object('publishableKey', m.value ->> 'publishableKey', 'apiKeySha256', digest(m.value ->> 'apiKey'),
		        'apiKeyLastFour', right(m.value ->> 'apiKey', 4))) from json_each(l.keys) m)) into v_answer
		from location l where l.location_id = p_id;
		return v_answer;
	when 'GET faults' then
		return json_build_object('faults', coalesce((select json_agg(json_build_object('path', path, 'kind', kind,
		    'count', remaining, 'ms', ms) order by fault_id) from fault where remaining > 0), '[]'));
	when 'POST faults' then
		return fault_create(p_body);
	when 'DELETE faults' then
		delete from fault;
		return '{}';
	when 'GET replays' then
		return json_build_object('replays', (select coalesce(sum(replays), 0) from spent_refresh));
	end case;
end
$$;

-- How a location's orders reach its provider; nulls where it has none.
create function simulator.provider_of(p_location_id text, p_live_mode boolean, out payments_url text, out query_url text,
    out api_key text, out publishable_key text)
language sql stable set search_path = simulator, pg_temp as $$
	select max(l.provider ->> 'paymentsUrl'), max(l.provider ->> 'queryUrl'),
	    max(l.keys #>> array[case when p_live_mode then 'live' else 'test' end, 'apiKey']),
	    max(l.keys #>> array[case when p_live_mode then 'live' else 'test' end, 'publishableKey'])
	from location l where l.location_id = p_location_id and l.installed and l.keys is not null
$$;
