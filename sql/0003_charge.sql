-- Checkout sessions and charges: what was asked for, and how paying it ended.
set local role kassa_owner;

-- Same labels in the same order as src/core/charge.h and src/core/dialect.h; tests/house compares.
create type kassa.charge_status as enum ('sending', 'pending', 'unknown', 'succeeded', 'failed');
create type kassa.outcome as enum ('succeeded', 'failed', 'pending', 'unknown');
create type kassa.decline as enum (
	'none',
	'card_declined',
	'insufficient_funds',
	'expired_card',
	'incorrect_cvc',
	'authentication_failed',
	'authentication_required',
	'not_sent',
	'processor_refused'
);
create type kassa.dialect as enum ('live', 'brief');
create type kassa.amount_source as enum ('platform', 'page');

-- How many declines there may be lately, from the server's settings (README.md); 0: no limit.
create type kassa.attempt_limits as (
	window_ms	bigint,
	contact		int,	-- declines of one contact
	client		int,	-- … of one address
	account		int,	-- … of the account
	ratio_least	int,	-- so many charges make a ratio
	ratio_percent	int	-- of them declined, at most
);

-- What a caller of kassa.charge_reserve wants of a fresh charge.
create type kassa.charge_wish as (charge_id text, processor text, saves boolean, client text);

create table kassa.checkout_session (
	account_id	text not null references kassa.account,
	session_id	text not null check (length(session_id) between 1 and 39),
	transaction_id	text not null check (length(transaction_id) between 1 and 79),
	dialect		kassa.dialect not null,
	amount_minor	bigint not null check (amount_minor between 1 and 999999999999999),
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	amount_source	kassa.amount_source not null,
	contact_id	text check (length(contact_id) between 1 and 79),
	order_id	text check (length(order_id) between 1 and 79),
	created_at	timestamptz not null default now(),
	refreshed_at	timestamptz not null default now(),
	primary key (account_id, session_id),
	constraint session_once_per_transaction unique (account_id, transaction_id),
	constraint session_id_is_a_capability unique (session_id)
) with (fillfactor = 80);	-- opening again changes no indexed column: room for it on the same page
comment on table kassa.checkout_session is
	'One opened checkout page, bound to an account and a platform transaction.';
comment on column kassa.checkout_session.amount_source is
	'Who said the amount: the platform when it was read back, the page when there is no token (test only).';

create table kassa.charge (
	account_id	text not null references kassa.account,
	charge_id	text not null check (length(charge_id) between 1 and 39),
	session_id	text,
	attempt		smallint not null,
	transaction_id	text check (length(transaction_id) between 1 and 79),
	contact_id	text check (length(contact_id) between 1 and 79),
	payment_method_id text,
	client		text not null default '' check (length(client) <= 64),
	processor	text not null check (length(processor) between 1 and 31),
	amount_minor	bigint not null check (amount_minor between 1 and 999999999999999),
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	captured_minor	bigint not null default 0,
	refunded_minor	bigint not null default 0,
	status		kassa.charge_status not null default 'sending',
	decline		kassa.decline not null default 'none',
	reference	text not null default '' check (length(reference) <= 63),
	action		text not null default '' check (length(action) <= 63),
	saves		boolean not null default false,
	request_sha256	text check (request_sha256 ~ '^[0-9a-f]{64}$'),
	description	text not null default '' check (length(description) <= 255),
	created_at	timestamptz not null default now(),
	settled_at	timestamptz,
	primary key (account_id, charge_id),
	foreign key (account_id, session_id) references kassa.checkout_session,
	constraint charge_has_a_payer_or_a_kept_card
		check ((session_id is null) = (payment_method_id is not null)),
	constraint charge_of_a_session_has_its_transaction check (session_id is null or transaction_id is not null),
	constraint charge_without_payer_remembers_its_request
		check ((payment_method_id is null) = (request_sha256 is null)),
	constraint charge_saves_for_a_contact check (not saves or contact_id is not null),
	constraint charge_attempts_are_limited check (attempt between 1 and 5),
	constraint charge_attempts_are_counted unique (account_id, session_id, attempt),
	constraint charge_captures_all_or_nothing
		check (captured_minor = case when status = 'succeeded' then amount_minor else 0 end),
	constraint refunds_never_exceed_the_charge check (refunded_minor between 0 and captured_minor),
	constraint charge_says_when_it_ended
		check ((settled_at is not null) = (status in ('succeeded', 'failed'))),
	constraint charge_says_why_it_failed check ((decline <> 'none') = (status = 'failed')),
	constraint charge_asks_only_while_pending check (action = '' or status = 'pending')
) with (fillfactor = 85);	-- a refund changes no indexed column: room for it on the same page
comment on table kassa.charge is
	'One attempt to take money, by a payer in a session or from a kept card. A row is written before the request leaves (design §2.3).';
comment on column kassa.charge.attempt is
	'1 to 5 within its session: the earlier ones have all failed. A kept card is tried once.';
comment on column kassa.charge.transaction_id is
	'The platform''s; the brief dialect charges kept cards without one.';
comment on column kassa.charge.client is
	'A keyed digest of the address that the payer came from: for counting, not for reading.';
comment on column kassa.charge.refunded_minor is
	'Given back, or reserved to be: the limit of all refunds together is the constraint on this row (design §5).';
comment on column kassa.charge.saves is 'The payer agreed that the card is kept for the contact.';
comment on column kassa.charge.request_sha256 is
	'Of the canonical request of a charge without payer: the same key with another request is refused (design §5).';

create unique index charge_alive_once_per_transaction
	on kassa.charge (account_id, transaction_id) where status <> 'failed';
comment on index kassa.charge_alive_once_per_transaction is
	'No charge is made twice for one platform transaction, whatever races (design §2.2).';

create unique index charge_of_a_kept_card_once_per_transaction
	on kassa.charge (account_id, transaction_id) where payment_method_id is not null;
comment on index kassa.charge_of_a_kept_card_once_per_transaction is
	'Idempotency of charges without payer: a transaction is asked once, and its answer repeated (design §5).';

create index charge_by_time on kassa.charge (account_id, created_at);
comment on index kassa.charge_by_time is 'Lists for the operator, and the share of declines of an account lately.';
create index charge_without_transaction on kassa.charge (account_id, contact_id, created_at)
	where transaction_id is null;
comment on index kassa.charge_without_transaction is
	'Finds the equal request shortly before, where the dialect sends no transaction.';
create index charge_by_id on kassa.charge (charge_id);
comment on index kassa.charge_by_id is
	'Tells a charge of another account from one that is not there, for the log alone (src/store/store_charge.c).';

create table kassa.declined (
	account_id	text not null references kassa.account,
	declined_id	bigint not null generated always as identity,
	subject		text not null check (length(subject) between 1 and 39),
	contact_id	text check (length(contact_id) between 1 and 79),
	client		text not null check (length(client) <= 64),
	created_at	timestamptz not null default now(),
	primary key (account_id, declined_id)
);
comment on table kassa.declined is
	'Cards that a bank said no to, in charges and setups of payers: what the limits against card testing count.';
create index declined_of_account on kassa.declined (account_id, created_at);
create index declined_of_contact on kassa.declined (account_id, contact_id, created_at) where contact_id is not null;
create index declined_of_client on kassa.declined (account_id, client, created_at) where client <> '';

alter table kassa.transfer add constraint transfer_is_of_a_charge
	foreign key (account_id, charge_id) references kassa.charge;

-- How a session stands: with its last attempt, which is the living one if there is one.
create view kassa.session_state as
select
	s.account_id,
	a.mode,
	s.session_id,
	s.transaction_id,
	s.dialect,
	s.amount_minor,
	s.currency,
	s.refreshed_at,
	s.contact_id,
	c.charge_id,
	c.status,
	c.decline,
	c.action,
	c.processor,
	case when c.status = 'failed' then c.attempt::int else coalesce(c.attempt - 1, 0) end as failed_count
from kassa.checkout_session s
join kassa.account a on a.account_id = s.account_id
left join lateral (
	select l.*
	from kassa.charge l
	where l.account_id = s.account_id and l.session_id = s.session_id
	order by l.attempt desc
	limit 1
) c on true;
comment on view kassa.session_state is
	'A session, its mode and its last charge: the row that session_open and session_read return.';
