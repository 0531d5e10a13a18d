-- What webhooks look for: the sessions of an order or an invoice, and the last webhook of its kind.
set local role kassa_owner;

create index checkout_session_of_order on kassa.checkout_session (account_id, order_id) where order_id is not null;
comment on index kassa.checkout_session_of_order is
	'Canceled orders and void invoices close their sessions. Opening again keeps the order, so it changes no indexed column.';
create index webhook_of_kind on kassa.webhook (type, location_id, company_id, at) where state = 'applied';
comment on index kassa.webhook_of_kind is 'Whether one of its kind that happened later was applied before.';

-- PostgreSQL repeats at most 255 times: the pattern of before refused every logo with an error of its own.
alter table kassa.company drop constraint company_brand_logo_url_check,
	add constraint company_brand_logo_url_check
		check (brand_logo_url ~ '^https://[^[:space:]"<>]+$' and length(brand_logo_url) <= 498);
