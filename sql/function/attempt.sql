-- Card testing: thieves try stolen cards on a checkout. How many a bank may have declined lately, counted in the books,
-- so that all workers and nodes count the same.
set local role kassa_books;

create or replace function kassa.attempt_declined(
	p_account_id text,
	p_subject text,
	p_contact_id text,
	p_client text,
	p_decline kassa.decline
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- What never reached a bank says nothing about a card.
	if p_decline not in ('none', 'not_sent', 'processor_refused') then
		insert into declined (account_id, subject, contact_id, client)
			values (p_account_id, p_subject, p_contact_id, p_client);
	end if;
end
$$;
comment on function kassa.attempt_declined(text, text, text, text, kassa.decline) is
	'A bank said no to a card that a payer tried. Part of charge_end and setup_settle.';

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
			select from declined d
			where d.account_id = p_account_id and d.contact_id = p_contact_id and d.created_at > since
			limit p_limits.contact
		) of_contact
	) then
		tripped := 'contact';
	elsif p_limits.client > 0 and p_client <> '' and p_limits.client <= (
		select count(*) from (
			select from declined d
			where d.account_id = p_account_id and d.client = p_client and d.client <> ''	-- as the index says
				and d.created_at > since
			limit p_limits.client
		) of_client
	) then
		tripped := 'address';
	elsif p_limits.account > 0 and p_limits.account <= (
		select count(*) from (
			select from declined d
			where d.account_id = p_account_id and d.created_at > since
			limit p_limits.account
		) of_account
	) then
		tripped := 'account';
	elsif attempt_ratio_trips(p_account_id, since, p_limits) then
		tripped := 'account_ratio';
	end if;
	if tripped is not null then
		perform fault('attempts_limited', tripped);
	end if;
end
$$;
comment on function kassa.attempt_check(text, text, text, kassa.attempt_limits) is
	'Refuses one more card where too many were declined lately; the detail names which limit, for the operator. Source: docs/api.md, "Card testing".';

create or replace function kassa.attempt_ratio_trips(
	p_account_id text,
	p_since timestamptz,
	p_limits kassa.attempt_limits
)
returns boolean
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
declare
	tried bigint;
	declined bigint;
begin
	if p_limits.ratio_least <= 0 then
		return false;
	end if;
	select count(*), count(*) filter (where recent.decline not in ('none', 'not_sent', 'processor_refused'))
		into tried, declined
		from (
			select c.decline
			from charge c
			where c.account_id = p_account_id and c.created_at > p_since
			order by c.created_at desc
			limit p_limits.ratio_least * 2
		) recent;
	return tried >= p_limits.ratio_least and declined * 100 > tried * p_limits.ratio_percent;
end
$$;
comment on function kassa.attempt_ratio_trips(text, timestamptz, kassa.attempt_limits) is
	'Whether too large a share of the latest charges of an account was declined. Part of attempt_check.';
