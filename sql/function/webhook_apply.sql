-- What a webhook does, by its kind. Each answers applied, stored (nothing to do), stale (something that happened
-- later was applied before) or unknown (nobody of ours). Read webhook_apply first.
set local role kassa_books;

create or replace function kassa.webhook_apply(
	p_type text,
	p_company_id text,
	p_location_id text,
	p_at timestamptz,
	p_fields jsonb,
	p_installation_id text
)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	case
	when p_type = 'INSTALL' then
		return webhook_install(p_company_id, p_location_id, p_at, p_fields, p_installation_id);
	when p_type = 'UNINSTALL' then
		return installation_end(p_company_id, p_location_id, p_at);
	when p_type in ('UPDATE', 'PLAN_CHANGE', 'APP_PAYMENT_STATUS', 'LocationUpdate') then
		return webhook_change(p_type, p_company_id, p_location_id, p_at, p_fields);
	when not webhook_is_ours(p_company_id, p_location_id) then
		return 'unknown';
	when p_type = 'ContactDelete' then
		return webhook_contact_delete(p_location_id, p_fields ->> 'contactId');
	when p_type in ('InvoiceVoid', 'InvoiceDelete')
		or p_type = 'OrderStatusUpdate' and p_fields ->> 'status' in ('canceled', 'cancelled') then
		return webhook_order_close(p_type, p_location_id, p_fields -> 'orderIds');
	when p_type like 'Invoice%' or p_type = 'OrderStatusUpdate' then
		return webhook_order_hurry(p_location_id, p_fields -> 'orderIds');
	else
		return 'stored';
	end case;
end
$$;
comment on function kassa.webhook_apply(text, text, text, timestamptz, jsonb, text) is
	'Which kind does what; all others are only kept. Part of webhook_take. Source: contract §7.1, §7.4.';

create or replace function kassa.webhook_is_ours(p_company_id text, p_location_id text)
returns boolean
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return exists (select from installation i where i.kind = 'location' and i.location_id = p_location_id)
		or exists (select from account a where a.location_id = p_location_id)
		or p_location_id is null and exists (select from installation i where i.company_id = p_company_id);
end
$$;
comment on function kassa.webhook_is_ours(text, text) is
	'Whether the app is or was installed there, or the operator opened an account for it. Part of webhook_apply.';

create or replace function kassa.webhook_install(
	p_company_id text,
	p_location_id text,
	p_at timestamptz,
	p_fields jsonb,
	p_installation_id text
)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	verdict text := 'applied';
	known installation;
begin
	if p_location_id is not null then
		verdict := installation_announce(p_installation_id, p_company_id, p_location_id, null, p_at);
	elsif p_company_id is null then
		return 'unknown';
	else
		perform company_note(p_company_id, null, null);
		select * into known from installation i
			where i.kind = 'company' and i.company_id = p_company_id for update;
		if known.event_at > p_at then
			verdict := 'stale';
		elsif known.state = 'active' then
			update installation i set list_rounds = 0 where i.installation_id = known.installation_id;
			perform job_add(known.installation_id, 'company_list', 'list', 0);
		end if;
	end if;
	if verdict = 'applied' and p_company_id is not null then
		perform webhook_company_note(p_company_id, p_fields);
	end if;
	return verdict;
end
$$;
comment on function kassa.webhook_install(text, text, timestamptz, jsonb, text) is
	'A location''s is connected by a job; a company''s, which has its tokens by the callback, lists its locations anew. Part of webhook_apply. Source: contract §7.1.';

create or replace function kassa.webhook_company_note(p_company_id text, p_fields jsonb)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	said_domain text := lower(p_fields ->> 'domain');
	said_logo text := p_fields ->> 'logoUrl';
begin
	-- What has not the form of one is as if it were not said: it goes into headers and pages.
	if said_domain !~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)$' then
		said_domain := null;
	end if;
	perform company_note(p_company_id, left(p_fields ->> 'companyName', 200), said_domain);
	update company c set brand_logo_url = said_logo
		where c.company_id = p_company_id and c.brand_logo_url is null
			and said_logo ~ '^https://[^[:space:]"<>]+$' and length(said_logo) <= 498;
end
$$;
comment on function kassa.webhook_company_note(text, jsonb) is
	'The company''s name and domain; its logo, unless one was set before. Part of webhook_install.';

create or replace function kassa.webhook_change(
	p_type text,
	p_company_id text,
	p_location_id text,
	p_at timestamptz,
	p_fields jsonb
)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	changed installation;
	verdict text := 'unknown';
begin
	for changed in
		select * from installation i
		where case when p_location_id is not null then i.kind = 'location' and i.location_id = p_location_id
			else i.company_id = p_company_id end
		order by i.installation_id
		for update
	loop
		-- Looked for under the lock, so that of two the later one stays.
		if verdict = 'unknown' and webhook_is_late(p_type, p_company_id, p_location_id, p_at) then
			return 'stale';
		end if;
		verdict := 'applied';
		update installation i
			set version_id = case p_type when 'UPDATE' then coalesce(p_fields ->> 'versionId', i.version_id)
					else i.version_id end,
				plan_id = case p_type when 'PLAN_CHANGE' then coalesce(p_fields ->> 'planId', i.plan_id)
					else i.plan_id end,
				payment_status = case p_type when 'APP_PAYMENT_STATUS'
					then coalesce(left(p_fields ->> 'paymentStatus', 31), i.payment_status) else i.payment_status end,
				name = case p_type when 'LocationUpdate' then coalesce(left(p_fields ->> 'name', 200), i.name)
					else i.name end,
				updated_at = now()
			where i.installation_id = changed.installation_id;
		if p_type = 'UPDATE' and changed.kind = 'location' and changed.state not in ('uninstalled', 'dead') then
			perform job_add(changed.installation_id, 'location_connect', 'connect', 0);
		end if;
	end loop;
	if verdict = 'unknown' and webhook_is_ours(p_company_id, p_location_id) then
		verdict := 'stored';	-- an account that the operator opened without an installation
	end if;
	return verdict;
end
$$;
comment on function kassa.webhook_change(text, text, text, timestamptz, jsonb) is
	'Version, plan, payment or name of an installation; with a new version it is connected again. Part of webhook_apply.';

create or replace function kassa.webhook_is_late(
	p_type text,
	p_company_id text,
	p_location_id text,
	p_at timestamptz
)
returns boolean
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	if p_location_id is not null then
		return exists (
			select from webhook w
			where w.type = p_type and w.location_id = p_location_id and w.at > p_at and w.state = 'applied'
		);
	end if;
	return exists (
		select from webhook w
		where w.type = p_type and w.location_id is null and w.company_id = p_company_id and w.at > p_at
			and w.state = 'applied'
	);
end
$$;
comment on function kassa.webhook_is_late(text, text, text, timestamptz) is
	'Whether one of its kind that happened later was applied before. Part of webhook_change.';

create or replace function kassa.webhook_contact_delete(p_location_id text, p_contact_id text)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	return case when methods_remove(p_location_id, p_contact_id) > 0 then 'applied' else 'stored' end;
end
$$;
comment on function kassa.webhook_contact_delete(text, text) is
	'The cards kept for a contact that is gone are removed in both modes. Part of webhook_apply.';

create or replace function kassa.webhook_order_close(p_type text, p_location_id text, p_order_ids jsonb)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	open_one checkout_session;
	verdict text := 'stored';
begin
	for open_one in
		select s.* from account a
		join checkout_session s on s.account_id = a.account_id
			and s.order_id in (select jsonb_array_elements_text(p_order_ids))
		where a.location_id = p_location_id and s.closed_at is null
		order by s.account_id, s.session_id
		for update of s	-- whoever reserves a charge holds it
	loop
		update checkout_session s set closed_at = now(), closed_reason = p_type
			where s.account_id = open_one.account_id and s.session_id = open_one.session_id;
		verdict := 'applied';
	end loop;
	return verdict;
end
$$;
comment on function kassa.webhook_order_close(text, text, jsonb) is
	'No new charge of an order or invoice that is not to be paid any more; a living one is left alone. Part of webhook_apply.';

create or replace function kassa.webhook_order_hurry(p_location_id text, p_order_ids jsonb)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	living charge;
	verdict text := 'stored';
begin
	for living in
		select c.* from account a
		join checkout_session s on s.account_id = a.account_id
			and s.order_id in (select jsonb_array_elements_text(p_order_ids))
		join charge c on c.account_id = s.account_id and c.session_id = s.session_id
			and c.status in ('sending', 'pending', 'unknown')
		where a.location_id = p_location_id
		order by c.account_id, c.charge_id
	loop
		perform job_hurry(living.account_id, living.charge_id);
		verdict := 'applied';
	end loop;
	return verdict;
end
$$;
comment on function kassa.webhook_order_hurry(text, jsonb) is
	'Something happened to an order: its charge without an end is asked about now. Part of webhook_apply.';
