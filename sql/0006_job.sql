-- The queue: what has to be done later, or again, by whichever worker of whichever node comes first.
set local role kassa_owner;

-- Same labels in the same order as JOB_KINDS in src/store/store_job.h.
create type kassa.job_kind as enum (
	'charge_resolve',	-- ask the processor what became of a charge
	'refund_resolve',	-- … of a refund
	'setup_resolve',	-- … of a card that was to be kept
	'method_save',		-- keep the card of a charge whose payer agreed
	'method_forget'		-- tell the processor that a kept card is not wanted any more
);
create type kassa.job_state as enum ('waiting', 'dead');

create table kassa.job (
	account_id	text not null references kassa.account,
	job_id		bigint not null generated always as identity,
	kind		kassa.job_kind not null,
	subject		text not null check (length(subject) between 1 and 63),
	state		kassa.job_state not null default 'waiting',
	run_at		timestamptz not null,
	plan		kassa.charge_status check (plan in ('pending', 'unknown')),
	step		int not null default 0 check (step >= 0),
	tries		int not null default 0 check (tries >= 0),
	fault		text not null default '' check (length(fault) <= 63),
	created_at	timestamptz not null default now(),
	primary key (account_id, job_id),
	constraint job_once_per_subject unique (account_id, kind, subject)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
comment on table kassa.job is
	'A job is a row until it is done. Taking it moves run_at by a lease, so that one whose worker died comes back.';
comment on column kassa.job.plan is 'Which schedule it follows (kassa.job_schedule); null before the first answer.';
comment on column kassa.job.step is 'Which step of that schedule comes next.';
comment on column kassa.job.tries is
	'How often it was taken since it last got anywhere: one that kills its worker again and again ends as dead.';

create index job_due on kassa.job (run_at) where state = 'waiting';

create table kassa.job_schedule (
	plan		kassa.charge_status not null check (plan in ('pending', 'unknown')),
	step		int not null check (step >= 0),
	minutes		int not null check (minutes > 0),
	primary key (plan, step)
);
comment on table kassa.job_schedule is
	'When the janitor asks again. Behind the last step an unknown end is dead and an alert; a pending one repeats the last.';
insert into kassa.job_schedule (plan, step, minutes) values
	('unknown', 0, 1), ('unknown', 1, 5), ('unknown', 2, 60),
	('unknown', 3, 1440), ('unknown', 4, 1440), ('unknown', 5, 1440), ('unknown', 6, 1440), ('unknown', 7, 1440),
	('pending', 0, 60), ('pending', 1, 1440);
