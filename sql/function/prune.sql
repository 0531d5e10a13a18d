-- What nobody needs any more goes: by the operator's command, page by page, so that no lock lasts.  What money was, and
-- who agreed to what, stays.
set local role kassa_books;

create or replace function kassa.prune(p_what text, p_days int, p_after_account text, p_after_id text)
returns table (last_account text, last_id text, removed bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	page_size constant int := 1000;
	ended constant timestamptz := now() - p_days * interval '1 day';
begin
	-- Payers come back to a page after weeks, and limits count what was declined hours ago.
	if p_days is null or p_days < 30 then
		perform fault('field_invalid', 'what is younger than 30 days stays');
	end if;
	case p_what
	when 'session' then
		return query
		with page as materialized (
			select s.account_id, s.session_id from checkout_session s
			where (s.account_id, s.session_id) > (p_after_account, p_after_id)
			order by s.account_id, s.session_id
			limit page_size
		), gone as (
			delete from checkout_session s using page p
			where s.account_id = p.account_id and s.session_id = p.session_id
				and greatest(s.created_at, s.refreshed_at) < ended
				and not exists (select from charge c where c.account_id = s.account_id and c.session_id = s.session_id)
			returning 1
		)
		select l.account_id, l.session_id, (select count(*) from gone)
		from (select * from page p order by p.account_id desc, p.session_id desc limit 1) l;
	when 'setup' then
		return query
		with page as materialized (
			select s.account_id, s.setup_id from setup s
			where (s.account_id, s.setup_id) > (p_after_account, p_after_id)
			order by s.account_id, s.setup_id
			limit page_size
		), gone as (
			delete from setup s using page p
			where s.account_id = p.account_id and s.setup_id = p.setup_id
				and s.status in ('open', 'failed') and s.created_at < ended
			returning 1
		)
		select l.account_id, l.setup_id, (select count(*) from gone)
		from (select * from page p order by p.account_id desc, p.setup_id desc limit 1) l;
	when 'decline' then
		return query
		with page as materialized (
			select d.account_id, d.declined_id from declined d
			where (d.account_id, d.declined_id) > (p_after_account, coalesce(nullif(p_after_id, ''), '0')::bigint)
			order by d.account_id, d.declined_id
			limit page_size
		), gone as (
			delete from declined d using page p
			where d.account_id = p.account_id and d.declined_id = p.declined_id and d.created_at < ended
			returning 1
		)
		select l.account_id, l.declined_id::text, (select count(*) from gone)
		from (select * from page p order by p.account_id desc, p.declined_id desc limit 1) l;
	else
		perform fault('field_invalid', 'no such kind of row');
	end case;
end
$$;
comment on function kassa.prune(text, int, text, text) is
	'Looks at one page of rows behind a key, removes those of them that ended so many days ago, and says where the page ended; no row: it was the last one. Unpaid sessions, setups that kept no card, counted declines.';
grant execute on function kassa.prune(text, int, text, text) to kassa_owner;
