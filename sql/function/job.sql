-- Jobs: added, planned and ended by the functions whose work they are; taken, moved on and given back by the
-- runners (src/jobs/queue.c); looked at and revived by the operator (kassactl jobs).
set local role kassa_books;

create or replace function kassa.job_add(
	p_account_id text,
	p_kind kassa.job_kind,
	p_subject text,
	p_after_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	insert into job as j (account_id, kind, subject, run_at)
		values (p_account_id, p_kind, p_subject, now() + p_after_ms * interval '1 millisecond')
		-- One that runs right now is not begun a second time: without tries it runs once more when it ends.
		on conflict on constraint job_once_per_subject do update
			set run_at = case when p_after_ms = 0 and j.leased_until > now() then j.run_at else excluded.run_at end,
				leased_until = case when p_after_ms = 0 then j.leased_until end,
				state = 'waiting', plan = null, step = 0, tries = 0, fault = '';
	-- Runners look by themselves now and then; only what is due at once is worth waking them.
	if p_after_ms = 0 then
		perform pg_notify('kassa_job', '');
	end if;
end
$$;
comment on function kassa.job_add(text, kassa.job_kind, text, bigint) is
	'A job that waits, committed with what made it necessary. Source: design §4.';

create or replace function kassa.job_plan(
	p_account_id text,
	p_kind kassa.job_kind,
	p_subject text,
	p_plan kassa.charge_status,
	p_minute_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	update job j
		set plan = p_plan, step = 0, tries = 0, state = 'waiting', fault = '',
			run_at = now() + s.minutes * p_minute_ms * interval '1 millisecond'
		from job_schedule s
		where j.account_id = p_account_id and j.kind = p_kind and j.subject = p_subject
			and j.plan is distinct from p_plan and s.plan = p_plan and s.step = 0;
end
$$;
comment on function kassa.job_plan(text, kassa.job_kind, text, kassa.charge_status, bigint) is
	'Puts the job of an intent on the schedule of what is known of it; once on it, asking more often changes nothing.';

create or replace function kassa.job_end(p_account_id text, p_kind kassa.job_kind, p_subject text)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	delete from job j where j.account_id = p_account_id and j.kind = p_kind and j.subject = p_subject;
end
$$;
comment on function kassa.job_end(text, kassa.job_kind, text) is
	'What the job was for has come to its end, whoever brought it there.';

create or replace function kassa.job_take(p_limit int, p_lease_ms bigint, p_tries_max int)
returns table (
	account_id text,
	job_id bigint,
	kind kassa.job_kind,
	subject text,
	state kassa.job_state,
	plan kassa.charge_status,
	step int,
	tries int
)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	-- Materialized: a plan that asked again for each row would take more than the limit.
	with due as materialized (
		select j.account_id, j.job_id
		from job j
		where j.state = 'waiting' and j.run_at <= now()
		order by j.run_at
		limit p_limit
		for update skip locked
	)
	update job j
		set run_at = now() + p_lease_ms * interval '1 millisecond',
			leased_until = now() + p_lease_ms * interval '1 millisecond',
			tries = j.tries + 1,
			state = case when j.tries >= p_tries_max then 'dead' else 'waiting' end::job_state,
			fault = case when j.tries >= p_tries_max and j.fault = '' then 'worker_lost' else j.fault end
		from due
		where j.account_id = due.account_id and j.job_id = due.job_id
		returning j.account_id, j.job_id, j.kind, j.subject, j.state, j.plan, j.step, j.tries;
end
$$;
comment on function kassa.job_take(int, bigint, int) is
	'Jobs that are due, leased: two runners never get the same one. What was taken too often without getting anywhere comes back as dead. Source: design §4.';
grant execute on function kassa.job_take(int, bigint, int) to kassa_server;

create or replace function kassa.job_finish(p_account_id text, p_job_id bigint, p_tries int)
returns table (gone boolean)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- One that was added anew meanwhile counts its tries from the beginning: it has to run once more.
	delete from job j where j.account_id = p_account_id and j.job_id = p_job_id and j.tries = p_tries;
	if found then
		return query select true;
		return;
	end if;
	update job j set run_at = now(), leased_until = null
		where j.account_id = p_account_id and j.job_id = p_job_id and j.tries = 0 and j.leased_until is not null;
	if found then
		perform pg_notify('kassa_job', '');
	end if;
	return query select false;
end
$$;
comment on function kassa.job_finish(text, bigint, int) is
	'Nothing is left to do of what was taken as try p_tries. A runner whose lease ran out finds it gone, which is fine: effects have keys of their own.';
grant execute on function kassa.job_finish(text, bigint, int) to kassa_server;

create or replace function kassa.job_move(
	p_account_id text,
	p_job_id bigint,
	p_plan kassa.charge_status,
	p_step int,
	p_minute_ms bigint
)
returns table (state kassa.job_state)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- Only from where it was when it was taken: what a settle planned anew in between stays planned.
	update job j
		set step = j.step + 1, tries = 0, leased_until = null,
			state = case when p_plan = 'unknown' and s.step is null then 'dead' else j.state end,
			fault = case when p_plan = 'unknown' and s.step is null then 'outcome_unknown' else '' end,
			run_at = now() + coalesce(s.minutes, last.minutes) * p_minute_ms * interval '1 millisecond'
		from (
			select l.minutes from job_schedule l where l.plan = p_plan order by l.step desc limit 1
		) last
		left join job_schedule s on s.plan = p_plan and s.step = p_step + 1
		where j.account_id = p_account_id and j.job_id = p_job_id and j.plan = p_plan and j.step = p_step;
	return query select j.state from job j where j.account_id = p_account_id and j.job_id = p_job_id;
end
$$;
comment on function kassa.job_move(text, bigint, kassa.charge_status, int, bigint) is
	'Asked, and still no end: on to the next step. Behind the last one an unknown end is dead: nobody guesses. Source: design §5.';
grant execute on function kassa.job_move(text, bigint, kassa.charge_status, int, bigint) to kassa_server;

create or replace function kassa.job_fail(
	p_account_id text,
	p_job_id bigint,
	p_fault text,
	p_after_ms bigint,
	p_tries_max int
)
returns table (state kassa.job_state)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	update job j
		set run_at = now() + p_after_ms * interval '1 millisecond', leased_until = null,
			fault = p_fault,
			state = case when j.tries >= p_tries_max then 'dead' else 'waiting' end::job_state
		where j.account_id = p_account_id and j.job_id = p_job_id
		returning j.state;
end
$$;
comment on function kassa.job_fail(text, bigint, text, bigint, int) is
	'It could not be done now: again after a while, or dead when it was tried too often. Source: design §4.';
grant execute on function kassa.job_fail(text, bigint, text, bigint, int) to kassa_server;

create or replace function kassa.job_return(p_account_id text, p_job_id bigint, p_tries int)
returns table (returned boolean)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- The try does not count: a restart is no failure of the job's.
	update job j
		set run_at = now(), leased_until = null, tries = greatest(j.tries - 1, 0)
		where j.account_id = p_account_id and j.job_id = p_job_id and j.state = 'waiting'
			and (j.tries = p_tries or j.tries = 0 and j.leased_until is not null);
	if found then
		perform pg_notify('kassa_job', '');
	end if;
	return query select found;
end
$$;
comment on function kassa.job_return(text, bigint, int) is
	'Given back by a runner that ends, as it was before try p_tries: whoever comes first takes it. Source: design §4.';
grant execute on function kassa.job_return(text, bigint, int) to kassa_server;

create or replace function kassa.job_hurry(p_account_id text, p_subject text)
returns table (hurried boolean)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- One whose request is still under way (no plan yet) is left alone: asking could only close its key.
	update job j
		set run_at = now(), state = 'waiting', tries = 0
		where j.account_id = p_account_id and j.subject = p_subject and j.plan is not null
			and j.kind in ('charge_resolve', 'refund_resolve', 'setup_resolve');
	if found then
		perform pg_notify('kassa_job', '');
	end if;
	return query select found;
end
$$;
comment on function kassa.job_hurry(text, text) is
	'A processor says that something has news. It is a hint and moves no money: the janitor asks now instead of later. Source: design §5.';
grant execute on function kassa.job_hurry(text, text) to kassa_server;

create or replace function kassa.job_retry(p_account_id text, p_job_id bigint)
returns table (job_id bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
#variable_conflict use_column
begin
	update job j
		set state = 'waiting', run_at = now(), step = 0, tries = 0, fault = ''
		where j.account_id = p_account_id and j.job_id = p_job_id and j.state = 'dead';
	if not found then
		perform fault('job_unknown', format('account %s has no dead job %s', p_account_id, p_job_id));
	end if;
	perform pg_notify('kassa_job', '');
	return query select p_job_id;
end
$$;
comment on function kassa.job_retry(text, bigint) is 'The operator wants a dead job tried again. Source: design §4.';
grant execute on function kassa.job_retry(text, bigint) to kassa_owner;
