-- External billing: who installs a paid app pays on a page of ours, and the platform is told how it ended.
set local role kassa_owner;

-- Same labels in the same order as src/core/billing.h; tests/house compares.
create type kassa.billing_state as enum ('open', 'paid', 'failed');
create type kassa.billing_payer as enum ('company', 'location');

create table kassa.billing_order (
	account_id	text not null references kassa.account,
	order_id	text not null check (order_id ~ '^bill_[0-9a-z]{26}$'),
	company_id	text check (length(company_id) between 1 and 79),
	price_minor	bigint not null check (price_minor between 1 and 999999999999999),
	amount_minor	bigint not null check (amount_minor between 1 and 999999999999999),
	currency	text not null check (currency ~ '^[A-Z]{3}$'),
	recurring	boolean not null,
	state		kassa.billing_state not null default 'open',
	charge_id	text,
	created_at	timestamptz not null default now(),
	primary key (account_id, order_id),
	foreign key (account_id, charge_id) references kassa.charge,
	constraint billing_order_names_one_account unique (order_id),
	constraint billing_order_ends_by_a_charge check ((state = 'open') = (charge_id is null))
);
create index billing_order_of_charge on kassa.billing_order (account_id, charge_id) where charge_id is not null;
comment on table kassa.billing_order is
	'What an installer was asked to pay: the price of the operator''s plan, once for each company or location. Its id is the transaction that the checkout pays.';
comment on column kassa.billing_order.state is 'failed is no end: another card may pay it. paid is one.';

create table kassa.billing_report (
	account_id	text not null,
	order_id	text not null,
	number		int not null check (number >= 1),
	payer		kassa.billing_payer not null,
	reference_id	text not null check (length(reference_id) between 1 and 79),
	state		kassa.billing_state not null default 'open',
	told		kassa.billing_state not null default 'open',
	tries		int not null default 0 check (tries >= 0),
	told_at		timestamptz,
	primary key (account_id, order_id, number),
	foreign key (account_id, order_id) references kassa.billing_order,
	constraint billing_report_once_per_payer unique (account_id, order_id, payer, reference_id),
	constraint billing_report_was_told_some_time check (told = 'open' or told_at is not null)
);
comment on table kassa.billing_report is
	'What the platform is told of an order for one company or location: state is what there is to say, told what it took.';
comment on column kassa.billing_report.tries is 'How often it was said in vain since the state is what it is.';

grant usage on type kassa.billing_state, kassa.billing_payer to kassa_books, kassa_server;
grant select, insert, update (state, charge_id) on kassa.billing_order to kassa_books;
grant select, insert, update (state, told, tries, told_at) on kassa.billing_report to kassa_books;
