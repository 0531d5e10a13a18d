-- Roles, and the accounts that everything else hangs from: one location in one mode, its keys, its token.
-- Run once by kassactl migrate, as kassa_owner or as a superuser; never edited.

-- Roles belong to the whole cluster and are not ours to make: conf/roles.sql is the operator's step.
do $$
begin
	if exists (
		select from unnest(array['kassa_owner', 'kassa_books', 'kassa_sandbox', 'kassa_server']) as role (name)
		where to_regrole(role.name) is null
	) then
		raise exception 'the roles are missing: a superuser runs conf/roles.sql once, before the first migration';
	end if;
end
$$;
revoke all on schema public from public;

-- From here on everything belongs to kassa_owner, also when a superuser migrates.
set local role kassa_owner;

-- The default that PUBLIC may execute functions and use types can only be taken back for all schemas at once.
alter default privileges for role kassa_owner revoke execute on functions from public;
alter default privileges for role kassa_owner revoke usage on types from public;
alter default privileges for role kassa_books revoke execute on functions from public;
alter default privileges for role kassa_sandbox revoke execute on functions from public;
alter default privileges for role kassa_sandbox revoke usage on types from public;

create schema kassa;

-- Same labels in the same order as src/core/mode.h.
create type kassa.mode as enum ('test', 'live');

create type kassa.key_kind as enum ('secret', 'publishable');

create table kassa.account (
	account_id	text primary key check (length(account_id) between 1 and 39),
	location_id	text not null check (length(location_id) between 1 and 79),
	mode		kassa.mode not null,
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	created_at	timestamptz not null default now(),
	constraint account_once_per_location_and_mode unique (location_id, mode)
);
comment on table kassa.account is
	'One location in one mode: the tenant. Test and live share no row (design §1).';
comment on column kassa.account.currency is 'What a form offers first; a charge has its own.';

create table kassa.api_key (
	account_id	text not null references kassa.account,
	key_hash	text not null check (key_hash ~ '^[0-9a-f]{64}$'),
	kind		kassa.key_kind not null,
	publishable_key	text check (length(publishable_key) between 1 and 55),
	created_at	timestamptz not null default now(),
	revoked_at	timestamptz,
	primary key (account_id, key_hash),
	constraint api_key_names_one_account unique (key_hash),
	constraint publishable_key_names_one_account unique (publishable_key),
	constraint api_key_secret_is_never_in_clear
		check ((kind = 'publishable') = (publishable_key is not null))
);
comment on table kassa.api_key is
	'The pair of keys of an account. The secret one is kept as its SHA-256 alone (design §2.8).';

create table kassa.platform_token (
	account_id	text primary key references kassa.account,
	sealed		text not null check (length(sealed) between 1 and 16384),
	created_at	timestamptz not null default now()
);
comment on table kassa.platform_token is
	'The token that reads amounts back from the platform, sealed with the master key (src/base/seal.h).';
