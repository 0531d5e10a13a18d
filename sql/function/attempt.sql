-- Card testing: thieves try stolen cards on a checkout. How many declines there may be lately, counted from the
-- charges themselves, so that all workers and nodes count the same.
set local role kassa_books;

create or replace function kassa.attempt_check(
	p_account_id text,
	p_contact_id text,
	p_client text,
	p_limits kassa.attempt_limits
)
returns void
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
declare
	since constant timestamptz := now() - p_limits.window_ms * interval '1 millisecond';
	tripped text;
begin
	if p_limits.contact > 0 and p_contact_id is not null and p_limits.contact <= (
		select count(*) from (
			select from charge c
			where c.account_id = p_account_id and c.contact_id = p_contact_id and c.created_at > since
				and c.status = 'failed' and c.decline <> 'not_sent'
			limit p_limits.contact
		) declined
	) then
		tripped := 'contact';
	elsif p_limits.client > 0 and p_client <> '' and p_limits.client <= (
		select count(*) from (
			select from charge c
			where c.account_id = p_account_id and c.client = p_client and c.created_at > since
				and c.status = 'failed' and c.decline <> 'not_sent'
			limit p_limits.client
		) declined
	) then
		tripped := 'address';
	else
		tripped := attempt_account_check(p_account_id, since, p_limits);
	end if;
	if tripped is not null then
		perform fault('attempts_limited', tripped);
	end if;
end
$$;
comment on function kassa.attempt_check(text, text, text, kassa.attempt_limits) is
	'Refuses one more card where too many were declined lately; the detail names which limit, for the operator. Source: issue of record, README "Card testing".';

create or replace function kassa.attempt_account_check(
	p_account_id text,
	p_since timestamptz,
	p_limits kassa.attempt_limits
)
returns text
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
declare
	looked_at constant int := greatest(p_limits.account, p_limits.ratio_least, 1) * 2;
	tried bigint;
	declined bigint;
begin
	select count(*), count(*) filter (where recent.status = 'failed' and recent.decline <> 'not_sent')
		into tried, declined
		from (
			select c.status, c.decline
			from charge c
			where c.account_id = p_account_id and c.created_at > p_since
			order by c.created_at desc
			limit looked_at
		) recent;
	return case
		when p_limits.account > 0 and declined >= p_limits.account then 'account'
		when p_limits.ratio_least > 0 and tried >= p_limits.ratio_least
			and declined * 100 > tried * p_limits.ratio_percent then 'account_ratio'
	end;
end
$$;
comment on function kassa.attempt_account_check(text, timestamptz, kassa.attempt_limits) is
	'Which limit of the account is reached, by number or by ratio of its latest charges. Part of attempt_check.';
