-- Charges of kept cards, without their payer: the platform asks by charge_payment (contract §3.4).
set local role kassa_books;

create or replace function kassa.charge_reserve_kept(
	p_account_id text,
	p_charge_id text,
	p_payment_method_id text,
	p_contact_id text,
	p_transaction_id text,
	p_amount_minor bigint,
	p_currency text,
	p_request_sha256 text,
	p_description text,
	p_window_ms bigint,
	p_resolve_after_ms bigint
)
returns table (
	charge_id text,
	fresh boolean,
	processor text,
	token text,
	amount_minor bigint,
	currency text,
	status kassa.charge_status,
	decline kassa.decline,
	settled_at timestamptz
)
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	method payment_method;
	known text;
begin
	-- One charge of a method at a time; what follows sees what the one before committed.
	select * into method from payment_method m
		where m.account_id = p_account_id and m.payment_method_id = p_payment_method_id
		for update;
	known := charge_kept_find(p_account_id, p_payment_method_id, p_transaction_id, p_request_sha256, p_window_ms);
	if known is null then
		perform charge_kept_check(method, p_contact_id);
		insert into charge (account_id, charge_id, attempt, transaction_id, contact_id, payment_method_id,
				processor, amount_minor, currency, request_sha256, description)
			values (p_account_id, p_charge_id, 1, p_transaction_id, method.contact_id, p_payment_method_id,
				method.processor, p_amount_minor, p_currency, p_request_sha256, p_description)
			on conflict do nothing;
		if not found then
			-- Somebody else's charge of this transaction: by another card, or by the payer.
			known := charge_kept_find(p_account_id, p_payment_method_id, p_transaction_id,
				p_request_sha256, p_window_ms);
			if known is null then
				perform fault('transaction_busy', 'its payer pays it in a checkout');
			end if;
		else
			perform transfer_reserve(p_account_id, p_charge_id, null, p_amount_minor, p_currency);
			perform job_add(p_account_id, 'charge_resolve', p_charge_id, p_resolve_after_ms);
		end if;
	end if;
	return query select c.charge_id, known is null, c.processor, m.token, c.amount_minor, c.currency, c.status,
			c.decline, c.settled_at
		from charge c
		join payment_method m on m.account_id = c.account_id and m.payment_method_id = c.payment_method_id
		where c.account_id = p_account_id and c.charge_id = coalesce(known, p_charge_id);
end
$$;
comment on function kassa.charge_reserve_kept(text, text, text, text, text, bigint, text, text, text, bigint, bigint) is
	'The charge that this request has already, or a fresh one with its pending transfer, committed before the processor is asked. Source: design §5.';
grant execute on function kassa.charge_reserve_kept(text, text, text, text, text, bigint, text, text, text, bigint,
	bigint) to kassa_server;

create or replace function kassa.charge_kept_find(
	p_account_id text,
	p_payment_method_id text,
	p_transaction_id text,
	p_request_sha256 text,
	p_window_ms bigint
)
returns text
language plpgsql
stable
security definer
set search_path = kassa, pg_temp
as $$
declare
	known charge;
begin
	if p_transaction_id is not null then
		select * into known from charge c
			where c.account_id = p_account_id and c.transaction_id = p_transaction_id
				and c.payment_method_id is not null;
		if found and known.request_sha256 <> p_request_sha256 then
			perform fault('key_reused', 'this transaction was charged with another card, contact, amount or currency');
		end if;
	else
		select c.* into known from charge c
			join payment_method m on m.account_id = c.account_id and m.payment_method_id = p_payment_method_id
			where c.account_id = p_account_id and c.contact_id = m.contact_id
				and c.created_at > now() - p_window_ms * interval '1 millisecond'
				and c.transaction_id is null and c.request_sha256 = p_request_sha256
			order by c.created_at desc
			limit 1;
	end if;
	return known.charge_id;
end
$$;
comment on function kassa.charge_kept_find(text, text, text, text, bigint) is
	'The charge of the same request: by its transaction, or, where the dialect sends none, an equal one shortly before. Part of charge_reserve_kept.';

create or replace function kassa.charge_kept_check(p_method kassa.payment_method, p_contact_id text)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
begin
	if p_method.payment_method_id is null or p_method.removed_at is not null
		or p_method.contact_id <> coalesce(p_contact_id, p_method.contact_id) then
		perform fault('method_unknown', 'it is not there, was removed, or belongs to another contact');
	end if;
	if make_date(p_method.expiry_year, p_method.expiry_month, 1) + interval '1 month' <= now() then
		perform fault('method_expired', format('it ended with %s/%s', p_method.expiry_month, p_method.expiry_year));
	end if;
end
$$;
comment on function kassa.charge_kept_check(kassa.payment_method, text) is
	'Whether a kept card may be charged for a contact. Part of charge_reserve_kept.';
