-- Installations: for which company or location the app is installed, with which tokens, and how far the
-- location's provider is registered and connected; what the platform announced; who opened the settings page.
set local role kassa_owner;

-- Same labels in the same order as src/store/store_installation.h.
create type kassa.installation_kind as enum ('company', 'location');
create type kassa.installation_state as enum (
	'wanted',	-- announced, no token yet
	'active',
	'paused',	-- the platform says "not active": the same tokens work again later
	'dead',		-- no token of it works any more: it has to be installed again
	'uninstalled'
);

create table kassa.company (
	company_id	text primary key check (length(company_id) between 1 and 79),
	name		text not null default '' check (length(name) <= 200),
	domain		text not null default '' check (domain ~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?$'),
	brand_name	text check (length(brand_name) between 1 and 80),
	brand_description text check (length(brand_description) between 1 and 200),
	brand_logo_url	text check (brand_logo_url ~ '^https://[^[:space:]"<>]{1,490}$'),
	brand_support	text check (length(brand_support) between 1 and 200),
	created_at	timestamptz not null default now()
);
comment on table kassa.company is 'An agency: its name and domain as the platform announced them, its brand as it was set (null: the operator''s).';

create table kassa.installation (
	installation_id	text primary key check (length(installation_id) between 1 and 39),
	kind		kassa.installation_kind not null,
	company_id	text check (length(company_id) between 1 and 79),
	location_id	text check (length(location_id) between 1 and 79),
	name		text not null default '' check (length(name) <= 200),
	state		kassa.installation_state not null default 'wanted',
	reason		text not null default '' check (length(reason) <= 200),
	event_at	timestamptz not null default '-infinity',
	user_id		text not null default '' check (length(user_id) <= 79),
	version_id	text not null default '' check (length(version_id) <= 79),
	plan_id		text not null default '' check (length(plan_id) <= 79),
	payment_status	text not null default '' check (length(payment_status) <= 31),
	scope		text not null default '' check (length(scope) <= 2000),
	installs_future	boolean not null default false,
	list_rounds	int not null default 0 check (list_rounds >= 0),
	token_serial	int not null default 0 check (token_serial >= 0),
	access_sealed	text check (length(access_sealed) between 1 and 8191),
	refresh_sealed	text check (length(refresh_sealed) between 1 and 8191),
	access_until	timestamptz,
	claim		text check (length(claim) between 1 and 39),
	claim_until	timestamptz,
	claim_spends	boolean not null default false,
	created_at	timestamptz not null default now(),
	updated_at	timestamptz not null default now(),
	constraint installation_of_a_location_names_it check ((kind = 'location') = (location_id is not null)),
	constraint installation_of_a_company_names_it check (kind <> 'company' or company_id is not null),
	constraint installation_active_has_a_token check (state <> 'active' or access_sealed is not null),
	constraint installation_claim_ends check ((claim is null) = (claim_until is null)),
	constraint installation_uninstalled_has_no_claim check (state <> 'uninstalled' or claim is null)
);
create unique index installation_once_per_location on kassa.installation (location_id) where kind = 'location';
create unique index installation_once_per_company on kassa.installation (company_id) where kind = 'company';
create index installation_of_company on kassa.installation (company_id) where kind = 'location';
comment on table kassa.installation is
	'The app installed for one company or one location, with its tokens, sealed for this row (design §2.8).';
comment on column kassa.installation.event_at is
	'The platform''s time of the newest install or uninstall that was applied: an older one changes nothing any more.';
comment on column kassa.installation.token_serial is 'Counts the pairs of tokens: who was told that one has expired says which.';
comment on column kassa.installation.claim is
	'Who is getting a new pair, until claim_until. With claim_spends the refresh token may have been spent by it: it is never sent again (design §2.10).';

-- What the platform has of us for a location.
create table kassa.provider (
	location_id	text primary key check (length(location_id) between 1 and 79),
	segment		text not null check (segment ~ '^[0-9a-z_]{20,39}$'),
	registered_sha256 text check (registered_sha256 ~ '^[0-9a-f]{64}$'),
	registered_at	timestamptz,
	connected_sha256 text check (connected_sha256 ~ '^[0-9a-f]{64}$'),
	connected_at	timestamptz,
	removed_at	timestamptz,
	created_at	timestamptz not null default now(),
	constraint provider_segment_names_one_location unique (segment)
);
comment on table kassa.provider is
	'The provider as it was last registered and connected: the digests are of what was sent, so that it is sent again only when it changed.';
comment on column kassa.provider.segment is 'The unguessable part of the location''s queryUrl: a second factor beside the API key.';

-- An account that an installation made hands its API key to the platform, now and when it is connected again.
create table kassa.account_key_sealed (
	account_id	text primary key references kassa.account,
	key_hash	text not null check (key_hash ~ '^[0-9a-f]{64}$'),
	sealed		text not null check (length(sealed) between 1 and 4095),
	publishable_key	text not null check (length(publishable_key) between 1 and 55),
	created_at	timestamptz not null default now()
);
comment on table kassa.account_key_sealed is 'The newest pair of keys, sealed: connecting again sends the same bytes.';

alter table kassa.api_key
	add column inert boolean not null default false,
	add column segment text check (segment ~ '^[0-9a-z_]{20,39}$'),
	add column asked_at timestamptz;
comment on column kassa.api_key.inert is 'The mode is not set up: every query is answered as not configured.';
comment on column kassa.api_key.segment is 'The path behind /query that must come with this key; null for keys made by the operator.';

-- The processor that a mode is set up with.
create table kassa.processor_setup (
	account_id	text primary key references kassa.account,
	processor	text not null check (length(processor) between 1 and 31),
	sealed		text check (length(sealed) between 1 and 8191),
	created_at	timestamptz not null default now(),
	updated_at	timestamptz not null default now()
);
comment on table kassa.processor_setup is 'Which processor an account uses, and its credentials, sealed. They are written and never shown.';

create type kassa.webhook_state as enum ('applied', 'stored', 'ignored');
create table kassa.webhook (
	webhook_id	text primary key check (length(webhook_id) between 1 and 79),
	type		text not null check (length(type) between 1 and 79),
	company_id	text check (length(company_id) between 1 and 79),
	location_id	text check (length(location_id) between 1 and 79),
	at		timestamptz not null,
	scheme		text not null check (length(scheme) between 1 and 31),
	state		kassa.webhook_state not null,
	reason		text not null default '' check (length(reason) <= 200),
	body		text not null check (length(body) <= 262144),
	received_at	timestamptz not null default now()
);
create index webhook_of_location on kassa.webhook (location_id, received_at);
create index webhook_by_time on kassa.webhook (received_at);
comment on table kassa.webhook is
	'What the platform announced, once each, for 30 days; written in the transaction that applies it (design §2.9).';

create table kassa.sso_use (
	digest		text primary key check (digest ~ '^[0-9a-f]{64}$'),
	first_at	timestamptz not null default now()
);
comment on table kassa.sso_use is
	'Payloads that opened the settings page: they have no time of their own, so that one is good for as long as its first session (contract §8).';

alter table kassa.checkout_session add column closed_at timestamptz,
	add column closed_reason text not null default '' check (length(closed_reason) <= 63);
comment on column kassa.checkout_session.closed_at is
	'The platform announced that nothing is to be paid any more (invoice void, order canceled).';

-- Jobs of installations: their account_id is the installation's id, which is no account's.
alter table kassa.job drop constraint job_account_id_fkey;
comment on column kassa.job.account_id is 'Whose job it is: an account or an installation.';
alter type kassa.job_kind add value 'company_list';
alter type kassa.job_kind add value 'location_connect';
alter type kassa.job_kind add value 'location_leave';
alter type kassa.job_kind add value 'token_refresh';
alter type kassa.job_kind add value 'billing_report';

grant usage on type kassa.installation_kind, kassa.installation_state, kassa.webhook_state to kassa_books, kassa_server;
grant select, insert, update on kassa.company to kassa_books;
grant select, insert, update on kassa.installation to kassa_books;
grant select, insert, update on kassa.provider to kassa_books;
grant select, insert, update on kassa.account_key_sealed to kassa_books;
grant select, insert, update on kassa.processor_setup to kassa_books;
grant select, insert, delete on kassa.webhook to kassa_books;
grant select, insert on kassa.sso_use to kassa_books;
grant update (inert, segment, asked_at) on kassa.api_key to kassa_books;
grant update (closed_at, closed_reason) on kassa.checkout_session to kassa_books;
grant select on kassa.company, kassa.installation, kassa.provider, kassa.account_key_sealed, kassa.processor_setup,
	kassa.webhook to kassa_server;
