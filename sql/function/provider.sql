-- What the platform has of us for a location: the accounts of both modes with their keys, registered and connected.
set local role kassa_books;

create or replace function kassa.provider_prepare(
	p_location_id text,
	p_segment text,
	p_account_ids text[],
	p_modes kassa.mode[],
	p_currency text,
	p_key_hashes text[],
	p_sealed text[],
	p_publishable_keys text[]
)
returns table (
	mode kassa.mode,
	account_id text,
	sealed text,
	publishable_key text,
	segment text,
	registered_sha256 text,
	connected_sha256 text
)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	wished record;
	known account;
begin
	insert into provider (location_id, segment) values (p_location_id, p_segment) on conflict do nothing;
	perform from provider p where p.location_id = p_location_id for update;
	for wished in
		select * from unnest(p_account_ids, p_modes, p_key_hashes, p_sealed, p_publishable_keys)
			as w (account_id, mode, key_hash, sealed, publishable_key)
	loop
		insert into account (account_id, location_id, mode, currency)
			values (wished.account_id, p_location_id, wished.mode, p_currency)
			on conflict do nothing;
		select * into strict known from account a
			where a.location_id = p_location_id and a.mode = wished.mode;
		if not exists (select from account_key_sealed s where s.account_id = known.account_id) then
			perform provider_key_put(known, wished.key_hash, wished.sealed, wished.publishable_key);
		end if;
	end loop;
	-- Those of a mode that is set up answer again after an uninstallation.
	update api_key k set inert = false
		from account a
		where a.location_id = p_location_id and k.account_id = a.account_id and k.inert
			and account_is_set_up(a.account_id, a.mode);
	update provider p set removed_at = null where p.location_id = p_location_id and p.removed_at is not null;
	return query
		select a.mode, a.account_id, s.sealed, s.publishable_key, p.segment, p.registered_sha256, p.connected_sha256
		from account a
		join account_key_sealed s on s.account_id = a.account_id
		join provider p on p.location_id = a.location_id
		where a.location_id = p_location_id
		order by a.mode;
end
$$;
comment on function kassa.provider_prepare(text, text, text[], kassa.mode[], text, text[], text[], text[]) is
	'The accounts of a location in both modes with a pair of keys each; again: those there are. A mode that is not set up gets keys that answer nothing.';
grant execute on function kassa.provider_prepare(text, text, text[], kassa.mode[], text, text[], text[], text[]) to kassa_server;

create or replace function kassa.account_is_set_up(p_account_id text, p_mode kassa.mode)
returns boolean
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- The sandbox is the processor of the test mode until another one is chosen.
	return p_mode = 'test' or exists (select from processor_setup s where s.account_id = p_account_id);
end
$$;
comment on function kassa.account_is_set_up(text, kassa.mode) is 'Whether somebody can move the money of this account.';

create or replace function kassa.provider_key_put(
	p_account kassa.account,
	p_key_hash text,
	p_sealed text,
	p_publishable_key text
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	is_inert boolean := not account_is_set_up(p_account.account_id, p_account.mode);
	of_location text := (select p.segment from provider p where p.location_id = p_account.location_id);
begin
	insert into api_key (account_id, key_hash, kind, publishable_key, inert, segment) values
		(p_account.account_id, p_key_hash, 'secret', null, is_inert, of_location),
		(p_account.account_id, encode(sha256(convert_to(p_publishable_key, 'UTF8')), 'hex'), 'publishable',
			p_publishable_key, is_inert, of_location);
	insert into account_key_sealed (account_id, key_hash, sealed, publishable_key)
		values (p_account.account_id, p_key_hash, p_sealed, p_publishable_key)
		on conflict (account_id) do update
			set key_hash = excluded.key_hash, sealed = excluded.sealed, publishable_key = excluded.publishable_key,
				created_at = now();
end
$$;
comment on function kassa.provider_key_put(kassa.account, text, text, text) is
	'One more pair of keys, the one to connect with from now on. Part of provider_prepare and provider_key_rotate.';

create or replace function kassa.provider_key_rotate(
	p_account_id text,
	p_key_hash text,
	p_sealed text,
	p_publishable_key text
)
returns table (location_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known account;
begin
	select * into known from account a where a.account_id = p_account_id;
	if not found then
		perform fault('account_unknown', format('there is no account %s', p_account_id));
	end if;
	perform from provider p where p.location_id = known.location_id for update;
	if not found then
		perform fault('account_unknown', 'its location has no provider');
	end if;
	perform provider_key_put(known, p_key_hash, p_sealed, p_publishable_key);
	perform provider_reconnect(known.location_id);
	return query select known.location_id;
end
$$;
comment on function kassa.provider_key_rotate(text, text, text, text) is
	'A new pair beside the old one, which stays valid until account_keys_revoke; connecting it is a job.';
grant execute on function kassa.provider_key_rotate(text, text, text, text) to kassa_server;

create or replace function kassa.provider_reconnect(p_location_id text)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	of_location text;
begin
	select i.installation_id into of_location from installation i
		where i.kind = 'location' and i.location_id = p_location_id and i.state not in ('uninstalled', 'dead');
	if found then
		perform job_add(of_location, 'location_connect', 'connect', 0);
	end if;
end
$$;
comment on function kassa.provider_reconnect(text) is
	'Something that the platform has of us has changed: registering and connecting it again is a job.';

create or replace function kassa.provider_told(p_location_id text, p_registered_sha256 text, p_connected_sha256 text)
returns table (location_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
#variable_conflict use_column
begin
	-- What a registration replaces, its keys included, is not there any more: they are sent again, by whoever goes on.
	return query
	update provider p
		set registered_sha256 = coalesce(p_registered_sha256, p.registered_sha256),
			registered_at = case when p_registered_sha256 is null then p.registered_at else now() end,
			connected_sha256 = p_connected_sha256,
			connected_at = case when p_connected_sha256 is not null then now() end
		where p.location_id = p_location_id
		returning p.location_id;
end
$$;
comment on function kassa.provider_told(text, text, text) is
	'The platform took the registration, or the keys, with this digest; null: it was not asked. A registration forgets the keys.';
grant execute on function kassa.provider_told(text, text, text) to kassa_server;
