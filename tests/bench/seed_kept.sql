-- A kept card for each of the 1 000 accounts of seed.sql, at the sandbox and in Kassa, for charge.mjs.
insert into sandbox.card (account_id, fingerprint, brand, last4, expiry_month, expiry_year, behaviour, decline)
select 'acct_' || lpad(a::text, 26, '0'), 'fp_' || a, 'visa', '4242', 12, 2039, 'succeed', 'none'
from generate_series(1, 1000) a;

insert into sandbox.method (account_id, method, fingerprint)
select 'acct_' || lpad(a::text, 26, '0'), 'pm_sbx_' || a, 'fp_' || a
from generate_series(1, 1000) a;

insert into kassa.payment_method (account_id, payment_method_id, contact_id, processor, token, fingerprint, brand, last4,
    expiry_month, expiry_year)
select 'acct_' || lpad(a::text, 26, '0'), 'pm_' || lpad(a::text, 26, '0'), 'contact_' || a, 'sandbox', 'pm_sbx_' || a,
    'fp_' || a, 'visa', '4242', 12, 2039
from generate_series(1, 1000) a;

vacuum analyze;
checkpoint;
