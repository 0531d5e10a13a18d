-- The sandbox processor's own memory. It stands for a foreign company: no key points from here to Kassa's
-- tables or back, and Kassa reaches it through sql/function/sandbox.sql alone.
set local role kassa_owner;

create schema sandbox authorization kassa_sandbox;
set local role kassa_sandbox;
grant usage on schema sandbox to kassa_server;

-- Same labels in the same order as CARD_BEHAVIOURS in src/core/card.h.
create type sandbox.behaviour as enum ('succeed', 'decline', 'decline_charge', 'challenge', 'pend', 'silent');

create type sandbox.operation_kind as enum (
	'charge',
	'refund',
	'save',
	'closed'	-- asked about before it came: from then on it never will be taken
);

-- What save and look_up_saved answer.
create type sandbox.saved as (
	outcome		kassa.outcome,
	decline		kassa.decline,
	method		text,
	fingerprint	text,
	brand		text,
	last4		text,
	expiry_month	int,
	expiry_year	int
);

-- What charge, charge_saved and refund answer.
create type sandbox.answer as (
	outcome		kassa.outcome,
	decline		kassa.decline,
	reference	text,
	action		text,
	silent		boolean
);

create table sandbox.card (
	account_id	text not null check (length(account_id) between 1 and 39),
	fingerprint	text not null default 'fp_' || replace(gen_random_uuid()::text, '-', ''),
	brand		text not null check (length(brand) between 1 and 15),
	last4		text not null check (last4 ~ '^[0-9]{4}$'),
	expiry_month	int not null check (expiry_month between 1 and 12),
	expiry_year	int not null check (expiry_year between 2000 and 2199),
	behaviour	sandbox.behaviour not null,
	decline		kassa.decline not null,
	primary key (account_id, fingerprint),
	constraint card_has_one_fingerprint
		unique (account_id, brand, last4, expiry_month, expiry_year, behaviour, decline),
	constraint card_says_why_it_declines
		check ((behaviour in ('decline', 'decline_charge')) = (decline <> 'none'))
);
comment on table sandbox.card is
	'A published test card as one account met it. Its number never comes here, so its fingerprint is drawn.';

create table sandbox.token (
	account_id	text not null,
	token		text not null check (length(token) between 1 and 63),
	fingerprint	text not null,
	used_key	text,
	created_at	timestamptz not null default now(),
	primary key (account_id, token),
	foreign key (account_id, fingerprint) references sandbox.card
);
comment on table sandbox.token is 'What the frame hands out for a card: good for one key, within one hour.';

create table sandbox.method (
	account_id	text not null,
	method		text not null default 'pm_' || replace(gen_random_uuid()::text, '-', ''),
	fingerprint	text not null,
	created_at	timestamptz not null default now(),
	primary key (account_id, method),
	foreign key (account_id, fingerprint) references sandbox.card
);
comment on table sandbox.method is 'A card kept to be charged later, without the payer.';

create table sandbox.operation (
	account_id	text not null check (length(account_id) between 1 and 39),
	key		text not null check (length(key) between 1 and 63),
	kind		sandbox.operation_kind not null,
	source		text,			-- token, payment method, or the refunded charge's key
	amount_minor	bigint check (amount_minor between 1 and 999999999999999),
	currency	text check (currency ~ '^[A-Z]{3}$'),
	outcome		kassa.outcome not null default 'failed',
	decline		kassa.decline not null default 'not_sent',
	reference	text not null default '',
	challenge	text,
	ends_at		timestamptz,		-- when a pending one ends by itself
	silent		boolean not null default false,
	saves		boolean not null default false,	-- the card is to be kept, too
	method		text,				-- as which it was kept
	refunded_minor	bigint not null default 0,
	created_at	timestamptz not null default now(),
	primary key (account_id, key),
	constraint challenge_is_a_capability unique (challenge),
	constraint operation_says_why_it_failed check ((outcome = 'failed') = (decline <> 'none')),
	constraint operation_pends_until check ((outcome = 'pending') = (ends_at is not null)),
	constraint refunds_never_exceed_the_charge
		check (refunded_minor between 0 and coalesce(amount_minor, 0))
);
comment on table sandbox.operation is
	'Every request by its idempotency key, with the answer. One key, one row: whoever is second finds it.';
