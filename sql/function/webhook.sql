-- Webhooks of the platform: taken once each, and applied in the same transaction (design §2.9). What each kind
-- does is in webhook_apply.sql.
set local role kassa_books;

create or replace function kassa.webhook_take(
	p_webhook_id text,
	p_type text,
	p_company_id text,
	p_location_id text,
	p_at timestamptz,
	p_scheme text,
	p_body text,
	p_fields jsonb,
	p_installation_id text,
	p_refusal text
)
returns table (state text, reason text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
#variable_conflict use_column
declare
	-- One that comes from the future would make all others look late until then.
	happened timestamptz := least(coalesce(p_at, now()), now());
	verdict text;
	why text;
begin
	-- One of these of an id at a time; what follows sees what the one before committed.
	perform pg_advisory_xact_lock(hashtextextended(p_webhook_id, 0));
	if exists (select from webhook w where w.webhook_id = p_webhook_id) then
		return query select 'duplicate', '';
		return;
	end if;
	if p_refusal <> '' then
		verdict := 'ignored';
		why := p_refusal;
	elsif happened < now() - interval '30 days' then
		verdict := 'ignored';
		why := 'it happened more than 30 days ago';
	else
		verdict := webhook_apply(p_type, p_company_id, p_location_id, happened, p_fields, p_installation_id);
		why := case verdict when 'stale' then 'a later one was applied before'
			when 'unknown' then 'the app is not installed there' else '' end;
		verdict := case when verdict in ('applied', 'stored') then verdict else 'ignored' end;
	end if;
	insert into webhook (webhook_id, type, company_id, location_id, at, scheme, state, reason, body)
		values (p_webhook_id, p_type, p_company_id, p_location_id, happened, p_scheme, verdict::webhook_state, why,
			p_body);
	perform webhook_prune();
	return query select verdict, why;
end
$$;
comment on function kassa.webhook_take(text, text, text, text, timestamptz, text, text, jsonb, text, text) is
	'Stores a webhook and applies it, once; one that was taken before is a duplicate and changes nothing. p_refusal: why it is only kept. Source: contract §7.3.';
grant execute on function kassa.webhook_take(text, text, text, text, timestamptz, text, text, jsonb, text, text)
	to kassa_server;

create or replace function kassa.webhook_take_event(
	p_webhook_id text,
	p_type text,
	p_key_hash text,
	p_location_id text,
	p_charge_id text,
	p_at timestamptz,
	p_body text
)
returns table (account_id text, state text, reason text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
#variable_conflict use_column
declare
	of_account account;
	verdict text := 'stored';
	why text := '';
begin
	select a.* into of_account from api_key k
		join account a on a.account_id = k.account_id
		where k.key_hash = p_key_hash and k.kind = 'secret' and k.revoked_at is null;
	if not found then
		perform fault('api_key_invalid', 'a payment event came with it');
	end if;
	if p_location_id <> of_account.location_id then
		perform fault('location_mismatch', 'a payment event names another location');
	end if;
	if not exists (
		select from charge c where c.account_id = of_account.account_id and c.charge_id = p_charge_id
	) then
		verdict := 'ignored';
		why := 'there is no such charge';
	end if;
	insert into webhook (webhook_id, type, location_id, at, scheme, state, reason, body)
		values (p_webhook_id, p_type, of_account.location_id, least(coalesce(p_at, now()), now()), 'api_key',
			verdict::webhook_state, why, p_body)
		on conflict do nothing;
	if not found then
		verdict := 'duplicate';
		why := '';
	end if;
	perform webhook_prune();
	return query select of_account.account_id, verdict, why;
end
$$;
comment on function kassa.webhook_take_event(text, text, text, text, text, timestamptz, text) is
	'Stores a payment event of the brief dialect, once; its API key says whose it is, and it moves no money. Source: brief-dialect.md.';
grant execute on function kassa.webhook_take_event(text, text, text, text, text, timestamptz, text) to kassa_server;

create or replace function kassa.webhook_prune()
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- One at a time: two would wait for each other's rows.
	if pg_try_advisory_xact_lock(hashtext('kassa.webhook'), hashtext('prune')) then
		delete from webhook w
			where w.webhook_id in (
				select o.webhook_id from webhook o
				where o.received_at < now() - interval '30 days'
				order by o.received_at
				limit 10
			);
	end if;
end
$$;
comment on function kassa.webhook_prune() is
	'Forgets ten of those that came more than 30 days ago: more than can have come in since. Part of the takes.';
