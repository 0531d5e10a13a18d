-- Tokens of installations: granted once, refreshed by one caller at a time, never spent twice (design §2.10).
-- A claim is the intent to get a new pair, committed before anybody asks; read token_claim first.
set local role kassa_books;

create or replace function kassa.token_grant(
	p_installation_id text,
	p_kind kassa.installation_kind,
	p_company_id text,
	p_location_id text,
	p_user_id text,
	p_version_id text,
	p_plan_id text,
	p_scope text,
	p_installs_future boolean,
	p_access_sealed text,
	p_refresh_sealed text,
	p_lives_ms bigint,
	p_ahead_ms bigint,
	p_approved_ids text[]
)
returns table (installation_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known text;
	approved_id text;
begin
	if p_company_id is not null then
		perform company_note(p_company_id, null, null);
	end if;
	insert into installation as i (installation_id, kind, company_id, location_id)
		values (p_installation_id, p_kind, p_company_id, p_location_id)
		on conflict do nothing;
	select i.installation_id into strict known from installation i
		where i.kind = p_kind and case p_kind when 'location' then i.location_id = p_location_id
			else i.company_id = p_company_id end
		for update;
	update installation i
		set company_id = coalesce(p_company_id, i.company_id), user_id = p_user_id, version_id = p_version_id,
			plan_id = p_plan_id, scope = p_scope, installs_future = p_installs_future,
			event_at = greatest(i.event_at, now()), list_rounds = 0, updated_at = now()
		where i.installation_id = known;
	perform token_put(known, p_access_sealed, p_refresh_sealed, p_lives_ms, p_ahead_ms);
	-- Locations that were announced before anybody could make a token for them (contract §7.1).
	perform job_add(i.installation_id, 'location_connect', 'connect', 0) from installation i
		where p_kind = 'company' and i.kind = 'location' and i.company_id = p_company_id
			and i.state in ('wanted', 'dead');
	-- Who has just chosen them wants them, also those that were uninstalled before.
	foreach approved_id in array p_approved_ids loop
		perform installation_announce(installation_named('location', approved_id), p_company_id, approved_id, null, now());
	end loop;
	perform job_add(known, case p_kind when 'location' then 'location_connect' else 'company_list' end::job_kind,
		case p_kind when 'location' then 'connect' else 'list' end, 0);
	return query select known;
end
$$;
comment on function kassa.token_grant(text, kassa.installation_kind, text, text, text, text, text, text, boolean, text, text, bigint, bigint, text[]) is
	'An authorization code gave these tokens: the installation is active, what follows is a job. Source: contract §6.2.';
grant execute on function kassa.token_grant(text, kassa.installation_kind, text, text, text, text, text, text, boolean, text, text, bigint, bigint, text[])
	to kassa_server;

create or replace function kassa.token_put(
	p_installation_id text,
	p_access_sealed text,
	p_refresh_sealed text,
	p_lives_ms bigint,
	p_ahead_ms bigint
)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	update installation i
		set state = 'active', reason = '', access_sealed = p_access_sealed, refresh_sealed = p_refresh_sealed,
			access_until = now() + p_lives_ms * interval '1 millisecond', token_serial = i.token_serial + 1,
			claim = null, claim_until = null, claim_spends = false, updated_at = now()
		where i.installation_id = p_installation_id;
	perform job_add(p_installation_id, 'token_refresh', 'token',
		greatest(p_lives_ms - p_ahead_ms, p_lives_ms / 2, 1));
end
$$;
comment on function kassa.token_put(text, text, text, bigint, bigint) is
	'A new pair of tokens in place of the one before, and the job that renews it ahead of its end. Part of grant and renew.';

create or replace function kassa.token_claim(
	p_installation_id text,
	p_serial int,
	p_claim text,
	p_spends boolean,
	p_lease_ms bigint
)
returns table (verdict text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	known installation;
begin
	select * into known from installation i where i.installation_id = p_installation_id for update;
	if not found or known.state = 'uninstalled' then
		return query select 'gone';
	elsif known.token_serial <> p_serial then
		return query select 'newer';	-- somebody else got a pair in between
	elsif known.claim <> p_claim and known.claim_until > now() then
		return query select 'busy';
	elsif p_spends and (known.claim_spends or known.refresh_sealed is null) then
		return query select 'spent';	-- it may have been sent by one who did not live to tell
	else
		update installation i
			set claim = p_claim, claim_until = now() + p_lease_ms * interval '1 millisecond',
				claim_spends = i.claim_spends or p_spends
			where i.installation_id = p_installation_id;
		return query select 'claimed';
	end if;
end
$$;
comment on function kassa.token_claim(text, int, text, boolean, bigint) is
	'The right to ask for a new pair of tokens, one caller at a time; p_spends: by the refresh token, which is sent once and never again. Source: design §2.10.';
grant execute on function kassa.token_claim(text, int, text, boolean, bigint) to kassa_server;

create or replace function kassa.token_renew(
	p_installation_id text,
	p_claim text,
	p_access_sealed text,
	p_refresh_sealed text,
	p_lives_ms bigint,
	p_ahead_ms bigint
)
returns table (kept boolean)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	is_mine boolean;
begin
	select i.claim = p_claim into is_mine from installation i
		where i.installation_id = p_installation_id and i.state <> 'uninstalled' for update;
	if is_mine then
		perform token_put(p_installation_id, p_access_sealed, p_refresh_sealed, p_lives_ms, p_ahead_ms);
	end if;
	return query select coalesce(is_mine, false);
end
$$;
comment on function kassa.token_renew(text, text, text, text, bigint, bigint) is
	'The new pair of whoever holds the claim, committed before it is used.';
grant execute on function kassa.token_renew(text, text, text, text, bigint, bigint) to kassa_server;

create or replace function kassa.token_give_up(
	p_installation_id text,
	p_claim text,
	p_is_unspent boolean,
	p_state kassa.installation_state,
	p_reason text
)
returns table (state kassa.installation_state)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	becomes installation_state;
begin
	update installation i
		set claim = null, claim_until = null, claim_spends = i.claim_spends and not p_is_unspent,
			state = coalesce(p_state, i.state), reason = case when p_state is null then i.reason else p_reason end,
			updated_at = now()
		where i.installation_id = p_installation_id and i.claim = p_claim
		returning i.state into becomes;
	-- The same tokens work again when the platform has made it active (contract §6.3): asked for every hour.
	if becomes = 'paused' then
		perform job_add(p_installation_id, 'token_refresh', 'token', 3600000);
	end if;
	return query select becomes where becomes is not null;
end
$$;
comment on function kassa.token_give_up(text, text, boolean, kassa.installation_state, text) is
	'There is no new pair. p_is_unspent: the platform surely did not take the refresh token, so that it may be sent again.';
grant execute on function kassa.token_give_up(text, text, boolean, kassa.installation_state, text) to kassa_server;
