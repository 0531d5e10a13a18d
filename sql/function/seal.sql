-- Sealed secrets of all tables: listed and replaced while their master key is changed (kassactl secrets rotate).
set local role kassa_books;

create or replace function kassa.seal_list(p_key_id text, p_after text, p_limit int)
returns table (place text, row_id text, aad text, sealed text, cursor text)
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
begin
	return query
	with kept as (
		-- What each is bound to: src/pay/pay_token.c and src/install/install.c say the same.
		select 'platform_token' as place, t.account_id as row_id, 'platform_token:' || t.account_id as aad, t.sealed
		from platform_token t
		union all
		select 'installation_access', i.installation_id,
			format('installation:%s:%s:access', i.kind, case i.kind when 'company' then i.company_id else i.location_id end),
			i.access_sealed
		from installation i
		union all
		select 'installation_refresh', i.installation_id,
			format('installation:%s:%s:refresh', i.kind, case i.kind when 'company' then i.company_id else i.location_id end),
			i.refresh_sealed
		from installation i
		union all
		select 'account_key', k.account_id, format('account_key:%s:%s', a.location_id, a.mode), k.sealed
		from account_key_sealed k
		join account a on a.account_id = k.account_id
		union all
		select 'processor_setup', p.account_id, 'processor_setup:' || p.account_id, p.sealed
		from processor_setup p
	), marked as (
		select k.*, (k.place || ':' || k.row_id) collate "C" as cursor from kept k
	)
	-- An envelope is "1.<key's id>.…" (src/base/seal.h).
	select m.place, m.row_id, m.aad, m.sealed, m.cursor::text
	from marked m
	where m.sealed is not null and split_part(m.sealed, '.', 2) <> p_key_id and m.cursor > p_after
	order by m.cursor
	limit p_limit;
end
$$;
comment on function kassa.seal_list(text, text, int) is
	'Secrets that another master key than this one wraps, in the order of their cursor. Source: design §2.8.';
grant execute on function kassa.seal_list(text, text, int) to kassa_owner;

create or replace function kassa.seal_replace(p_place text, p_row_id text, p_was text, p_sealed text)
returns table (replaced boolean)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	-- Each only from what was read: who wrote meanwhile, a refreshed token for one, has written something newer.
	case p_place
	when 'platform_token' then
		update platform_token t set sealed = p_sealed where t.account_id = p_row_id and t.sealed = p_was;
	when 'installation_access' then
		update installation i set access_sealed = p_sealed
			where i.installation_id = p_row_id and i.access_sealed = p_was;
	when 'installation_refresh' then
		update installation i set refresh_sealed = p_sealed
			where i.installation_id = p_row_id and i.refresh_sealed = p_was;
	when 'account_key' then
		update account_key_sealed k set sealed = p_sealed where k.account_id = p_row_id and k.sealed = p_was;
	when 'processor_setup' then
		update processor_setup p set sealed = p_sealed where p.account_id = p_row_id and p.sealed = p_was;
	end case;
	return query select found;
end
$$;
comment on function kassa.seal_replace(text, text, text, text) is
	'The same secret under another master key, unless it was written meanwhile. Source: design §2.8.';
grant execute on function kassa.seal_replace(text, text, text, text) to kassa_owner;
