-- The marketplace side: companies and locations, who installed the app, tokens that rotate, providers as they
-- were registered and connected, faults that were switched on, and what the provider called.  The rules of the
-- platform's API are functions here: one call is one transaction. Source: contract.md §5, §6, §10.

create table simulator.company (
	company_id	text primary key,
	name		text not null,
	domain		text not null default '',
	installs_future	boolean not null default false,
	installed	boolean not null default false,
	created_at	timestamptz not null default clock_timestamp()
);
create table simulator.location (
	location_id	text primary key,
	company_id	text not null references simulator.company,
	name		text not null,
	installed	boolean not null default false,
	visible_at	timestamptz not null default '-infinity',	-- when the list says so (contract §6.4)
	provider	json,
	keys		json,						-- as they were connected
	capability	boolean,
	changed_at	timestamptz not null default clock_timestamp()
);
create index location_of_company on simulator.location (company_id, location_id);

create table simulator.authorization_code (
	code_sha256	text primary key,
	company_id	text not null,
	location_id	text,
	is_bulk		boolean not null,
	expires_at	timestamptz not null
);
-- A family of tokens: of it one refresh token is good, and one that comes twice ends them all.
create table simulator.app_grant (
	grant_id	bigint generated always as identity primary key,
	company_id	text not null,
	location_id	text,			-- null: the company's
	is_bulk		boolean not null default false,
	refresh_sha256	text,
	is_dead		boolean not null default false
);
create table simulator.spent_refresh (
	refresh_sha256	text primary key,
	grant_id	bigint not null references simulator.app_grant,
	replays		int not null default 0
);
create table simulator.access_token (
	access_sha256	text primary key,
	grant_id	bigint not null references simulator.app_grant,
	expires_at	timestamptz not null
);

create table simulator.fault (
	fault_id	bigint generated always as identity primary key,
	path		text not null,
	kind		text not null check (kind in ('slow', '429', '500', 'reset', 'malformed', 'lost')),
	remaining	int not null check (remaining >= 0),
	ms		int not null default 0 check (ms between 0 and 60000)
);
-- What the provider called, without its secrets.
create table simulator.platform_call (
	call_id		bigint generated always as identity primary key,
	at		timestamptz not null default clock_timestamp(),
	method		text not null,
	path		text not null,
	query		json not null,
	body		json,
	class		text,			-- of its token
	location_id	text,
	http_status	int not null,
	answer		json not null
);
create index platform_call_at on simulator.platform_call (at);

create function simulator.digest(p_text text) returns text language sql immutable
set search_path = pg_catalog, pg_temp as $$
	select encode(sha256(convert_to(p_text, 'UTF8')), 'hex')
$$;
create function simulator.secret(p_prefix text) returns text language sql volatile
set search_path = pg_catalog, pg_temp as $$
	select p_prefix || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
$$;
create function simulator.platform_id() returns text language sql volatile
set search_path = pg_catalog, pg_temp as $$
	select substr(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 1, 20)
$$;

create type simulator.api_answer as (http_status int, body json);

create function simulator.api_error(p_status int, p_message text) returns simulator.api_answer language sql immutable
set search_path = simulator, pg_temp as $$
	select p_status, json_build_object('statusCode', p_status,
	    'message', case when p_status = 422 then json_build_array(p_message) else to_json(p_message) end,
	    'error', case p_status when 400 then 'Bad Request' when 401 then 'Unauthorized' when 403 then 'Forbidden'
	        when 422 then 'Unprocessable Entity' when 429 then 'Too Many Requests' else 'Not Found' end)
$$;

-- A new pair in a family, as the token endpoint answers it.
create function simulator.token_issue(p_grant_id bigint) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	g app_grant;
	v_refresh text := secret('eyJrefresh.');
	v_class text;
	v_access text;
begin
	select * into strict g from app_grant where grant_id = p_grant_id;
	v_class := case when g.location_id is null then 'Company' else 'Location' end;
	-- It looks like a JWT, and its payload says what a real one says; the signature is a sham.
	v_access := 'eyJhbGciOiJub25lIn0.' || translate(replace(encode(convert_to(json_build_object('authClass', v_class,
	    'authClassId', coalesce(g.location_id, g.company_id), 'primaryAuthClassId', coalesce(g.location_id, g.company_id),
	    'exp', extract(epoch from clock_timestamp())::bigint + 86399)::text, 'UTF8'), 'base64'), E'\n', ''), '+/=', '-_')
	    || '.' || secret('s');
	if g.refresh_sha256 is not null then
		insert into spent_refresh (refresh_sha256, grant_id) values (g.refresh_sha256, p_grant_id);
	end if;
	update app_grant set refresh_sha256 = digest(v_refresh) where grant_id = p_grant_id;
	insert into access_token (access_sha256, grant_id, expires_at)
	values (digest(v_access), p_grant_id, clock_timestamp() + interval '86399 seconds');
	return json_strip_nulls(json_build_object('access_token', v_access, 'token_type', 'Bearer', 'expires_in', 86399,
	    'refresh_token', v_refresh,
	    'scope', 'payments/orders.readonly payments/transactions.readonly payments/custom-provider.readonly payments/custom-provider.write oauth.readonly oauth.write',
	    'refreshTokenId', object_id(), 'userType', v_class, 'companyId', g.company_id, 'locationId', g.location_id,
	    'isBulkInstallation', case when g.location_id is null then g.is_bulk end, 'userId', platform_id(),
	    'installToFutureLocations', case when g.location_id is null then
	        (select c.installs_future from company c where c.company_id = g.company_id) end,
	    'traceId', gen_random_uuid()));
end
$$;

-- POST /oauth/token
create function simulator.api_token(p_body json, p_client_id text, p_client_secret text) returns simulator.api_answer
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_code authorization_code;
	v_grant bigint;
	v_spent spent_refresh;
begin
	if p_body ->> 'client_id' is null or p_body ->> 'client_secret' is null or p_body ->> 'grant_type' is null then
		return api_error(400, 'Missing parameter: `client_id`, `client_secret` or `grant_type`');
	elsif p_body ->> 'client_id' <> p_client_id or p_body ->> 'client_secret' <> p_client_secret then
		return api_error(400, 'Invalid client: client is invalid');
	elsif p_body ->> 'grant_type' = 'authorization_code' then
		delete from authorization_code where code_sha256 = digest(p_body ->> 'code') and expires_at > clock_timestamp()
		returning * into v_code;
		if not found then
			return api_error(400, 'Invalid grant: authorization code is invalid');
		end if;
		insert into app_grant (company_id, location_id, is_bulk)
		values (v_code.company_id, v_code.location_id, v_code.is_bulk) returning grant_id into v_grant;
		return (200, token_issue(v_grant))::api_answer;
	elsif p_body ->> 'grant_type' <> 'refresh_token' then
		return api_error(400, 'Invalid parameter: `grant_type`');
	end if;
	select grant_id into v_grant from app_grant
	where refresh_sha256 = digest(p_body ->> 'refresh_token') and not is_dead for update;
	if not found then
		-- One that was spent before ends its family.
		update spent_refresh set replays = replays + 1
		where refresh_sha256 = digest(p_body ->> 'refresh_token') returning * into v_spent;
		if found then
			update app_grant set is_dead = true where grant_id = v_spent.grant_id;
		end if;
		return api_error(400, 'Invalid grant: refresh token is invalid');
	end if;
	return (200, token_issue(v_grant))::api_answer;
end
$$;

create function simulator.bearer(p_token text) returns simulator.app_grant language sql stable
set search_path = simulator, pg_temp as $$
	select g.* from access_token t join app_grant g using (grant_id)
	where t.access_sha256 = digest(p_token) and t.expires_at > clock_timestamp() and not g.is_dead
$$;

-- Whether a bearer may read what belongs to a location: for the addresses that are answered in C.
create function simulator.read_allowed(p_token text, p_location_id text) returns text language plpgsql stable
set search_path = simulator, pg_temp as $$
declare
	g app_grant := bearer(p_token);
begin
	return case when g.grant_id is null then 'expired' when g.location_id is null then 'class'
	    when g.location_id <> p_location_id then 'location' else 'yes' end;
end
$$;

-- POST /oauth/locationToken
create function simulator.api_location_token(g simulator.app_grant, p_body json) returns simulator.api_answer
language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_grant bigint;
begin
	if g.location_id is not null then
		return api_error(400, 'This token''s user type is not yet supported!');
	elsif p_body ->> 'companyId' is null or p_body ->> 'locationId' is null then
		return api_error(422, 'companyId and locationId should not be empty');
	elsif not exists (select from location where location_id = p_body ->> 'locationId' and company_id = g.company_id
	    and company_id = p_body ->> 'companyId' and installed) then
		return api_error(400, 'Location not found');
	end if;
	insert into app_grant (company_id, location_id) values (g.company_id, p_body ->> 'locationId')
	returning grant_id into v_grant;
	return (201, token_issue(v_grant))::api_answer;
end
$$;

-- GET /oauth/installedLocations
create function simulator.api_installed_locations(g simulator.app_grant, p_query json) returns simulator.api_answer
language plpgsql set search_path = simulator, pg_temp as $$
begin
	if g.location_id is not null then
		return api_error(400, 'This token''s user type is not yet supported!');
	elsif p_query ->> 'companyId' is null or p_query ->> 'appId' is null then
		return api_error(422, 'companyId and appId should not be empty');
	elsif p_query ->> 'companyId' <> g.company_id then
		return api_error(403, 'The token does not have access to this company.');
	end if;
	return (200, (select json_build_object(
	    'locations', coalesce((select json_agg(json_build_object('_id', l.location_id, 'name', l.name, 'address', '',
	        'isInstalled', l.installed and l.visible_at <= clock_timestamp()) order by l.location_id)
	        from (select * from location where company_id = g.company_id order by location_id
	            offset coalesce(p_query ->> 'skip', '0')::int limit least(coalesce(p_query ->> 'limit', '20')::int, 100)) l), '[]'),
	    'count', (select count(*) from location where company_id = g.company_id),
	    'installToFutureLocations', (select installs_future from company where company_id = g.company_id))))::api_answer;
end
$$;

-- What must be in a body, and nothing else: the first complaint, or null. "object" members are checked by the caller.
create function simulator.body_wrong(p_body json, p_fields json) returns text language sql immutable
set search_path = simulator, pg_temp as $$
	select case when p_body is null or json_typeof(p_body) <> 'object' then 'body should be an object' else coalesce(
	    (select format('property %s should not exist', b) from json_object_keys(p_body) b
	     where p_fields -> b is null limit 1),
	    (select format('%s must be a %s', f.key, f.value) from json_each_text(p_fields) f
	     where coalesce(json_typeof(p_body -> f.key), 'missing') <> f.value limit 1)) end
$$;

create function simulator.provider_shown(l simulator.location) returns json language sql stable
set search_path = simulator, pg_temp as $$
	select (coalesce(l.provider, '{}')::jsonb || jsonb_build_object('_id', substr(digest(l.location_id), 1, 24),
	    'locationId', l.location_id, 'marketplaceAppId', substr(digest('app'), 1, 24), 'deleted', false,
	    'paymentProvider', coalesce((select jsonb_object_agg(m.key, m.value || jsonb_build_object('liveMode', m.key = 'live'))
	        from jsonb_each(coalesce(l.keys, '{}')::jsonb) m), '{}'),
	    'createdAt', time_text(l.changed_at), 'updatedAt', time_text(l.changed_at), 'traceId', gen_random_uuid()))::json
$$;

-- /payments/custom-provider/…
create function simulator.api_provider(p_what text, g simulator.app_grant, p_query json, p_body json)
returns simulator.api_answer language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_id text := case when p_what like 'PUT %' then p_body ->> 'locationId' else p_query ->> 'locationId' end;
	v_wrong text;
	l location;
begin
	if g.location_id is null then
		return api_error(401, 'This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the case.');
	elsif coalesce(v_id, '') = '' then
		return api_error(422, 'locationId should not be empty');
	elsif v_id <> g.location_id then
		return api_error(403, 'The token does not have access to this location.');
	end if;
	v_wrong := case p_what
	    when 'POST provider' then body_wrong(p_body, '{"name":"string","description":"string","paymentsUrl":"string","queryUrl":"string","imageUrl":"string","supportsSubscriptionSchedule":"boolean"}')
	    when 'POST connect' then coalesce(body_wrong(p_body, '{"live":"object","test":"object"}'),
	        body_wrong(p_body -> 'live', '{"apiKey":"string","publishableKey":"string"}'),
	        body_wrong(p_body -> 'test', '{"apiKey":"string","publishableKey":"string"}'))
	    when 'POST disconnect' then body_wrong(p_body, '{"liveMode":"boolean"}')
	    when 'PUT capabilities' then body_wrong(p_body, '{"supportsSubscriptionSchedules":"boolean","locationId":"string"}') end;
	if v_wrong is not null then
		return api_error(422, v_wrong);
	end if;
	select * into strict l from location where location_id = v_id for update;
	if p_what <> 'POST provider' and l.provider is null then
		return api_error(400, 'No such config exists for given locationId and marketplaceAppId');
	end if;
	update location set changed_at = clock_timestamp(),
	    provider = case p_what when 'POST provider' then p_body when 'DELETE provider' then null else provider end,
	    keys = case p_what when 'POST connect' then p_body when 'DELETE provider' then null
	        when 'POST disconnect' then (keys::jsonb - case when (p_body ->> 'liveMode')::boolean then 'live' else 'test' end)::json
	        else keys end,
	    capability = case p_what when 'PUT capabilities' then (p_body ->> 'supportsSubscriptionSchedules')::boolean else capability end
	where location_id = v_id and p_what <> 'GET connect' returning * into l;
	if p_what = 'GET connect' then
		select * into strict l from location where location_id = v_id;
	end if;
	return case when p_what in ('POST provider', 'GET connect', 'POST connect') then (200, provider_shown(l))::api_answer
	    else (200, '{"success":true}')::api_answer end;
end
$$;

-- Secrets of a call or an answer, for the log.
create function simulator.masked(p_json json) returns json language sql immutable
set search_path = simulator, pg_temp as $$
	select case when p_json is null then null else regexp_replace(p_json::text,
	    '("(?:client_secret|code|refresh_token|access_token|apiKey)"\s*:\s*")[^"]*', '\1…', 'g')::json end
$$;

-- One call of the provider. The fault that is switched on for it, if there is one, is in fault and ms; "lost" does the
-- work, the others are instead of it.
create function simulator.api_call(p_method text, p_path text, p_query json, p_body json, p_token text, p_version text,
    p_client_id text, p_client_secret text, p_rate int,
    out http_status int, out body json, out fault text, out ms int, out remaining int)
language plpgsql set search_path = simulator, pg_temp as $$
declare
	g app_grant;
	v_answer api_answer;
	v_what text := p_method || ' ' || regexp_replace(p_path, '^/payments/custom-provider/', '');
begin
	update fault f set remaining = f.remaining - 1
	where f.fault_id = (select o.fault_id from fault o where o.path = p_path and o.remaining > 0 order by o.fault_id limit 1)
	returning f.kind, f.ms into fault, ms;
	g := bearer(p_token);
	select p_rate - count(*) into remaining from platform_call c
	where g.grant_id is not null and c.location_id = coalesce(g.location_id, g.company_id)
	    and c.at > clock_timestamp() - interval '10 seconds';
	if fault in ('429', '500', 'reset', 'malformed') then
		v_answer := case when fault = '429' then api_error(429, 'Too Many Requests')
		    else (500, '{"statusCode":500,"message":"Internal Server Error"}')::api_answer end;
	elsif p_path = '/oauth/token' then
		v_answer := api_token(p_body, p_client_id, p_client_secret);
	elsif coalesce(p_version, '') = '' then
		v_answer := api_error(401, 'version header was not found.');
	elsif p_version not in ('2021-07-28', '2021-04-15', '2023-02-21', 'v3') then
		v_answer := api_error(401, 'version header is invalid');
	elsif g.grant_id is null then
		v_answer := api_error(401, 'Invalid JWT');
	elsif remaining <= 0 then
		v_answer := api_error(429, 'Too Many Requests');
	elsif v_what = 'POST /oauth/locationToken' then
		v_answer := api_location_token(g, p_body);
	elsif v_what = 'GET /oauth/installedLocations' then
		v_answer := api_installed_locations(g, p_query);
	else
		v_answer := api_provider(v_what, g, p_query, p_body);
	end if;
	insert into platform_call (method, path, query, body, class, location_id, http_status, answer)
	values (p_method, p_path, p_query, masked(p_body),
	    case when g.grant_id is null then null when g.location_id is null then 'Company' else 'Location' end,
	    coalesce(g.location_id, g.company_id), v_answer.http_status, masked(v_answer.body));
	delete from platform_call where call_id <= (select max(call_id) - 5000 from platform_call);
	http_status := v_answer.http_status;
	body := v_answer.body;
end
$$;
