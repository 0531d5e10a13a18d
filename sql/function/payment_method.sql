-- Payment methods: kept when a processor says that it keeps a card, refreshed when it is the same card again.
set local role kassa_books;

create or replace function kassa.method_keep(
	p_account_id text,
	p_contact_id text,
	p_processor text,
	p_card kassa.kept_card,
	p_payment_method_id text
)
returns text
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	kept text;
begin
	insert into payment_method as m (account_id, payment_method_id, contact_id, processor, token, fingerprint,
			brand, last4, expiry_month, expiry_year)
		values (p_account_id, p_payment_method_id, p_contact_id, p_processor, p_card.token, p_card.fingerprint,
			p_card.brand, p_card.last4, p_card.expiry_month, p_card.expiry_year)
		on conflict on constraint card_is_kept_once_per_contact do update
			set token = excluded.token, expiry_month = excluded.expiry_month,
				expiry_year = excluded.expiry_year, refreshed_at = now(), removed_at = null
		returning m.payment_method_id into kept;
	-- One that was removed and came back before the processor was told: it has a new token, which is wanted.
	perform job_end(p_account_id, 'method_forget', kept);
	return kept;
end
$$;
comment on function kassa.method_keep(text, text, text, kassa.kept_card, text) is
	'The payment method of a card of a contact: a new one, or the one it has, refreshed. Part of setup_settle and charge_keep.';

create or replace function kassa.charge_keep(
	p_account_id text,
	p_charge_id text,
	p_payment_method_id text,
	p_card kassa.kept_card
)
returns table (payment_method_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	kept text;
begin
	select method_keep(c.account_id, c.contact_id, c.processor, p_card, p_payment_method_id) into kept
		from charge c
		where c.account_id = p_account_id and c.charge_id = p_charge_id and c.saves;
	if kept is null then
		perform fault('charge_unknown', format('account %s has no charge %s whose card is to be kept',
			p_account_id, p_charge_id));
	end if;
	perform job_end(p_account_id, 'method_save', p_charge_id);
	return query select kept;
end
$$;
comment on function kassa.charge_keep(text, text, text, kassa.kept_card) is
	'The card of a charge whose payer agreed is kept for its contact. Source: contract §2.5.';
grant execute on function kassa.charge_keep(text, text, text, kassa.kept_card) to kassa_server;

create or replace function kassa.method_remove(p_account_id text, p_payment_method_id text)
returns table (payment_method_id text)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	update payment_method m
		set removed_at = now()
		where m.account_id = p_account_id and m.payment_method_id = p_payment_method_id
			and m.removed_at is null;
	if not found then
		perform fault('method_unknown', format('account %s keeps no payment method %s', p_account_id,
			p_payment_method_id));
	end if;
	perform job_add(p_account_id, 'method_forget', p_payment_method_id, 0);
	return query select p_payment_method_id;
end
$$;
comment on function kassa.method_remove(text, text) is
	'Not listed and not charged from now on; a job tells the processor.';
grant execute on function kassa.method_remove(text, text) to kassa_owner;

create or replace function kassa.methods_remove(p_location_id text, p_contact_id text)
returns bigint
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	kept payment_method;
	removed bigint := 0::bigint;
begin
	for kept in
		select m.* from payment_method m
		join account a on a.account_id = m.account_id
		where a.location_id = p_location_id and m.contact_id = p_contact_id and m.removed_at is null
		order by m.account_id, m.payment_method_id
		for update of m
	loop
		perform method_remove(kept.account_id, kept.payment_method_id);
		removed := removed + 1::bigint;
	end loop;
	return removed;
end
$$;
comment on function kassa.methods_remove(text, text) is
	'All that are kept for a contact of a location, in both modes; how many. Part of webhook_contact_delete and contact_forget.';
