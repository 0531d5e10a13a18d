-- Setups: a page keeps a card for a contact without charging it (contract §2.5).
set local role kassa_books;

create or replace function kassa.setup_open(
	p_account_id text,
	p_setup_id text,
	p_contact_id text,
	p_dialect kassa.dialect
)
returns kassa.setup_state
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	insert into setup (account_id, setup_id, contact_id, dialect)
		values (p_account_id, p_setup_id, p_contact_id, p_dialect);
	return setup_read(p_setup_id);
end
$$;
comment on function kassa.setup_open(text, text, text, kassa.dialect) is
	'A fresh setup: nothing correlates two openings of the page, and an unused one harms nobody. Source: contract §2.5.';
grant execute on function kassa.setup_open(text, text, text, kassa.dialect) to kassa_server;

create or replace function kassa.setup_read(p_setup_id text)
returns kassa.setup_state
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
declare
	state setup_state;
begin
	select * into state from setup_state s where s.setup_id = p_setup_id;
	if not found then
		perform fault('setup_unknown', 'no setup has this id');
	end if;
	return state;
end
$$;
comment on function kassa.setup_read(text) is
	'How a setup stands. Its id is a capability and names its account. Source: docs/api.md.';
grant execute on function kassa.setup_read(text) to kassa_server;

create or replace function kassa.setup_reserve(
	p_setup_id text,
	p_processor text,
	p_client text,
	p_limits kassa.attempt_limits,
	p_resolve_after_ms bigint
)
returns table (fresh boolean, state kassa.setup_state)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	opened setup;
	is_fresh boolean;
begin
	select * into opened from setup s where s.setup_id = p_setup_id for update;
	if not found then
		perform fault('setup_unknown', 'no setup has this id');
	end if;
	is_fresh := opened.status in ('open', 'failed');
	if is_fresh then
		if opened.created_at < now() - interval '24 hours' then
			perform fault('session_expired', 'it was opened more than 24 hours ago');
		end if;
		-- The constraint setup_attempts_are_limited holds the limit; this gives it its name.
		if opened.attempt >= 5 then
			perform fault('attempts_exceeded', 'five cards of this setup were declined');
		end if;
		perform attempt_check(opened.account_id, opened.contact_id, p_client, p_limits);
		update setup s
			set status = 'sending', attempt = s.attempt + 1, processor = p_processor, client = p_client,
				decline = 'none', settled_at = null
			where s.account_id = opened.account_id and s.setup_id = opened.setup_id;
		perform job_add(opened.account_id, 'setup_resolve', opened.setup_id, p_resolve_after_ms);
	end if;
	return query select is_fresh, setup_read(p_setup_id);
end
$$;
comment on function kassa.setup_reserve(text, text, text, kassa.attempt_limits, bigint) is
	'The intent to keep a card, committed before the processor is asked; an attempt under way is returned as it is. Source: design §2.3.';
grant execute on function kassa.setup_reserve(text, text, text, kassa.attempt_limits, bigint) to kassa_server;

create or replace function kassa.setup_settle(
	p_setup_id text,
	p_attempt int,
	p_outcome kassa.outcome,
	p_decline kassa.decline,
	p_card kassa.kept_card,
	p_payment_method_id text,
	p_minute_ms bigint
)
returns kassa.setup_state
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	asked setup;
begin
	select * into asked from setup s where s.setup_id = p_setup_id for update;
	if not found then
		perform fault('setup_unknown', 'no setup has this id');
	end if;
	if asked.attempt <> p_attempt or asked.status not in ('sending', 'unknown') then
		null;	-- whoever is second finds it done
	elsif p_outcome in ('succeeded', 'failed') then
		update setup s
			set status = p_outcome::text::setup_status,
				decline = case when p_outcome = 'failed' then p_decline else 'none' end,
				payment_method_id = case when p_outcome = 'succeeded' then method_keep(
					asked.account_id, asked.contact_id, asked.processor, p_card, p_payment_method_id) end,
				settled_at = now()
			where s.account_id = asked.account_id and s.setup_id = asked.setup_id;
		perform job_end(asked.account_id, 'setup_resolve', asked.setup_id);
		if p_outcome = 'failed' then
			perform attempt_declined(asked.account_id, asked.setup_id, asked.contact_id, asked.client,
				p_decline);
		end if;
	else
		update setup s set status = 'unknown'
			where s.account_id = asked.account_id and s.setup_id = asked.setup_id;
		perform job_plan(asked.account_id, 'setup_resolve', asked.setup_id, 'unknown', p_minute_ms);
	end if;
	return setup_read(p_setup_id);
end
$$;
comment on function kassa.setup_settle(text, int, kassa.outcome, kassa.decline, kassa.kept_card, text, bigint) is
	'What the processor said of an attempt to keep a card, whoever heard it. Source: design §5.';
grant execute on function kassa.setup_settle(text, int, kassa.outcome, kassa.decline, kassa.kept_card, text, bigint)
	to kassa_server;
