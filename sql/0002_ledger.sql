-- The ledger: accounts of the books and transfers between two of them. Rows are added and never changed.
-- A transfer has two phases (design §5): a pending one reserves, then one post or one void resolves it.
set local role kassa_owner;

create type kassa.ledger_name as enum (
	'processor_clearing',	-- what the processor owes to us
	'merchant_payable'	-- what we owe to the merchant
);

create type kassa.transfer_phase as enum ('pending', 'post', 'void');

create table kassa.ledger_account (
	account_id	text not null references kassa.account,
	name		kassa.ledger_name not null,
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	primary key (account_id, name, currency)
);
comment on table kassa.ledger_account is
	'An account of the books. It has no balance column: a row that every charge changes would be a queue.';

create table kassa.transfer (
	account_id	text not null,
	transfer_id	bigint not null generated always as identity,
	phase		kassa.transfer_phase not null,
	pending_id	bigint,
	pending_phase	kassa.transfer_phase generated always as
			(case when phase <> 'pending' then 'pending'::kassa.transfer_phase end) stored,
	debit		kassa.ledger_name not null,
	credit		kassa.ledger_name not null,
	currency	text not null,
	amount_minor	bigint not null,
	charge_id	text not null,
	refund_id	text,
	refund_key	text not null generated always as (coalesce(refund_id, '')) stored,
	created_at	timestamptz not null default now(),
	primary key (account_id, transfer_id),
	constraint transfer_amount_is_positive check (amount_minor between 1 and 999999999999999),
	constraint transfer_moves_between_two check (debit <> credit),
	constraint transfer_resolves_a_pending_one check ((phase = 'pending') = (pending_id is null)),
	constraint transfer_is_resolved_once unique (account_id, pending_id),
	constraint transfer_debit_is_open
		foreign key (account_id, debit, currency) references kassa.ledger_account,
	constraint transfer_credit_is_open
		foreign key (account_id, credit, currency) references kassa.ledger_account,
	-- Only there to be pointed at by the next one.
	constraint transfer_in_all_columns
		unique (account_id, transfer_id, phase, debit, credit, currency, amount_minor, charge_id,
			refund_key),
	constraint transfer_copies_its_pending_one
		foreign key (account_id, pending_id, pending_phase, debit, credit, currency,
			amount_minor, charge_id, refund_key)
		references kassa.transfer
			(account_id, transfer_id, phase, debit, credit, currency, amount_minor, charge_id,
			refund_key)
);
comment on table kassa.transfer is
	'One movement from a ledger account to another: one row is both entries, so that sums are zero (design §2.4).';
comment on column kassa.transfer.pending_phase is
	'Lets the foreign key say that what a post or void points at is a pending transfer.';

comment on column kassa.transfer.refund_key is
	'The refund, or nothing for the charge itself: a foreign key and an index do not compare nulls.';

create unique index transfer_reserves_once
	on kassa.transfer (account_id, charge_id, refund_key) where phase = 'pending';
comment on index kassa.transfer_reserves_once is
	'A charge reserves once, and so does each refund of it; also finds what to post or void.';
