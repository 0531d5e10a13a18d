-- Accounts: opened by the operator (kassactl), with their keys and the platform's token.
-- The server may not execute these.
set local role kassa_books;

create or replace function kassa.account_create(
	p_account_id text,
	p_location_id text,
	p_mode kassa.mode,
	p_currency text,
	p_secret_hash text,
	p_publishable_key text
)
returns table (account_id text, created_at timestamptz)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	made timestamptz;
begin
	insert into account as a (account_id, location_id, mode, currency)
		values (p_account_id, p_location_id, p_mode, p_currency)
		on conflict do nothing
		returning a.created_at into made;
	if not found then
		perform fault('account_exists', format('location %s has an account in %s mode',
			p_location_id, p_mode));
	end if;
	insert into api_key (account_id, key_hash, kind, publishable_key) values
		(p_account_id, p_secret_hash, 'secret', null),
		(p_account_id, encode(sha256(convert_to(p_publishable_key, 'UTF8')), 'hex'),
			'publishable', p_publishable_key);
	return query select p_account_id, made;
end
$$;
comment on function kassa.account_create(text, text, kassa.mode, text, text, text) is
	'One account for a location and mode, with its pair of keys; again: account_exists. Source: design §1.';

create or replace function kassa.platform_token_set(p_account_id text, p_sealed text)
returns table (account_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
#variable_conflict use_column
begin
	insert into platform_token (account_id, sealed)
		select a.account_id, p_sealed from account a where a.account_id = p_account_id
		on conflict (account_id) do update set sealed = excluded.sealed, created_at = now();
	if not found then
		perform fault('account_unknown', format('there is no account %s', p_account_id));
	end if;
	return query select p_account_id;
end
$$;
comment on function kassa.platform_token_set(text, text) is
	'Keep the sealed token in place of the one before. Source: design §2.8; the seal is made outside.';

create or replace function kassa.account_keys_add(
	p_account_id text,
	p_secret_hash text,
	p_publishable_key text
)
returns table (account_id text, valid_pairs bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	perform from account a where a.account_id = p_account_id;
	if not found then
		perform fault('account_unknown', format('there is no account %s', p_account_id));
	end if;
	-- A pair that nobody tells the platform would be the newest, and all others could be revoked for it.
	if exists (select from account_key_sealed s where s.account_id = p_account_id) then
		perform fault('keys_changing', 'the platform was given the keys of this location: its settings page makes new ones');
	end if;
	insert into api_key (account_id, key_hash, kind, publishable_key) values
		(p_account_id, p_secret_hash, 'secret', null),
		(p_account_id, encode(sha256(convert_to(p_publishable_key, 'UTF8')), 'hex'),
			'publishable', p_publishable_key);
	return query select p_account_id, count(*) from api_key k
		where k.account_id = p_account_id and k.kind = 'secret' and k.revoked_at is null;
end
$$;
comment on function kassa.account_keys_add(text, text, text) is
	'One more pair of keys beside those there are; account_keys_revoke ends the older ones.';

create or replace function kassa.account_keys_revoke(p_account_id text)
returns table (revoked bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	ended bigint;
begin
	perform from account a where a.account_id = p_account_id;
	if not found then
		perform fault('account_unknown', format('there is no account %s', p_account_id));
	end if;
	-- The newest of each kind stays, so that an account is never left without keys, whatever runs beside this.
	update api_key k
		set revoked_at = now()
		where k.account_id = p_account_id and k.revoked_at is null and exists (
			select from api_key n
			where n.account_id = k.account_id and n.kind = k.kind and n.revoked_at is null
				and n.created_at > k.created_at
		) and not exists (
			select from account_key_sealed s
			where s.account_id = k.account_id and (s.key_hash = k.key_hash or s.publishable_key = k.publishable_key)
		);
	get diagnostics ended = row_count;
	return query select ended;
end
$$;
comment on function kassa.account_keys_revoke(text) is
	'All keys but the newest pair, and the one that the platform was given, are refused from now on.';
