-- 1 000 accounts with so many paid charges as the variable "charges" says, for tests/bench.  All names are made of
-- numbers, so that wrk and pgbench can say them.  Each account has two secret keys: one whose text the HTTP servers are given, and
-- one whose "hash" is a number, since pgbench cannot hash.
\set accounts 1000

insert into kassa.account (account_id, location_id, mode, currency)
select 'acct_' || lpad(a::text, 26, '0'), 'BenchLocation' || lpad(a::text, 11, '0'), 'test', 'USD'
from generate_series(1, :accounts) a;

insert into kassa.api_key (account_id, key_hash, kind)
select 'acct_' || lpad(a::text, 26, '0'), hash, 'secret'
from generate_series(1, :accounts) a, lateral (values
    (encode(sha256(convert_to('kassa_sk_test_' || lpad(a::text, 40, '0'), 'UTF8')), 'hex')),
    (lpad(a::text, 64, '0'))
) as key (hash);

insert into kassa.checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency,
    amount_source)
select 'acct_' || lpad((1 + n % :accounts)::text, 26, '0'), 'cs_' || lpad(n::text, 26, '0'),
    lpad(n::text, 24, '0'), 'live', 100 + n, 'USD', 'platform'
from generate_series(1, :charges) n;

insert into kassa.charge (account_id, charge_id, session_id, attempt, transaction_id, processor, amount_minor,
    currency, captured_minor, status, settled_at)
select 'acct_' || lpad((1 + n % :accounts)::text, 26, '0'), 'ch_' || lpad(n::text, 26, '0'),
    'cs_' || lpad(n::text, 26, '0'), 1, lpad(n::text, 24, '0'), 'sandbox', 100 + n, 'USD', 100 + n,
    'succeeded', now()
from generate_series(1, :charges) n;

vacuum analyze;
checkpoint;
