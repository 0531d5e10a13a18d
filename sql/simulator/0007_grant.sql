-- What a grant is for: its scopes, the locations that were approved, the user who did so; and what may stand
-- against it: a location that is not active, an app that has gone meanwhile. Source: contract.md §5, §6.

create function simulator.scopes_all() returns text language sql immutable
set search_path = pg_catalog, pg_temp as $$
	select 'payments/orders.readonly payments/orders.write payments/subscriptions.readonly'
	    ' payments/transactions.readonly payments/custom-provider.readonly payments/custom-provider.write'
	    ' products.readonly products/prices.readonly oauth.readonly oauth.write'
$$;

alter table simulator.company
	add logo_url	text not null default '',
	add capability	boolean,
	add user_id	text not null default simulator.platform_id();	-- who installs for the agency
alter table simulator.location
	add is_active	boolean not null default true,
	add installed_at timestamptz,
	add registered_at timestamptz,					-- of its provider
	add user_id	text not null default simulator.platform_id();
alter table simulator.authorization_code
	add scope	text not null default simulator.scopes_all(),
	add location_ids text[];			-- that the agency approved; null: it was asked for none
alter table simulator.app_grant
	add scope	text not null default simulator.scopes_all(),
	add location_ids text[];
update simulator.location set installed_at = changed_at where installed;
update simulator.location set registered_at = changed_at where provider is not null;

create function simulator.api_refusal(p_status int, p_messages text[]) returns simulator.api_answer
language sql immutable set search_path = simulator, pg_temp as $$
	select p_status, ((api_error(p_status, p_messages[1])).body::jsonb || jsonb_build_object('message', p_messages))::json
$$;

-- What an answer says of a token: a company's names what was approved, a location's names the location.
create function simulator.grant_shown(g simulator.app_grant) returns jsonb language sql stable
set search_path = simulator, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('companyId', g.company_id, 'locationId', g.location_id,
	    'scope', g.scope, 'isBulkInstallation', g.is_bulk,
	    'userType', case when g.location_id is null then 'Company' else 'Location' end,
	    'userId', coalesce((select l.user_id from location l where l.location_id = g.location_id), c.user_id)))
	    || case when g.location_id is not null then '{}' else jsonb_strip_nulls(jsonb_build_object(
	        'approvedLocations', g.location_ids, 'approveAllLocations', g.is_bulk,
	        'installToFutureLocations', c.installs_future)) end
	from company c where c.company_id = g.company_id
$$;

-- A new pair in a family, as the token endpoint answers it.
create or replace function simulator.token_issue(p_grant_id bigint) returns json language plpgsql
set search_path = simulator, pg_temp as $$
declare
	g app_grant;
	v_refresh text := secret('eyJrefresh.');
	v_claims jsonb;
	v_access text;
begin
	select * into strict g from app_grant where grant_id = p_grant_id;
	-- It looks like a JWT, and its payload says what a real one says; the signature is a sham.
	v_claims := jsonb_build_object('authClass', case when g.location_id is null then 'Company' else 'Location' end,
	    'authClassId', coalesce(g.location_id, g.company_id), 'primaryAuthClassId', coalesce(g.location_id, g.company_id),
	    'oauthMeta', jsonb_build_object('scopes', string_to_array(g.scope, ' ')),
	    'exp', extract(epoch from clock_timestamp())::bigint + 86399);
	v_access := 'eyJhbGciOiJub25lIn0.' || translate(replace(encode(convert_to(v_claims::text, 'UTF8'), 'base64'),
	    E'\n', ''), '+/=', '-_') || '.' || secret('s');
	if g.refresh_sha256 is not null then
		insert into spent_refresh (refresh_sha256, grant_id) values (g.refresh_sha256, p_grant_id);
	end if;
	update app_grant set refresh_sha256 = digest(v_refresh) where grant_id = p_grant_id;
	insert into access_token (access_sha256, grant_id, expires_at)
	values (digest(v_access), p_grant_id, clock_timestamp() + interval '86399 seconds');
	delete from access_token where grant_id = p_grant_id and expires_at < clock_timestamp() - interval '1 day';
	return grant_shown(g) || jsonb_build_object('access_token', v_access, 'token_type', 'Bearer', 'expires_in', 86399,
	    'refresh_token', v_refresh, 'refreshTokenId', object_id(), 'traceId', gen_random_uuid());
end
$$;

-- POST /oauth/token
create or replace function simulator.api_token(p_body json, p_client_id text, p_client_secret text)
returns simulator.api_answer language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_missing text[] := array(select '`' || name || '`' from unnest(array['client_id', 'client_secret', 'grant_type',
	    case p_body ->> 'grant_type' when 'authorization_code' then 'code' when 'refresh_token' then 'refresh_token' end])
	    with ordinality f (name, at) where name is not null and coalesce(p_body ->> name, '') = '' order by at);
begin
	if cardinality(v_missing) > 0 then
		return api_error(400, 'Missing parameter: ' || v_missing[1]);
	elsif p_client_secret = '' or p_body ->> 'client_id' <> p_client_id
	    or p_body ->> 'client_secret' <> p_client_secret then
		return api_error(400, 'Invalid client: client is invalid');
	elsif p_body ->> 'grant_type' = 'authorization_code' then
		return api_token_code(p_body ->> 'code');
	elsif p_body ->> 'grant_type' = 'refresh_token' then
		return api_token_refresh(p_body ->> 'refresh_token');
	end if;
	return api_error(400, 'Invalid parameter: `grant_type`');
end
$$;

create function simulator.api_token_code(p_code text) returns simulator.api_answer language plpgsql
set search_path = simulator, pg_temp as $$
declare
	v_code authorization_code;
	v_grant bigint;
begin
	delete from authorization_code where expires_at < clock_timestamp();
	delete from authorization_code where code_sha256 = digest(p_code) returning * into v_code;
	if not found then
		return api_error(400, 'Invalid grant: authorization code is invalid');
	end if;
	insert into app_grant (company_id, location_id, is_bulk, scope, location_ids)
	values (v_code.company_id, v_code.location_id, v_code.is_bulk, v_code.scope, v_code.location_ids)
	returning grant_id into v_grant;
	return (200, token_issue(v_grant))::api_answer;
end
$$;

create function simulator.api_token_refresh(p_token text) returns simulator.api_answer language plpgsql
set search_path = simulator, pg_temp as $$
declare
	g app_grant;
	v_spent spent_refresh;
begin
	select * into g from app_grant where refresh_sha256 = digest(p_token) and not is_dead for update;
	if not found then
		-- One that was spent before ends its family.
		update spent_refresh set replays = replays + 1 where refresh_sha256 = digest(p_token) returning * into v_spent;
		if found then
			update app_grant set is_dead = true where grant_id = v_spent.grant_id;
		end if;
		return api_error(400, 'Invalid grant: refresh token is invalid');
	elsif exists (select from location where location_id = g.location_id and not is_active) then
		-- Not spent: the same one is good again when the location is active again (contract §6.3).
		return api_error(400, 'Location is not active');
	end if;
	return (200, token_issue(g.grant_id))::api_answer;
end
$$;

-- POST /oauth/locationToken
drop function simulator.api_location_token(simulator.app_grant, json);
create function simulator.api_location_token(g simulator.app_grant, p_body json, p_app_id text)
returns simulator.api_answer language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_missing text[] := array(select name || ' should not be empty' from unnest(array['companyId', 'locationId'])
	    with ordinality f (name, at) where coalesce(p_body ->> name, '') = '' order by at);
	v_scope text;
	v_grant bigint;
begin
	if g.location_id is not null then
		return api_error(400, 'This token''s user type is not yet supported!');
	elsif cardinality(v_missing) > 0 then
		return api_refusal(422, v_missing);
	end if;
	-- It waits for whoever uninstalls just now, and makes whoever does so next wait.
	perform from location where location_id = p_body ->> 'locationId' and company_id = g.company_id
	    and company_id = p_body ->> 'companyId' and installed for share;
	if not found then
		return api_error(400, 'Location not found');
	end if;
	-- The platform adds these without a word (contract §6.4).
	select string_agg(distinct scope, ' ') into v_scope
	from unnest(string_to_array(g.scope, ' ') || '{oauth.readonly,oauth.write}') scope;
	insert into app_grant (company_id, location_id, scope) values (g.company_id, p_body ->> 'locationId', v_scope)
	returning grant_id into v_grant;
	return (201, (token_issue(v_grant)::jsonb - 'isBulkInstallation' || jsonb_build_object('expires_in', 86400,
	    'appId', p_app_id, 'versionId', p_app_id))::json)::api_answer;
end
$$;

-- GET /oauth/installedLocations
drop function simulator.api_installed_locations(simulator.app_grant, json);
create function simulator.api_installed_locations(g simulator.app_grant, p_query json, p_app_id text)
returns simulator.api_answer language plpgsql set search_path = simulator, pg_temp as $$
declare
	v_wrong text[] := array(select name || ' should not be empty' from unnest(array['companyId', 'appId'])
	    with ordinality f (name, at) where coalesce(p_query ->> name, '') = '' order by at)
	    || array(select name || ' must be a number string' from unnest(array['skip', 'limit'])
	    with ordinality f (name, at) where p_query ->> name !~ '^[0-9]{1,6}$' order by at)
	    || case when p_query ->> 'isInstalled' not in ('true', 'false') then array['isInstalled must be a boolean value'] end;
	v_list json;
	v_count bigint;
begin
	if g.location_id is not null then
		return api_error(400, 'This token''s user type is not yet supported!');
	elsif cardinality(v_wrong) > 0 then
		return api_refusal(422, v_wrong);
	elsif p_query ->> 'companyId' <> g.company_id then
		return api_error(403, 'The token does not have access to this company.');
	end if;
	with fits as (
		select l.*, l.installed and l.visible_at <= clock_timestamp() as is_shown
		from location l where l.company_id = g.company_id and p_query ->> 'appId' = p_app_id
		    and (p_query ->> 'locationId' is null or l.location_id = p_query ->> 'locationId')
		    and (p_query ->> 'query' is null or strpos(lower(l.name), lower(p_query ->> 'query')) > 0)
	), wanted as (
		select fits.*, row_number() over (order by location_id) as at from fits
		where p_query ->> 'isInstalled' is null or is_shown = (p_query ->> 'isInstalled')::boolean
	)
	select json_agg(jsonb_strip_nulls(jsonb_build_object('_id', location_id, 'name', name, 'address', '',
	        'isInstalled', is_shown, 'versionId', case when is_shown then p_app_id end,
	        'installedAt', case when is_shown then time_text(installed_at) end)) order by at)
	    filter (where at > coalesce(p_query ->> 'skip', '0')::int
	        and at <= coalesce(p_query ->> 'skip', '0')::int + least(coalesce(p_query ->> 'limit', '20')::int, 100)),
	    count(*) into v_list, v_count
	from wanted;
	return (200, json_build_object('locations', coalesce(v_list, '[]'), 'count', v_count, 'installToFutureLocations',
	    (select installs_future from company where company_id = g.company_id)))::api_answer;
end
$$;
