-- The control API again, with what it could not say yet: logos, scopes, approved locations, a location that is not
-- active, tokens that expire, an announcement with little in it (docs/simulator.md).

-- An id that a provider can keep; null makes one.
create function simulator.id_wanted(p_id text) returns text language plpgsql
set search_path = simulator, pg_temp as $$
begin
	if p_id !~ '^[A-Za-z0-9_.:-]{1,64}$' then
		raise exception 'an id is 1 to 64 letters, digits and _-.:' using errcode = '22023';
	end if;
	return coalesce(p_id, platform_id());
end
$$;

create or replace function simulator.company_shown(c simulator.company) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select json_build_object('id', c.company_id, 'name', c.name, 'domain', nullif(c.domain, ''),
	    'logoUrl', nullif(c.logo_url, ''), 'userId', c.user_id, 'installed', c.installed,
	    'installsFuture', c.installs_future, 'capability', c.capability,
	    'locations', coalesce((select json_agg(location_shown(l) order by l.name, l.location_id)
	        from location l where l.company_id = c.company_id), '[]'))
$$;
create or replace function simulator.location_shown(l simulator.location) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select json_build_object('id', l.location_id, 'name', l.name, 'companyId', l.company_id, 'userId', l.user_id,
	    'installed', l.installed, 'active', l.is_active,
	    'provider', json_build_object('registered', l.provider is not null, 'test', l.keys -> 'test' is not null,
	        'live', l.keys -> 'live' is not null))
$$;

create or replace function simulator.company_create(p_body json) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	c company;
	v_locations json := case json_typeof(p_body -> 'locations') when 'array' then p_body -> 'locations' end;
	v_count int := case when v_locations is null then coalesce((p_body ->> 'locations')::int, 1)
	    else json_array_length(v_locations) end;
begin
	if v_count not between 0 and 1000 then
		raise exception 'a company has up to 1000 locations' using errcode = '22023';
	end if;
	insert into company (company_id, name, domain, logo_url)
	values (id_wanted(p_body ->> 'id'), left(coalesce(nullif(p_body ->> 'name', ''), 'Agency'), 200),
	    coalesce(p_body #>> '{whitelabel,domain}', ''), coalesce(p_body #>> '{whitelabel,logoUrl}', ''))
	on conflict (company_id) do update set name = excluded.name, domain = excluded.domain, logo_url = excluded.logo_url
	returning * into c;
	insert into location (location_id, company_id, name)
	select id_wanted(w ->> 'id'), c.company_id, left(coalesce(w ->> 'name', 'Location'), 200)
	from json_array_elements(v_locations) w
	union all
	select platform_id(), c.company_id, 'Location ' || n from generate_series(1, v_count) n where v_locations is null
	on conflict (location_id) do nothing;
	return company_shown(c);
end
$$;

-- The webhook that goes with it, as the platform words it (contract §7.1). ${p_brief}: of a later location, which nobody
-- installed, so it names no user, and may name no company.
create function simulator.install_announce(l simulator.location, p_app_id text, p_brief text[]) returns void
language plpgsql set search_path = simulator, pg_temp as $$
begin
	perform webhook_add(((json_strip_nulls(json_build_object('type', 'INSTALL', 'appId', p_app_id, 'versionId', p_app_id,
	    'installType', 'Location', 'locationId', l.location_id, 'companyId', l.company_id, 'userId', l.user_id,
	    'companyName', c.name, 'isWhitelabelCompany', c.domain <> '', 'whitelabelDetails', case when c.domain <> '' then
	        json_build_object('domain', c.domain, 'logoUrl', nullif(c.logo_url, '')) end))::jsonb - p_brief))::json, p_app_id)
	from company c where c.company_id = l.company_id;
end
$$;
drop function simulator.install_announce(simulator.location, text);

create or replace function simulator.installation_create(p_body json, p_app_id text, p_visible_after_ms int)
returns json language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_code text := secret('code');
	v_bulk boolean := coalesce((p_body ->> 'bulk')::boolean, false);
	v_ids text[] := array(select distinct json_array_elements_text(coalesce(p_body -> 'locationIds', '[]')));
	v_company text := coalesce(p_body ->> 'companyId', (select company_id from location where location_id = v_ids[1]));
	v_alone boolean := not v_bulk and coalesce(p_body ->> 'by', 'location') = 'location' and cardinality(v_ids) = 1;
	l location;
begin
	if not exists (select from company where company_id = v_company) or (not v_bulk and (cardinality(v_ids) = 0
	    or (select count(*) from location where location_id = any (v_ids) and company_id = v_company)
	        <> cardinality(v_ids))) then
		return null;
	end if;
	for l in
		update location set installed = true, changed_at = clock_timestamp(), installed_at = clock_timestamp(),
		    visible_at = clock_timestamp() + case when v_bulk then p_visible_after_ms else 0 end * interval '1 ms'
		where company_id = v_company and not installed and (v_bulk or location_id = any (v_ids)) returning *
	loop
		perform install_announce(l, p_app_id, '{}');
	end loop;
	if v_bulk then
		update company set installed = true,
		    installs_future = coalesce((p_body ->> 'installToFutureLocations')::boolean, false) where company_id = v_company;
	end if;
	insert into authorization_code (code_sha256, company_id, location_id, is_bulk, expires_at, scope, location_ids)
	values (digest(v_code), v_company, case when v_alone then v_ids[1] end, v_bulk, clock_timestamp() + interval '10 minutes',
	    coalesce(nullif(p_body ->> 'scope', ''), scopes_all()), case when not v_bulk and not v_alone then v_ids end);
	return json_build_object('code', v_code);
end
$$;

-- Tokens and codes die; what was registered stays, and nobody can take it away any more.
create or replace function simulator.installation_delete(p_body json, p_app_id text) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_location text := p_body ->> 'locationId';
	v_company text := coalesce(p_body ->> 'companyId', (select company_id from location where location_id = p_body ->> 'locationId'));
	v_ended int;
	v_company_ended int := 0;
begin
	update location set installed = false, changed_at = clock_timestamp()
	where company_id = v_company and installed and (v_location is null or location_id = v_location);
	get diagnostics v_ended = row_count;
	if v_location is null then
		update company set installed = false, installs_future = false
		where company_id = v_company and (installed or v_ended > 0);
		get diagnostics v_company_ended = row_count;
	end if;
	if v_ended + v_company_ended = 0 then
		return null;
	end if;
	update app_grant set is_dead = true
	where company_id = v_company and not is_dead and (v_location is null or location_id = v_location);
	delete from authorization_code
	where company_id = v_company and (v_location is null or location_id = v_location);
	perform webhook_add(json_strip_nulls(json_build_object('type', 'UNINSTALL', 'appId', p_app_id,
	    'companyId', case when v_location is null then v_company end, 'locationId', v_location)), p_app_id);
	return '{}';
end
$$;

-- A location that comes later: if its company wanted that, the app is there at once and only a webhook tells.
create or replace function simulator.location_create(p_body json, p_app_id text) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	l location;
begin
	insert into location (location_id, company_id, name, installed, installed_at)
	select id_wanted(p_body ->> 'id'), c.company_id, left(coalesce(nullif(p_body ->> 'name', ''), 'New location'), 200),
	    c.installs_future, case when c.installs_future then clock_timestamp() end
	from company c where c.company_id = p_body ->> 'companyId'
	returning * into l;
	if l.location_id is null then
		return null;
	end if;
	if l.installed then
		perform install_announce(l, p_app_id, case when (p_body ->> 'brief')::boolean
		    then '{userId,companyId,companyName,isWhitelabelCompany,whitelabelDetails}' else '{userId}' end::text[]);
	end if;
	return location_shown(l);
end
$$;

-- Not active: a location that was switched off, as for want of payment (contract §6.3).
create function simulator.activity_create(p_body json) returns json language sql
set search_path = simulator, pg_temp as $$
	update location l set is_active = coalesce((p_body ->> 'active')::boolean, true)
	where l.location_id = p_body ->> 'locationId' returning location_shown(l)
$$;

-- A day goes by for the access tokens of a location, or of a company itself.
create function simulator.expiry_create(p_body json) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_ended int;
begin
	update access_token t set expires_at = clock_timestamp() from app_grant g
	where g.grant_id = t.grant_id and t.expires_at > clock_timestamp() and (g.location_id = p_body ->> 'locationId'
	    or (g.location_id is null and g.company_id = p_body ->> 'companyId'));
	get diagnostics v_ended = row_count;
	return case when v_ended > 0 then json_build_object('expired', v_ended) end;
end
$$;

alter function simulator.control(text, text, json, text, int) rename to control_known;
create function simulator.control(p_what text, p_id text, p_body json, p_app_id text, p_visible_after_ms int)
returns json language plpgsql set search_path = simulator, pg_temp as $$
begin
	return case p_what when 'POST activity' then activity_create(p_body)
	    when 'POST expiry' then expiry_create(p_body)
	    else control_known(p_what, p_id, p_body, p_app_id, p_visible_after_ms) end;
end
$$;
