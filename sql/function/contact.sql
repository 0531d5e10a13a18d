-- A payer who asks to be forgotten.
set local role kassa_books;

create or replace function kassa.contact_forget(p_location_id text, p_contact_id text)
returns table (payment_methods bigint, sessions bigint, setups bigint, declines bigint, addresses bigint, under_way bigint)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	due job;
begin
	if not exists (select from account a where a.location_id = p_location_id) then
		perform fault('account_unknown', format('there is no location %s', p_location_id));
	end if;
	payment_methods := methods_remove(p_location_id, p_contact_id);
	-- Cards that were to be kept, unless somebody is at it.
	for due in
		select j.* from job j
		join account a on a.account_id = j.account_id
		join charge c on c.account_id = j.account_id and c.charge_id = j.subject
		where a.location_id = p_location_id and j.kind = 'method_save' and c.contact_id = p_contact_id
			and j.leased_until is null
		for update of j skip locked
	loop
		perform job_end(due.account_id, due.kind, due.subject);
	end loop;

	-- Whoever is just paying such a page comes first, and it stays; or comes later, and it is gone.
	perform from checkout_session s join account a on a.account_id = s.account_id
		where a.location_id = p_location_id and s.contact_id = p_contact_id
		order by s.account_id, s.session_id
		for update of s;
	delete from checkout_session s using account a
		where a.account_id = s.account_id and a.location_id = p_location_id and s.contact_id = p_contact_id
			and not exists (select from charge c where c.account_id = s.account_id and c.session_id = s.session_id);
	get diagnostics sessions = row_count;
	delete from setup s using account a
		where a.account_id = s.account_id and a.location_id = p_location_id and s.contact_id = p_contact_id
			and s.status in ('open', 'failed');
	get diagnostics setups = row_count;
	delete from declined d using account a
		where a.account_id = d.account_id and a.location_id = p_location_id and d.contact_id = p_contact_id;
	get diagnostics declines = row_count;
	update charge c set client = '' from account a
		where a.account_id = c.account_id and a.location_id = p_location_id and c.contact_id = p_contact_id
			and c.client <> '' and c.status in ('succeeded', 'failed');
	get diagnostics addresses = row_count;

	select count(*) into under_way from account a
		cross join lateral (
			select from charge c
			where c.account_id = a.account_id and c.contact_id = p_contact_id and (c.status not in ('succeeded', 'failed')
				or exists (select from job j where j.account_id = c.account_id and j.kind = 'method_save'
					and j.subject = c.charge_id))
			union all
			select from setup s
			where s.account_id = a.account_id and s.contact_id = p_contact_id and s.status not in ('open', 'failed', 'succeeded')
		) as ending
		where a.location_id = p_location_id;
	return next;
end
$$;
comment on function kassa.contact_forget(text, text) is
	'Removes what is known of a contact of a location, in both modes, and is not the books: kept cards (a job tells the processor), pages that were not paid, setups that kept no card, declines, digests of addresses. under_way: how many charges and setups have no end yet; it has to be repeated then.';
grant execute on function kassa.contact_forget(text, text) to kassa_owner;
