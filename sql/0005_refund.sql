-- Refunds: money of a charge that goes back, reserved out of "captured, not refunded" first (design §5).
set local role kassa_owner;

-- Which rule told a new refund from a retry: the platform sends no attempt id (contract §3.7).
create type kassa.refund_rule as enum (
	'platform_total',	-- the platform said how much it counts as refunded
	'window'		-- it could not be asked: an equal refund shortly after is a retry
);

create table kassa.refund (
	account_id	text not null,
	refund_id	text not null check (length(refund_id) between 1 and 39),
	charge_id	text not null,
	amount_minor	bigint not null check (amount_minor between 1 and 999999999999999),
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	ordinal		int check (ordinal >= 0),
	rule		kassa.refund_rule not null,
	processor	text not null check (length(processor) between 1 and 31),
	status		kassa.charge_status not null default 'sending',
	decline		kassa.decline not null default 'none',
	reference	text not null default '' check (length(reference) <= 63),
	created_at	timestamptz not null default now(),
	settled_at	timestamptz,
	primary key (account_id, refund_id),
	foreign key (account_id, charge_id) references kassa.charge,
	constraint refund_counts_what_the_platform_counts check ((ordinal is not null) = (rule = 'platform_total')),
	constraint refund_says_when_it_ended
		check ((settled_at is not null) = (status in ('succeeded', 'failed'))),
	constraint refund_says_why_it_failed check ((decline <> 'none') = (status = 'failed'))
);
comment on table kassa.refund is
	'One refund of a charge. A row is written, and the amount reserved on the charge, before the request leaves.';
comment on column kassa.refund.ordinal is
	'How many refunds of this charge came before this one; those that failed count, so that it is never given twice.';

create unique index refund_once_per_ordinal
	on kassa.refund (account_id, charge_id, amount_minor, ordinal) where status <> 'failed';
comment on index kassa.refund_once_per_ordinal is
	'The key of a refund: charge, amount, ordinal (design §5). Also finds the refunds of a charge.';

alter table kassa.transfer add constraint transfer_of_a_refund_names_it
	foreign key (account_id, refund_id) references kassa.refund;
