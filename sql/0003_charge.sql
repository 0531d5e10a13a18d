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

-- No fillfactor here. Every update moves status or resolve_at, and indexes depend on both (who is alive,
-- who is due), so none can be heap-only; what is looked up most, a final charge, is never updated again.
create table kassa.charge (
	account_id	text not null references kassa.account,
	charge_id	text not null check (length(charge_id) between 1 and 39),
	session_id	text not null,
	attempt		smallint not null,
	transaction_id	text not null,
	processor	text not null check (length(processor) between 1 and 31),
	amount_minor	bigint not null check (amount_minor between 1 and 999999999999999),
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	captured_minor	bigint not null default 0,
	status		kassa.charge_status not null default 'sending',
	decline		kassa.decline not null default 'none',
	reference	text not null default '' check (length(reference) <= 63),
	action		text not null default '' check (length(action) <= 63),
	created_at	timestamptz not null default now(),
	settled_at	timestamptz,
	resolve_at	timestamptz,
	resolve_tries	int not null default 0 check (resolve_tries >= 0),
	primary key (account_id, charge_id),
	foreign key (account_id, session_id) references kassa.checkout_session,
	constraint charge_attempts_are_limited check (attempt between 1 and 5),
	constraint charge_attempts_are_counted unique (account_id, session_id, attempt),
	constraint charge_captures_all_or_nothing
		check (captured_minor = case when status = 'succeeded' then amount_minor else 0 end),
	constraint charge_says_when_it_ended
		check ((settled_at is not null) = (status in ('succeeded', 'failed'))),
	constraint charge_says_why_it_failed check ((decline <> 'none') = (status = 'failed')),
	constraint charge_asks_only_while_pending check (action = '' or status = 'pending'),
	constraint charge_is_never_forgotten check ((resolve_at is null) = (settled_at is not null))
);
comment on table kassa.charge is
	'One attempt to take the money of a session. A row is written before the request leaves (design §2.3).';
comment on column kassa.charge.attempt is
	'1 to 5 within its session: the earlier ones have all failed.';
comment on column kassa.charge.resolve_at is
	'When the janitor asks the processor what became of it; every charge without an end has one.';

create unique index charge_alive_once_per_transaction
	on kassa.charge (account_id, transaction_id) where status <> 'failed';
comment on index kassa.charge_alive_once_per_transaction is
	'No charge is made twice for one platform transaction, whatever races (design §2.2).';

create index charge_due on kassa.charge (resolve_at) where resolve_at is not null;
comment on index kassa.charge_due is 'Holds only charges without an end: small however many there are.';

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
