-- Reconciliation: what a processor remembers against what the books have, as after a restore to a point in time.
set local role kassa_owner;

alter type kassa.job_kind add value 'processor_reconcile';
-- A refund that the processor remembers and the books had lost: nobody asked for it again.
alter type kassa.refund_rule add value 'reconciled';

create type kassa.operation_kind as enum ('charge', 'refund');

create type kassa.reconciliation_verdict as enum (
	'agrees',
	'idle',		-- not here, and nothing moved
	'booked',	-- was missing here
	'settled',	-- was here without its end
	'missing',	-- not here; a dry run books nothing
	'open',		-- here without its end; a dry run settles nothing
	'differs',	-- here with another amount, currency or end: somebody has to look
	'unbookable',	-- not here, and the books do not take it: somebody has to look
	'only_here'	-- succeeded here, and the processor does not know it: somebody has to look
);

-- One operation as a processor tells it; src/pay/pay_reconcile.c writes them as JSON, with these names.
create type kassa.processor_operation as (
	kind		kassa.operation_kind,
	key		text,
	charge_key	text,		-- of a refund
	amount_minor	bigint,
	currency	text,
	outcome		kassa.outcome,
	decline		kassa.decline,
	reference	text,
	at		timestamptz,
	transaction_id	text,
	contact_id	text,
	payment_method_id text,
	request_sha256	text,
	saves		boolean,
	session_id	text		-- for a session that has to be made anew
);

create table kassa.reconciliation (
	account_id	text not null references kassa.account,
	reconciliation_id text not null check (length(reconciliation_id) between 1 and 39),
	since		timestamptz not null,
	dry_run		boolean not null,
	cursor		text not null default '' check (length(cursor) <= 255),
	fault		text not null default '' check (length(fault) <= 63),
	created_at	timestamptz not null default now(),
	ended_at	timestamptz,
	primary key (account_id, reconciliation_id)
);
comment on table kassa.reconciliation is
	'One comparison of an account''s books with its processor, asked for by kassactl reconcile.';
comment on column kassa.reconciliation.cursor is
	'How far the processor''s list was read, committed with what was booked of it: a job that died goes on from here.';

create table kassa.reconciled (
	account_id	text not null,
	reconciliation_id text not null,
	key		text not null check (length(key) between 1 and 63),
	kind		kassa.operation_kind not null,
	verdict		kassa.reconciliation_verdict not null,
	amount_minor	bigint not null,
	currency	text not null,
	detail		text not null default '' check (length(detail) <= 200),
	primary key (account_id, reconciliation_id, key),
	foreign key (account_id, reconciliation_id) references kassa.reconciliation
);
comment on table kassa.reconciled is 'What a reconciliation found, one row for each operation that it saw.';

grant usage on type kassa.operation_kind, kassa.reconciliation_verdict, kassa.processor_operation to kassa_books;
grant select, insert, update (cursor, fault, ended_at) on kassa.reconciliation to kassa_books;
grant select, insert on kassa.reconciled to kassa_books;
grant select on kassa.reconciliation to kassa_server;

-- The sandbox keeps what is sent along with a charge, and lists its operations by time.
set local role kassa_sandbox;

alter table sandbox.operation
	add column transaction_id text check (length(transaction_id) <= 79),
	add column contact_id text check (length(contact_id) <= 79),
	add column payment_method_id text check (length(payment_method_id) <= 39),
	add column request_sha256 text check (length(request_sha256) <= 64);
create index operation_by_time on sandbox.operation (account_id, created_at, key);
comment on index sandbox.operation_by_time is 'The order in which sandbox.list tells them.';
