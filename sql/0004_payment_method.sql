-- Payment methods: cards that a processor keeps for a contact, and the setups that keep one without a charge.
set local role kassa_owner;

-- What a processor says of a card that it keeps.
create type kassa.kept_card as (
	token		text,
	fingerprint	text,
	brand		text,
	last4		text,
	expiry_month	int,
	expiry_year	int
);

create table kassa.payment_method (
	account_id	text not null references kassa.account,
	payment_method_id text not null check (length(payment_method_id) between 1 and 39),
	contact_id	text not null check (length(contact_id) between 1 and 79),
	processor	text not null check (length(processor) between 1 and 31),
	token		text not null check (length(token) between 1 and 63),
	fingerprint	text not null check (length(fingerprint) between 1 and 63),
	brand		text not null check (length(brand) between 1 and 15),
	last4		text not null check (last4 ~ '^[0-9]{4}$'),
	expiry_month	int not null check (expiry_month between 1 and 12),
	expiry_year	int not null check (expiry_year between 2000 and 2199),
	created_at	timestamptz not null default now(),
	refreshed_at	timestamptz not null default now(),
	removed_at	timestamptz,
	primary key (account_id, payment_method_id),
	constraint card_is_kept_once_per_contact unique (account_id, contact_id, processor, fingerprint)
);
comment on table kassa.payment_method is
	'A card kept at a processor for a contact: the processor''s token and what may be shown. Never a number (design §2.7).';
comment on column kassa.payment_method.removed_at is
	'Not listed and not charged any more; the row stays for the charges that name it.';

alter table kassa.charge add constraint charge_of_a_kept_card_names_it
	foreign key (account_id, payment_method_id) references kassa.payment_method;

create type kassa.setup_status as enum ('open', 'sending', 'unknown', 'succeeded', 'failed');

create table kassa.setup (
	account_id	text not null references kassa.account,
	setup_id	text not null check (length(setup_id) between 1 and 39),
	contact_id	text not null check (length(contact_id) between 1 and 79),
	dialect		kassa.dialect not null,
	client		text not null default '' check (length(client) <= 64),
	status		kassa.setup_status not null default 'open',
	attempt		smallint not null default 0,
	processor	text check (length(processor) between 1 and 31),
	decline		kassa.decline not null default 'none',
	payment_method_id text,
	created_at	timestamptz not null default now(),
	settled_at	timestamptz,
	primary key (account_id, setup_id),
	foreign key (account_id, payment_method_id) references kassa.payment_method,
	constraint setup_id_is_a_capability unique (setup_id),
	constraint setup_attempts_are_limited check (attempt between 0 and 5),
	constraint setup_names_its_processor check ((attempt > 0) = (processor is not null)),
	constraint setup_keeps_one_card check ((status = 'succeeded') = (payment_method_id is not null)),
	constraint setup_says_why_it_failed check ((status = 'failed') = (decline <> 'none')),
	constraint setup_says_when_it_ended
		check ((status in ('succeeded', 'failed')) = (settled_at is not null))
);
comment on table kassa.setup is
	'One opened page that keeps a card for a contact without charging it. Its last attempt, as a charge is one of a session.';

-- How a setup stands, with its mode and the card it has kept.
create view kassa.setup_state as
select
	s.account_id,
	a.mode,
	s.setup_id,
	s.contact_id,
	s.dialect,
	s.status,
	s.attempt,
	s.processor,
	s.decline,
	m.payment_method_id,
	m.brand,
	m.last4,
	m.expiry_month,
	m.expiry_year
from kassa.setup s
join kassa.account a on a.account_id = s.account_id
left join kassa.payment_method m
	on m.account_id = s.account_id and m.payment_method_id = s.payment_method_id;
comment on view kassa.setup_state is 'The row that setup_open, setup_read, setup_reserve and setup_settle return.';
