-- The settings page: opened with a payload of the platform, and what it changes. Whoever changes something says
-- of which location and mode, or of which company: those of the session, never an account's id.
set local role kassa_books;

create or replace function kassa.settings_open(p_digest text, p_company_id text, p_location_id text, p_lives_ms bigint)
returns table (verdict text, left_ms bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known installation;
	remaining_ms bigint;
begin
	select * into known from installation i
		where case when p_location_id is null then i.kind = 'company' and i.company_id = p_company_id
			else i.kind = 'location' and i.location_id = p_location_id end;
	if not found or known.state = 'uninstalled' then
		return query select 'not_installed', 0::bigint;
	elsif known.company_id <> p_company_id then
		return query select 'other_company', 0::bigint;
	else
		insert into sso_use (digest) values (p_digest) on conflict do nothing;
		-- Whoever shows it again shares the time of the first one.
		select p_lives_ms - floor(extract(epoch from clock_timestamp() - u.first_at) * 1000)::bigint
			into strict remaining_ms from sso_use u where u.digest = p_digest;
		return query select case when remaining_ms > 0 then 'open' else 'replayed' end,
			least(greatest(remaining_ms, 0), p_lives_ms);
	end if;
end
$$;
comment on function kassa.settings_open(text, text, text, bigint) is
	'Whether who shows this payload may look at the settings, and for how long: it is good for as long as the first session of it, then never again. Source: contract §8.';
grant execute on function kassa.settings_open(text, text, text, bigint) to kassa_server;

create or replace function kassa.settings_stands(
	p_digest text,
	p_company_id text,
	p_location_id text,
	p_user_id text,
	p_lives_ms bigint
)
returns boolean
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return exists (
		select from installation i
		where i.state <> 'uninstalled' and case when p_location_id is null
			then i.kind = 'company' and i.company_id = p_company_id
			else i.kind = 'location' and i.location_id = p_location_id and coalesce(i.company_id, p_company_id) = p_company_id end
	) and not exists (
		select from visit_ended e
		where (e.kind, e.id) in (('user', p_user_id), ('location', p_location_id), ('company', p_company_id), ('all', ''))
			-- A session of the release before does not say which payload began it: it may have begun long ago.
			and e.ended_at >= coalesce((select u.first_at from sso_use u where u.digest = p_digest),
				now() - p_lives_ms * interval '1 ms')
	);
end
$$;
comment on function kassa.settings_stands(text, text, text, text, bigint) is
	'Whether a session that this payload began still stands: the app is installed, and nobody has ended the session.';
grant execute on function kassa.settings_stands(text, text, text, text, bigint) to kassa_server;

create or replace function kassa.visit_end(p_kind text, p_id text)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	insert into visit_ended as e (kind, id) values (p_kind, p_id)
		on conflict on constraint visit_ended_pkey do update set ended_at = clock_timestamp();
end
$$;
comment on function kassa.visit_end(text, text) is
	'Sessions of the settings page that have begun are over: of a user, a location, a company, or all.';
grant execute on function kassa.visit_end(text, text) to kassa_owner;

create or replace function kassa.settings_account(p_location_id text, p_mode kassa.mode)
returns kassa.account
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known account;
begin
	-- Whoever changes something of a location waits here for the one before.
	perform from provider p where p.location_id = p_location_id for update;
	if found then
		select * into known from account a where a.location_id = p_location_id and a.mode = p_mode;
	end if;
	if known.account_id is null then
		perform fault('account_unknown', 'the location is not connected yet');
	end if;
	return known;
end
$$;
comment on function kassa.settings_account(text, kassa.mode) is
	'The account of a connected location in a mode, while nobody else changes it. Part of the changes below.';

create or replace function kassa.settings_rotate(
	p_location_id text,
	p_mode kassa.mode,
	p_key_hash text,
	p_sealed text,
	p_publishable_key text
)
returns table (account_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known account := settings_account(p_location_id, p_mode);
begin
	if exists (
		select from api_key k
		where k.account_id = known.account_id and k.kind = 'secret' and k.revoked_at is null and not exists (
			select from account_key_sealed s where s.account_id = k.account_id and s.key_hash = k.key_hash)
	) then
		perform fault('keys_changing', 'an older pair is still valid: it has to be revoked first');
	end if;
	perform provider_key_rotate(known.account_id, p_key_hash, p_sealed, p_publishable_key);
	return query select known.account_id;
end
$$;
comment on function kassa.settings_rotate(text, kassa.mode, text, text, text) is
	'A new pair of keys to connect with; the one before stays valid until it is revoked. Two at most, so that pressing twice makes one.';
grant execute on function kassa.settings_rotate(text, kassa.mode, text, text, text) to kassa_server;

create or replace function kassa.settings_revoke(p_location_id text, p_mode kassa.mode, p_key_hash text)
returns table (revoked bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known account := settings_account(p_location_id, p_mode);
	kept account_key_sealed;
	ended bigint;
begin
	select * into kept from account_key_sealed s where s.account_id = known.account_id;
	if kept.key_hash is distinct from p_key_hash then
		perform fault('keys_changing', 'the keys were made anew in between');
	end if;
	update api_key k
		set revoked_at = now()
		where k.account_id = known.account_id and k.revoked_at is null and k.key_hash <> kept.key_hash
			and k.publishable_key is distinct from kept.publishable_key;
	get diagnostics ended = row_count;
	return query select ended;
end
$$;
comment on function kassa.settings_revoke(text, kassa.mode, text) is
	'All keys but the pair of p_key_hash, which the caller has seen connected, are refused from now on.';
grant execute on function kassa.settings_revoke(text, kassa.mode, text) to kassa_server;

create or replace function kassa.settings_processor_put(
	p_location_id text,
	p_mode kassa.mode,
	p_processor text,
	p_sealed text
)
returns table (account_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known account := settings_account(p_location_id, p_mode);
begin
	insert into processor_setup as s (account_id, processor, sealed)
		values (known.account_id, p_processor, p_sealed)
		on conflict on constraint processor_setup_pkey do update
			set processor = excluded.processor, sealed = excluded.sealed, updated_at = now();
	-- Not those of a location that the app has left meanwhile.
	update api_key k set inert = false
		where k.account_id = known.account_id and k.inert and exists (
			select from installation i
			where i.kind = 'location' and i.location_id = p_location_id and i.state <> 'uninstalled');
	return query select known.account_id;
end
$$;
comment on function kassa.settings_processor_put(text, kassa.mode, text, text) is
	'Who moves the money of a mode, with its sealed credentials in place of those before; its keys answer from now on.';
grant execute on function kassa.settings_processor_put(text, kassa.mode, text, text) to kassa_server;

create or replace function kassa.settings_brand_put(
	p_company_id text,
	p_name text,
	p_description text,
	p_logo_url text,
	p_support text
)
returns table (changed boolean)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	is_new boolean;
begin
	perform company_note(p_company_id, null, null);
	update company c
		set brand_name = p_name, brand_description = p_description, brand_logo_url = p_logo_url, brand_support = p_support
		where c.company_id = p_company_id
			and (c.brand_name, c.brand_description, c.brand_logo_url, c.brand_support)
				is distinct from (p_name, p_description, p_logo_url, p_support);
	is_new := found;
	if is_new then
		perform provider_reconnect(i.location_id) from (
			select l.location_id from installation l
			where l.kind = 'location' and l.company_id = p_company_id
			order by l.installation_id) i;
	end if;
	return query select is_new;
end
$$;
comment on function kassa.settings_brand_put(text, text, text, text, text) is
	'What a company calls the provider, null: as the operator does; registering it again at each of its locations is a job.';
grant execute on function kassa.settings_brand_put(text, text, text, text, text) to kassa_server;

create or replace function kassa.settings_repair(p_location_id text, p_is_registered boolean)
returns table (location_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
#variable_conflict use_column
begin
	update provider p
		set registered_sha256 = case when p_is_registered then p.registered_sha256 end, connected_sha256 = null
		where p.location_id = p_location_id and p.removed_at is null;
	if found then
		perform provider_reconnect(p_location_id);
	end if;
	return query select p_location_id;
end
$$;
comment on function kassa.settings_repair(text, boolean) is
	'The platform has not what it was told, says the platform: telling it again is a job.';
grant execute on function kassa.settings_repair(text, boolean) to kassa_server;

create or replace function kassa.key_asked(p_key_hash text)
returns table (account_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
#variable_conflict use_column
begin
	return query
	update api_key k set asked_at = now()
		where k.key_hash = p_key_hash and k.kind = 'secret' and k.revoked_at is null
			and (k.asked_at is null or k.asked_at < now() - interval '50 seconds')
		returning k.account_id;
end
$$;
comment on function kassa.key_asked(text) is
	'A query with this key was answered: what the self-check shows as seen. Once a minute is enough.';
grant execute on function kassa.key_asked(text) to kassa_server;
