-- What monitoring and load balancers ask: few rows, by indexes, cheap enough for every few seconds.
set local role kassa_owner;
grant select on kassa.migration to kassa_books;
set local role kassa_books;

create or replace function kassa.readiness()
returns table (migration text, now_us bigint)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
		select coalesce(max(m.name) filter (where m.name like '0%'), ''),
			(extract(epoch from clock_timestamp()) * 1000000)::bigint
		from migration m;
end
$$;
comment on function kassa.readiness() is
	'The newest migration that was applied, and the time of the database: what a server compares with its own.';
grant execute on function kassa.readiness() to kassa_server;

create or replace function kassa.metrics()
returns table (family text, label text, number bigint)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	with of_kind as (
		select k.kind, count(j.*) filter (where j.state = 'waiting') as waiting,
			count(j.*) filter (where j.state = 'dead') as dead,
			max(extract(epoch from now() - j.run_at)) filter (where j.state = 'waiting' and j.run_at <= now()) as late
		from unnest(enum_range(null::job_kind)) as k (kind)
		left join job j on j.kind = k.kind
		group by k.kind
	), open as (
		-- Every charge without an end has a job (ledger_forgotten_problems), so nobody has to look for them.
		select c.status, count(*) as count, max(extract(epoch from now() - c.created_at)) as oldest
		from job j
		join charge c on c.account_id = j.account_id and c.charge_id = j.subject
		where j.kind = 'charge_resolve' and c.status in ('sending', 'pending', 'unknown')
		group by c.status
	), status as (
		select s.status, coalesce(o.count, 0) as count, coalesce(o.oldest, 0) as oldest
		from unnest(array['sending', 'pending', 'unknown']::charge_status[]) as s (status)
		left join open o on o.status = s.status
	), of_state as (
		select s.state, count(i.*) as count
		from unnest(enum_range(null::installation_state)) as s (state)
		left join installation i on i.state = s.state and i.kind = 'location'
		group by s.state
	)
	select 'jobs', o.kind::text, o.waiting from of_kind o
	union all
	select 'jobs_dead', o.kind::text, o.dead from of_kind o
	union all
	select 'job_late', o.kind::text, coalesce(o.late, 0)::bigint from of_kind o
	union all
	select 'charges_open', s.status::text, s.count from status s
	union all
	select 'charge_oldest', s.status::text, s.oldest::bigint from status s
	union all
	select 'installations', s.state::text, s.count from of_state s
	union all
	select 'tokens_expiring', null, count(*) from installation i
		where i.state = 'active' and i.access_until < now() + interval '30 minutes'
	union all
	select 'ledger_problems', null, count(*) from ledger_recent_problems();
end
$$;
comment on function kassa.metrics() is
	'Gauges of the books for GET /metrics: how much waits, how late, what has no end, whether the last charges balance.';
grant execute on function kassa.metrics() to kassa_server;

create or replace function kassa.ledger_recent_problems()
returns table (account_id text, charge_id text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	select c.account_id, c.charge_id
	from account a
	cross join lateral (
		select r.* from charge r
		where r.account_id = a.account_id and r.created_at > now() - interval '10 minutes'
		order by r.created_at desc
		limit 100
	) c
	cross join lateral (
		select coalesce(sum(n.amount_minor) filter (where n.phase = 'post'), 0) as charged,
			count(*) as reserved, count(n.*) as resolved
		from transfer t
		left join transfer n on n.account_id = t.account_id and n.pending_id = t.transfer_id
		where t.account_id = c.account_id and t.charge_id = c.charge_id and t.phase = 'pending' and t.refund_id is null
	) posted
	where posted.charged <> c.captured_minor or posted.reserved <> 1
		or (posted.resolved = 1) <> (c.settled_at is not null);
end
$$;
comment on function kassa.ledger_recent_problems() is
	'The newest charges of each account that their transfers do not bear out. All of the books: kassactl ledger check.';
