-- Installations: announced, granted tokens, ended. What the platform says is applied in the order of its own
-- times, whoever brings it: a callback, a webhook, a list. Tokens are in installation_token.sql.
set local role kassa_books;

create or replace function kassa.company_note(p_company_id text, p_name text, p_domain text)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	insert into company as c (company_id, name, domain)
		values (p_company_id, coalesce(p_name, ''), coalesce(p_domain, ''))
		on conflict (company_id) do update
			set name = coalesce(p_name, c.name), domain = coalesce(p_domain, c.domain)
			where (c.name, c.domain) is distinct from (coalesce(p_name, c.name), coalesce(p_domain, c.domain));
end
$$;
comment on function kassa.company_note(text, text, text) is
	'What the platform says of a company; null leaves what was known. Part of the announcements.';

create or replace function kassa.installation_named(p_kind kassa.installation_kind, p_reference text)
returns text
language plpgsql
immutable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return 'in_' || substr(encode(sha256(convert_to(p_kind || ' ' || p_reference, 'UTF8')), 'hex'), 1, 26);
end
$$;
comment on function kassa.installation_named(kassa.installation_kind, text) is
	'The id of an installation that is written here for the first time, and not by who knows an id for it.';

create or replace function kassa.installation_announce(
	p_installation_id text,
	p_company_id text,
	p_location_id text,
	p_name text,
	p_at timestamptz
)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known installation;
begin
	if p_company_id is not null then
		perform company_note(p_company_id, null, null);
	end if;
	-- The whole company was uninstalled later, also if this location was not known then.
	if exists (
		select from installation c
		where c.kind = 'company' and c.state = 'uninstalled' and c.event_at > p_at
			and c.company_id = coalesce(p_company_id, (
				select l.company_id from installation l where l.kind = 'location' and l.location_id = p_location_id))
	) then
		return 'stale';
	end if;
	insert into installation (installation_id, kind, company_id, location_id, name, event_at)
		values (p_installation_id, 'location', p_company_id, p_location_id, coalesce(p_name, ''), p_at)
		on conflict (location_id) where kind = 'location' do nothing;
	select * into strict known from installation i
		where i.kind = 'location' and i.location_id = p_location_id for update;
	if known.event_at > p_at then
		return 'stale';
	end if;
	update installation i
		set company_id = coalesce(p_company_id, i.company_id), name = coalesce(p_name, i.name),
			event_at = p_at, updated_at = now(), reason = '',
			state = case when i.state in ('uninstalled', 'dead') then 'wanted' else i.state end
		where i.installation_id = known.installation_id;
	perform job_add(known.installation_id, 'location_connect', 'connect', 0);
	return 'applied';
end
$$;
comment on function kassa.installation_announce(text, text, text, text, timestamptz) is
	'The app is installed for a location, says the platform at its time p_at; connecting it is a job. An older word than the last one is stale. Source: contract §7.1.';

create or replace function kassa.installation_list(
	p_installation_id text,
	p_company_id text,
	p_location_ids text[],
	p_names text[],
	p_fresh_ids text[],
	p_is_last boolean,
	p_again_ms bigint
)
returns table (announced int)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	listed record;
	fresh int := 0;
begin
	for listed in
		select * from unnest(p_location_ids, p_names, p_fresh_ids) as l (location_id, name, fresh_id)
	loop
		-- A list has no time of its own, and may be older than an uninstallation: it only adds what nobody knows yet.
		insert into installation (installation_id, kind, company_id, location_id, name)
			values (listed.fresh_id, 'location', p_company_id, listed.location_id, left(listed.name, 200))
			on conflict (location_id) where kind = 'location' do nothing;
		if found then
			perform job_add(listed.fresh_id, 'location_connect', 'connect', 0);
			fresh := fresh + 1;
		end if;
		update installation i set name = left(listed.name, 200)
			where i.kind = 'location' and i.location_id = listed.location_id and listed.name <> ''
				and i.name is distinct from left(listed.name, 200);
	end loop;
	if p_is_last then
		perform installation_list_again(p_installation_id, p_again_ms);
	end if;
	return query select fresh;
end
$$;
comment on function kassa.installation_list(text, text, text[], text[], text[], boolean, bigint) is
	'A page of the locations that have the app: those that nobody knows yet are connected. Source: contract §6.4.';
grant execute on function kassa.installation_list(text, text, text[], text[], text[], boolean, bigint) to kassa_server;

create or replace function kassa.installation_list_again(p_installation_id text, p_again_ms bigint)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	rounds int;
begin
	update installation i set list_rounds = i.list_rounds + 1
		where i.installation_id = p_installation_id returning i.list_rounds into rounds;
	-- Right after a bulk installation the list lags behind; how long is not known (contract §6.4).
	if rounds < 4 then
		perform job_add(p_installation_id, 'company_list', 'list' || rounds, p_again_ms * (4 ^ rounds)::bigint);
	end if;
end
$$;
comment on function kassa.installation_list_again(text, bigint) is
	'The list of a company is read four times, at growing distances. Part of installation_list.';

create or replace function kassa.installation_end(p_company_id text, p_location_id text, p_at timestamptz)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	ended installation;
	named installation_kind := (case when p_location_id is null then 'company' else 'location' end)::installation_kind;
	verdict text := 'unknown';
begin
	if p_company_id is not null and p_location_id is null then
		-- Whoever announces one of its locations waits here, so that none is missed.
		perform company_note(p_company_id, null, null);
	end if;
	if p_company_id is not null or p_location_id is not null then
		-- Should nobody know it yet: a late installation must not bring it back.
		insert into installation (installation_id, kind, company_id, location_id, state)
			values (installation_named(named, coalesce(p_location_id, p_company_id)), named, p_company_id, p_location_id,
				'uninstalled')
			on conflict do nothing;
	end if;
	for ended in
		select * from installation i
		where case when p_location_id is not null then i.kind = 'location' and i.location_id = p_location_id
			else i.company_id = p_company_id end
		order by i.installation_id
		for update
	loop
		if ended.event_at > p_at then
			verdict := case verdict when 'unknown' then 'stale' else verdict end;
			continue;
		end if;
		verdict := 'applied';
		update installation i
			set state = 'uninstalled', reason = '', event_at = p_at, updated_at = now(), claim = null,
				claim_until = null, claim_spends = false, list_rounds = 0
			where i.installation_id = ended.installation_id;
		continue when ended.state = 'uninstalled';
		delete from job j where j.account_id = ended.installation_id;
		update api_key k set inert = true
			from account a
			where ended.kind = 'location' and a.location_id = ended.location_id and k.account_id = a.account_id
				and k.segment is not null;
		perform job_add(ended.installation_id, 'location_leave', 'leave', 0);
	end loop;
	return verdict;
end
$$;
comment on function kassa.installation_end(text, text, timestamptz) is
	'The app is removed from a location, or from a company and all its locations. Its keys answer "not configured", leaving is a job. Source: contract §7.1.';

create or replace function kassa.installation_left(p_installation_id text)
returns table (location_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	update installation i set access_sealed = null, refresh_sealed = null, access_until = null
		where i.installation_id = p_installation_id and i.state = 'uninstalled';
	return query update provider p
		set removed_at = now(), registered_sha256 = null, connected_sha256 = null
		from installation i
		where i.installation_id = p_installation_id and i.state = 'uninstalled' and p.location_id = i.location_id
		returning p.location_id;
end
$$;
comment on function kassa.installation_left(text) is
	'An uninstalled one forgets its tokens, and that the platform has a provider of ours.';
grant execute on function kassa.installation_left(text) to kassa_server;
